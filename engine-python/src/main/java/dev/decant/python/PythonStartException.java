package dev.decant.python;

import java.io.IOException;

/// Python cannot be found, opened or started, or a Python file cannot be used.
///
/// The message is one line for the user and says what to do.
public final class PythonStartException extends IOException {
    private static final long serialVersionUID = 1;

    public PythonStartException(String message) {
        super(message);
    }

    public PythonStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
