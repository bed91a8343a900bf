package dev.decant.python;

/// A value has no counterpart on the other side: a Java object that is no plain value, or a Python
/// object that is none.
///
/// The message names the type and what to use instead.
public final class PythonConversionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public PythonConversionException(String message) {
        super(message);
    }
}
