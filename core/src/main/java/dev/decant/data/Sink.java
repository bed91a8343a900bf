package dev.decant.data;

import java.io.Closeable;
import java.io.IOException;

/// Takes each row with its outcome, in input order.
///
/// Used by one thread. [#commit()] follows each window; [#finish()] comes once, after the last
/// row of a complete run, and makes the output final (a file takes its name then). Closing without
/// finishing leaves what was committed where the sink's format says.
public interface Sink extends Closeable {
    /// Takes one row.
    void write(Row row, Outcome outcome) throws IOException;

    /// Hands all rows taken so far to the system: what was committed survives the process.
    void commit() throws IOException;

    /// Makes the output final. Nothing is written afterwards.
    void finish() throws IOException;
}
