package dev.decant.engine;

/// An engine could not prepare a text or run a batch.
///
/// The message is one line for the user and says what to do where that is known.
public final class EngineException extends Exception {
    private static final long serialVersionUID = 1;

    /// What may be done after the fault.
    public enum Fault {
        /// The same call may succeed later: it is retried.
        TRANSIENT,
        /// The same call will fail again: the batch is bisected.
        PERMANENT,
        /// The engine cannot be used any more: the run stops.
        FATAL
    }

    private final Fault fault;
    private final String line;

    public EngineException(Fault fault, String message) {
        super(message);
        this.fault = fault;
        this.line = message;
    }

    public EngineException(Fault fault, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.line = message;
    }

    @Override
    public String getMessage() {
        return line;
    }

    /// What may be done after this fault.
    public Fault fault() {
        return fault;
    }
}
