package dev.decant.python;

/// A call took longer than [PythonOptions#callTimeout] and was cancelled.
public final class PythonTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PythonTimeoutException(String message) {
        super(message);
    }
}
