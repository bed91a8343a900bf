package dev.decant.formats;

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
