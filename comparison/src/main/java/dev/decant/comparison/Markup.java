package dev.decant.comparison;

/// Text inside HTML and SVG.
final class Markup {
    private Markup() {}

    /// The characters that would be markup, escaped; control characters, which HTML does not know, replaced.
    static String text(String plain) {
        StringBuilder out = new StringBuilder(plain.length() + 16);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append((c < ' ' && c != '\n' && c != '\t') || c == 0x7f ? '\ufffd' : c);
            }
        }
        return out.toString();
    }
}
