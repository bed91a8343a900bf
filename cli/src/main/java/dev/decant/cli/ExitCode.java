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
    /// Whoever read the output has closed it, as if by SIGPIPE.
    static final int CLOSED_OUTPUT = 141;
    /// Added to a signal's number.
    static final int SIGNAL = 128;

    private ExitCode() {}

    /// Whether a run came to the end of its input, and its output has its name.
    static boolean whole(RunReport report) {
        return report.ending() instanceof Ending.Completed;
    }

    /// The exit code of a run.
    static int of(RunReport report) {
        return switch (report.ending()) {
            case Ending.Completed completed -> report.rows().failed() > 0 ? FAILED_ROWS : DONE;
            case Ending.Stopped stopped -> SIGNAL + Signals.number(stopped.reason());
            case Ending.InputFault fault -> UNUSABLE;
            case Ending.OutputFault fault -> FAULT;
            case Ending.OutputClosed closed -> CLOSED_OUTPUT;
            case Ending.EngineFault fault -> FAULT;
        };
    }
}
