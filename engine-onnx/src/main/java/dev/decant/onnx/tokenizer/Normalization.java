package dev.decant.onnx.tokenizer;

/// What is done to a text before it is cut into words, in this order; the names are those of
/// Hugging Face's `BertNormalizer`.
///
/// @param cleanText drops control, format and private use characters and U+FFFD; all white space becomes a blank
/// @param handleChineseChars makes each Chinese character a word
/// @param stripAccents decomposes (NFD) and drops nonspacing marks
/// @param lowercase maps each character to lower case by itself, without regard to its neighbours
public record Normalization(boolean cleanText, boolean handleChineseChars, boolean stripAccents, boolean lowercase) {
    /// What uncased BERT models use.
    public static final Normalization UNCASED = new Normalization(true, true, true, true);

    /// What cased BERT models use.
    public static final Normalization CASED = new Normalization(true, true, false, false);

    /// The text as it is.
    public static final Normalization NONE = new Normalization(false, false, false, false);
}
