package dev.decant.engine;

/// One text, prepared by an engine for its own use; only the engine that made it can run it.
///
/// Immutable; held until its batch has run.
public interface Prepared {
    /// What the text costs to run: tokens for ONNX, an estimate for Python. At least 1.
    int cost();

    /// Whether the text was longer than the model's longest input and was cut.
    default boolean truncated() {
        return false;
    }
}
