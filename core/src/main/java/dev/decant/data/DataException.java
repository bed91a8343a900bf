package dev.decant.data;

import java.io.IOException;

/// An input or output that cannot be used as a whole: absent, of another format, without the asked column.
///
/// The message is one line for the user; it names the file and says what to do.
public final class DataException extends IOException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(message);
    }

    public DataException(String message, Throwable cause) {
        super(message, cause);
    }
}
