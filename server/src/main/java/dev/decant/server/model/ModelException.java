package dev.decant.server.model;

/// A model that cannot be used now; the message is one line for the client.
public final class ModelException extends Exception {
    private static final long serialVersionUID = 1;

    /// Why not.
    public enum Reason {
        /// There is no such model or version.
        UNKNOWN,
        /// It is not loaded, or broken.
        UNAVAILABLE
    }

    private final Reason reason;
    private final String line;

    ModelException(Reason reason, String message) {
        super(message);
        this.reason = reason;
        this.line = message;
    }

    @Override
    public String getMessage() {
        return line;
    }

    /// Why not.
    public Reason reason() {
        return reason;
    }
}
