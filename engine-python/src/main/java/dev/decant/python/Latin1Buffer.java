package dev.decant.python;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/// Where the texts of a list become Latin-1, one after the other. Kept by a thread for its next call: half of the time
/// would go into fresh memory otherwise.
final class Latin1Buffer {
    /// A larger one is not kept.
    private static final int LONGEST_KEPT = 1 << 16;

    private final CharsetEncoder encoder = StandardCharsets.ISO_8859_1.newEncoder();
    private char[] characters = {};
    private byte[] bytes = {};

    /// Puts the texts at the start of [#bytes]; false where one of them is not Latin-1.
    ///
    /// @param ends is given the place behind each text
    /// @param total characters of all of them
    boolean encode(String[] texts, int[] ends, int total) {
        if (characters.length < total) {
            characters = new char[total];
            bytes = new byte[total];
        }
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            String text = texts[i];
            text.getChars(0, text.length(), characters, end);
            end += text.length();
            ends[i] = end;
        }
        // Both steps are vectorised: all at once, since the texts of a batch are short.
        return !encoder.reset()
                .encode(CharBuffer.wrap(characters, 0, total), ByteBuffer.wrap(bytes), true)
                .isError();
    }

    byte[] bytes() {
        return bytes;
    }

    boolean worthKeeping() {
        return bytes.length <= LONGEST_KEPT;
    }
}
