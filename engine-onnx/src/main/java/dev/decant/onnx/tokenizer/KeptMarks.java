package dev.decant.onnx.tokenizer;

/// What the original tokenizer's canonical decomposition (Unicode 9.0) has of its own.
///
/// Marks that it does not strip, because they are spacing (Mc) or were added after Unicode 8.0, but
/// which have a combining class, so that it puts them in order; and characters that were given a
/// decomposition after Unicode 9.0, which it leaves whole.
final class KeptMarks {
    private KeptMarks() {}

    /// The canonical combining class of a mark that is kept; 0 for all other characters.
    static int combiningClass(int c) {
        return switch (c) {
            case 0x1B44, 0x1BAA, 0x1BF2, 0x1BF3, 0xA953, 0xA9C0, 0x111C0, 0x11235, 0x1134D, 0x11442, 0x116B6, 0x11C3F ->
                9;
            case 0x11446, 0x1E94A -> 7;
            case 0x302E, 0x302F -> 224;
            case 0x1D165, 0x1D166, 0x1D16E, 0x1D16F, 0x1D170, 0x1D171, 0x1D172 -> 216;
            case 0x1D16D -> 226;
            case 0x1DFB -> 230;
            default ->
                (c >= 0x8D4 && c <= 0x8E1)
                                || (c >= 0x1E000 && c <= 0x1E006)
                                || (c >= 0x1E008 && c <= 0x1E018)
                                || (c >= 0x1E01B && c <= 0x1E021)
                                || c == 0x1E023
                                || c == 0x1E024
                                || (c >= 0x1E026 && c <= 0x1E02A)
                                || (c >= 0x1E944 && c <= 0x1E949)
                        ? 230
                        : 0;
        };
    }

    /// Whether the character was given a decomposition after Unicode 9.0.
    static boolean isNewComposite(int c) {
        return switch (c) {
            case 0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, 0x11938 -> true;
            default -> (c >= 0x16121 && c <= 0x16128) || (c >= 0x16D68 && c <= 0x16D6A);
        };
    }
}
