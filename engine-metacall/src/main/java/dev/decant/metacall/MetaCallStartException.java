package dev.decant.metacall;

import java.io.IOException;

/// MetaCall cannot be found, opened or started, or a Python file cannot be used.
///
/// The message is one line for the user and says what to do.
public final class MetaCallStartException extends IOException {
    private static final long serialVersionUID = 1;

    public MetaCallStartException(String message) {
        super(message);
    }

    public MetaCallStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
