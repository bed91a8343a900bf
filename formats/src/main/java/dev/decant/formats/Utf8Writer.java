package dev.decant.formats;

import java.io.IOException;
import java.io.OutputStream;

/// Writes text in UTF-8, and CSV fields and JSON strings in their quotes, through one buffer.
///
/// A lone surrogate has no UTF-8: as plain text and in CSV it becomes U+FFFD, in JSON its escape.
final class Utf8Writer {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final OutputStream out;
    private final byte[] buffer = new byte[1 << 16];
    private int position;

    Utf8Writer(OutputStream out) {
        this.out = out;
    }

    /// Hands on what is in the buffer, and flushes what it is handed to.
    void flush() throws IOException {
        drain();
        out.flush();
    }

    private void drain() throws IOException {
        int length = position;
        position = 0;
        out.write(buffer, 0, length);
    }

    /// One ASCII character.
    void ascii(char c) throws IOException {
        room(1);
        buffer[position++] = (byte) c;
    }

    /// Text as it is.
    void text(String text) throws IOException {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            i = character(text, i, length);
        }
    }

    /// A CSV field, in quotes where it needs them.
    void csv(String text, char delimiter) throws IOException {
        int length = text.length();
        int i = 0;
        if (length <= buffer.length) {
            // Most fields are plain ASCII: copied while looked at.
            room(length);
            int to = position;
            while (i < length) {
                char c = text.charAt(i);
                if (c >= 0x80 || c == delimiter || c == '"' || c == '\n' || c == '\r') {
                    break;
                }
                buffer[to++] = (byte) c;
                i++;
            }
            if (i == length) {
                position = to;
                return;
            }
        }
        if (plain(text, i, delimiter)) {
            text(text);
            return;
        }
        ascii('"');
        for (i = 0; i < length; i++) {
            if (text.charAt(i) == '"') {
                ascii('"');
            }
            i = character(text, i, length);
        }
        ascii('"');
    }

    private static boolean plain(String text, int from, char delimiter) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == delimiter || c == '"' || c == '\n' || c == '\r') {
                return false;
            }
        }
        return true;
    }

    /// A JSON string with its quotes. U+2028 and U+2029 are escaped too: some readers take them for line ends.
    void json(String text) throws IOException {
        ascii('"');
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                ascii('\\');
                ascii(c);
            } else if (c < ' ') {
                control(c);
            } else if (c == '\u2028' || c == '\u2029' || loneSurrogate(text, i, length)) {
                unicode(c);
            } else {
                i = character(text, i, length);
            }
        }
        ascii('"');
    }

    private void control(char c) throws IOException {
        int index = "\b\t\n\f\r".indexOf(c);
        if (index < 0) {
            unicode(c);
        } else {
            ascii('\\');
            ascii("btnfr".charAt(index));
        }
    }

    private void unicode(char c) throws IOException {
        text("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            ascii(HEX[(c >> shift) & 0xf]);
        }
    }

    private static boolean loneSurrogate(String text, int i, int length) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) {
            return false;
        }
        return Character.isLowSurrogate(c) || i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1));
    }

    /// Writes the character at `i`; answers the place of its last half.
    private int character(String text, int i, int length) throws IOException {
        room(4);
        char c = text.charAt(i);
        if (c < 0x80) {
            buffer[position++] = (byte) c;
            return i;
        }
        if (c < 0x800) {
            buffer[position++] = (byte) (0xc0 | (c >> 6));
            buffer[position++] = (byte) (0x80 | (c & 0x3f));
            return i;
        }
        if (Character.isSurrogate(c)) {
            if (!loneSurrogate(text, i, length)) {
                int point = Character.toCodePoint(c, text.charAt(i + 1));
                buffer[position++] = (byte) (0xf0 | (point >> 18));
                buffer[position++] = (byte) (0x80 | ((point >> 12) & 0x3f));
                buffer[position++] = (byte) (0x80 | ((point >> 6) & 0x3f));
                buffer[position++] = (byte) (0x80 | (point & 0x3f));
                return i + 1;
            }
            c = '\ufffd';
        }
        buffer[position++] = (byte) (0xe0 | (c >> 12));
        buffer[position++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        buffer[position++] = (byte) (0x80 | (c & 0x3f));
        return i;
    }

    private void room(int bytes) throws IOException {
        if (buffer.length - position < bytes) {
            drain();
        }
    }
}
