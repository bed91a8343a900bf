package dev.decant.cli;

import dev.decant.pipeline.Ending;
import dev.decant.pipeline.RunReport;

/// What the process ends with.
final class ExitCode {
    /// All rows were scored or skipped.
    static final int DONE = 0;
    /// Decant or an engine failed.
    static final int FAULT = 1;
    /// Wrong use, or an input that cannot be used.
    static final int UNUSABLE = 2;
    /// The run is complete, and some rows failed.
    static final int FAILED_ROWS = 3;
    /// Added to a signal's number.
    static final int SIGNAL = 128;

    private ExitCode() {}

    /// The exit code of a run.
    static int of(RunReport report) {
        return switch (report.ending()) {
            case Ending.Completed completed -> report.rows().failed() > 0 ? FAILED_ROWS : DONE;
            case Ending.Stopped stopped -> SIGNAL + Signals.number(stopped.reason());
            case Ending.InputFault fault -> UNUSABLE;
            case Ending.OutputFault fault -> FAULT;
            case Ending.EngineFault fault -> FAULT;
        };
    }
}
