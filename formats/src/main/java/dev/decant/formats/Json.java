package dev.decant.formats;

/// The text of single JSON values (RFC 8259). What comes in has been checked by the parser.
final class Json {
    private Json() {}

    /// The place behind the string whose opening quote is at `from`.
    static int endOfString(char[] text, int from) {
        int i = from + 1;
        while (text[i] != '"') {
            i += text[i] == '\\' ? 2 : 1;
        }
        return i + 1;
    }

    /// The place behind the number, `true`, `false` or `null` at `from`.
    static int endOfWord(char[] text, int from, int to) {
        int i = from;
        while (i < to && text[i] > ' ' && text[i] != ',' && text[i] != '}' && text[i] != ']') {
            i++;
        }
        return i;
    }

    /// A value as plain text: a string's characters, nothing for null, anything else as it is written, without the
    /// white space between its parts.
    static String plain(String value) {
        char first = value.charAt(0);
        return switch (first) {
            case '"' -> characters(value);
            case 'n' -> "";
            case '{', '[' -> compact(value);
            default -> value;
        };
    }

    /// The characters that a string in quotes stands for; a lone surrogate stays one.
    static String characters(String quoted) {
        int last = quoted.length() - 1;
        int escape = quoted.indexOf('\\');
        if (escape < 0) {
            return quoted.substring(1, last);
        }
        StringBuilder text = new StringBuilder(last);
        int done = 1;
        while (escape >= 0) {
            text.append(quoted, done, escape);
            char c = quoted.charAt(escape + 1);
            done = escape + 2;
            switch (c) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(quoted, done, done + 4, 16));
                    done += 4;
                }
                default -> text.append(c);
            }
            escape = quoted.indexOf('\\', done);
        }
        return text.append(quoted, done, last).toString();
    }

    /// Puts a text into quotes, and escapes what must be.
    static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '\u2028' || c == '\u2029') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static String compact(String value) {
        StringBuilder text = new StringBuilder(value.length());
        boolean inString = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"') {
                inString = !inString;
            }
            if (inString && c == '\\') {
                text.append(c).append(value.charAt(++i));
            } else if (inString || c > ' ') {
                text.append(c);
            }
        }
        return text.toString();
    }
}
