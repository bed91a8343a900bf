package dev.decant.pipeline;

import dev.decant.data.Source;
import dev.decant.metrics.RunMetrics;
import java.time.Duration;

/// Hears how far a run is.
///
/// Called on the thread that runs the pipeline, after each window and about ten times a second
/// while it waits; it should return at once.
@FunctionalInterface
public interface ProgressListener {
    /// Hears nothing.
    ProgressListener NONE = progress -> {};

    void progress(Progress progress);

    /// How far a run is.
    ///
    /// @param rows the rows written so far, those of earlier runs included
    /// @param before the rows that earlier runs had written, where this one goes on from there
    /// @param rowsRead the rows read so far, likewise; a few windows ahead of those written
    /// @param input how far the input has been read
    /// @param elapsed since the run began
    record Progress(
            RunMetrics.Rows rows, RunMetrics.Rows before, long rowsRead, Source.Progress input, Duration elapsed) {
        /// The part of the input whose rows are written, from 0 to 1, or -1 where its size is not known.
        public double fraction() {
            double read = input.fraction();
            return read < 0 || rowsRead == 0 ? -1 : read * rows.in() / rowsRead;
        }
    }
}
