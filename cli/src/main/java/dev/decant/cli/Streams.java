package dev.decant.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command reads and writes.
///
/// @param in the standard input
/// @param out the standard output, unbuffered: data goes there, and an error on it is seen
/// @param err for people: progress, summaries, errors
/// @param terminal whether `err` is a terminal, on which a line can be drawn over
record Streams(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
    /// The process's own.
    static Streams ofProcess() {
        return new Streams(
                new FileInputStream(FileDescriptor.in),
                new ProcessOutput(),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("decant.terminal"));
    }

    /// Keeps the standard output clean of what a script's native code and its child processes write.
    void keepOutput() throws IOException {
        if (out instanceof ProcessOutput own) {
            own.keep();
        }
    }

    /// A printer on the standard output, for people.
    PrintStream printer() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
