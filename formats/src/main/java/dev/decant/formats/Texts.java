package dev.decant.formats;

import java.nio.charset.StandardCharsets;

/// Small questions about texts.
final class Texts {
    private static final int EXCERPT = 40;

    private Texts() {}

    /// Whether a text has nothing but white space, no-break spaces included.
    static boolean blank(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != '\ufeff') {
                return false;
            }
        }
        return true;
    }

    /// The text in UTF-8; of a pair of surrogates that lacks one the other becomes U+FFFD.
    static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                StringBuilder whole = new StringBuilder(text.length());
                text.codePoints().forEach(c -> whole.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
                return whole.toString().getBytes(StandardCharsets.UTF_8);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A text for a message: in quotes, on one line, shortened.
    static String excerpt(String text) {
        StringBuilder result = new StringBuilder("\"");
        int i = 0;
        while (i < text.length() && result.length() < EXCERPT) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c == '\n') {
                result.append("\\n");
            } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                result.append(' ');
            } else {
                result.appendCodePoint(c);
            }
        }
        return result.append(i < text.length() ? "...\"" : "\"").toString();
    }
}
