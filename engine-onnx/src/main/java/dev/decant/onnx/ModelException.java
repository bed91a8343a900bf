package dev.decant.onnx;

import java.io.IOException;

/// A model that cannot be used: absent, incomplete, of a kind that is not supported.
///
/// The message is one line for the user; it names the folder, the file, and what to do.
public final class ModelException extends IOException {
    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
