package dev.decant.onnx.tokenizer;

/// The tokens of one text.
///
/// Immutable as long as nobody writes into [#ids()], which is not a copy.
public final class Encoding {
    private final int[] ids;
    private final boolean truncated;

    Encoding(int[] ids, boolean truncated) {
        this.ids = ids;
        this.truncated = truncated;
    }

    /// The token ids, special tokens included. Shared, not to be changed.
    public int[] ids() {
        return ids;
    }

    /// Whether the text had more tokens than were asked for.
    public boolean truncated() {
        return truncated;
    }
}
