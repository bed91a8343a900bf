package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Path;

/// What feeds a program that serves, while its process is watched.
interface Client {
    /// Asks for all that it wants answered; then the process is told to end.
    ///
    /// @param printed what the process prints
    /// @param deadline the end of the run's time, by the ticker
    /// @throws IOException when the server does not do its part; the message says how, in a line
    void ask(Process server, Path printed, long deadline) throws IOException, InterruptedException;
}
