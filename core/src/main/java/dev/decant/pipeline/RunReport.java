package dev.decant.pipeline;

import dev.decant.engine.ModelInfo;
import dev.decant.metrics.MemoryRecorder;
import dev.decant.metrics.RunMetrics;
import java.time.Duration;

/// What one run of a pipeline did.
///
/// @param input what was read
/// @param model what scored it
/// @param options how it ran, as far as the caller chose
/// @param workers the workers that ran, after the engine's bound
/// @param ending how it ended
/// @param rows where the rows went, those of the runs before it included; `in = scored + failed + skipped` always
/// @param before what of `rows` earlier runs had written, where this one went on from there
/// @param elapsed from the start of the run to its end
/// @param toFirstRow from the start of the run to the first committed window
/// @param cpu CPU time of the process during the run
/// @param memory memory over the run
/// @param openCalls calls that hung and are still inside the engine: as long as there are any it
///     must not be closed
public record RunReport(
        String input,
        ModelInfo model,
        PipelineOptions options,
        int workers,
        Ending ending,
        RunMetrics.Rows rows,
        RunMetrics.Rows before,
        RunMetrics.Batches batches,
        RunMetrics.Stages stages,
        Duration elapsed,
        Duration toFirstRow,
        Duration cpu,
        MemoryRecorder.Curve memory,
        int openCalls) {
    /// Rows for each second of the run.
    public double rowsPerSecond() {
        return elapsed.isZero() ? 0 : (rows.in() - before.in()) / (elapsed.toNanos() / 1e9);
    }
}
