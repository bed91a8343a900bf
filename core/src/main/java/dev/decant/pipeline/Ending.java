package dev.decant.pipeline;

/// How a run ended. In every case the rows counted in its report are written and committed.
public sealed interface Ending {
    /// The whole input was read and written, and the sink is final.
    record Completed() implements Ending {}

    /// The run was asked to stop and did so between two windows.
    ///
    /// @param reason who asked, such as `SIGTERM`
    record Stopped(String reason) implements Ending {}

    /// The input could not be read any further.
    ///
    /// @param message one line for the user
    record InputFault(String message) implements Ending {}

    /// The output could not be written any further; what it took of the last window is unknown.
    ///
    /// @param message one line for the user
    record OutputFault(String message) implements Ending {}

    /// Whoever read the output has closed it and wants no more, such as `head` behind a pipe.
    record OutputClosed() implements Ending {}

    /// The engine cannot be used any more.
    ///
    /// @param message one line for the user
    record EngineFault(String message) implements Ending {}
}
