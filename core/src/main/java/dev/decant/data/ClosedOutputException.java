package dev.decant.data;

import java.io.IOException;

/// The reader of an output has gone away, as `head` does once it has its lines: nothing is wrong, and nothing more
/// can be written.
public final class ClosedOutputException extends IOException {
    private static final long serialVersionUID = 1;

    public ClosedOutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
