package dev.decant.metacall;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A text in a form that MetaCall carries, made before its thread is taken.
///
/// MetaCall cuts a string at NUL and ends the process over invalid UTF-8, which a lone surrogate would be; a text with
/// either travels as a buffer of UTF-16, which the shim reads and writes, too.
final class EncodedText {
    /// UTF-8 with a NUL at the end, or little endian UTF-16.
    private final byte[] bytes;

    private final boolean utf8;

    private EncodedText(byte[] bytes, boolean utf8) {
        this.bytes = bytes;
        this.utf8 = utf8;
    }

    static EncodedText of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // Both steps are vectorised; a lone surrogate has become a question mark.
        if (text.indexOf('\0') < 0 && text.equals(new String(utf8, StandardCharsets.UTF_8))) {
            return new EncodedText(Arrays.copyOf(utf8, utf8.length + 1), true);
        }
        byte[] utf16 = new byte[2 * text.length()];
        for (int i = 0; i < text.length(); i++) {
            utf16[2 * i] = (byte) text.charAt(i);
            utf16[2 * i + 1] = (byte) (text.charAt(i) >> 8);
        }
        return new EncodedText(utf16, false);
    }

    /// New: the value.
    long create() {
        return utf8 ? MetaCallApi.newString(bytes) : MetaCallApi.newBuffer(bytes);
    }

    /// The text of little endian UTF-16, by hand: a decoder would replace lone surrogates.
    static String ofUtf16(byte[] bytes) {
        char[] characters = new char[bytes.length / 2];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) ((bytes[2 * i] & 0xff) | (bytes[2 * i + 1] << 8));
        }
        return new String(characters);
    }
}
