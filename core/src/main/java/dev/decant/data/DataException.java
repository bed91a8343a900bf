package dev.decant.data;

import java.io.IOException;

/// An input or output that cannot be used as a whole: absent, of another format, without the asked column.
///
/// The message is one line for the user; it names the file and says what to do. Line
/// ends and control characters, which names in it may have, become spaces.
public final class DataException extends IOException {
    private static final long serialVersionUID = 1;

    public DataException(String message) {
        super(OneLine.of(message));
    }

    public DataException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
