package dev.decant.metacall;

/// A call of a script has not ended well: it has raised an exception, returned what cannot be used, or MetaCall itself
/// has failed.
///
/// The message is one line. It holds no Python object.
public final class MetaCallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String traceback;
    private final boolean transientFault;

    MetaCallException(String message) {
        this(message, "", false);
    }

    MetaCallException(String message, String traceback, boolean transientFault) {
        super(message);
        this.traceback = traceback;
        this.transientFault = transientFault;
    }

    /// The same exception with the stack of the thread that calls this.
    MetaCallException here() {
        return new MetaCallException(String.valueOf(getMessage()), traceback, transientFault);
    }

    /// The traceback as Python prints it; empty where no exception was raised in Python.
    public String traceback() {
        return traceback;
    }

    /// Whether the same call may succeed later: a `ConnectionError` or a `TimeoutError` was raised.
    public boolean isTransient() {
        return transientFault;
    }
}
