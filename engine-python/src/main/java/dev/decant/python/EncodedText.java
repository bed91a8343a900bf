package dev.decant.python;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A text in the form in which Python takes it fastest, made before the GIL is taken.
///
/// ASCII goes as it is, all else as UTF-16, which CPython decodes twice as fast as UTF-8. No text is
/// refused: lengths are explicit, so NUL is a character like any other, and a lone surrogate arrives
/// as one.
final class EncodedText {
    private static final char[] NONE = {};

    private final byte @Nullable [] ascii;
    private final char[] utf16;
    private final boolean loneSurrogates;

    private EncodedText(byte @Nullable [] ascii, char[] utf16) {
        this.ascii = ascii;
        this.utf16 = utf16;
        this.loneSurrogates = hasLoneSurrogate(utf16);
    }

    static EncodedText of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        // Both steps are vectorised; a lone surrogate would have become a question mark.
        if (utf8.length == text.length() && text.equals(new String(utf8, StandardCharsets.ISO_8859_1))) {
            return new EncodedText(utf8, NONE);
        }
        return new EncodedText(null, text.toCharArray());
    }

    private static boolean hasLoneSurrogate(char[] utf16) {
        for (int i = 0; i < utf16.length; i++) {
            if (Character.isSurrogate(utf16[i])) {
                if (i + 1 == utf16.length || !Character.isSurrogatePair(utf16[i], utf16[i + 1])) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /// New: the str. The GIL is held.
    long toPython(PythonThread thread) {
        if (ascii != null) {
            return Errors.check(TextApi.fromUtf8(ascii));
        }
        return Errors.check(
                loneSurrogates
                        ? TextApi.fromLoneSurrogates(utf16, thread.word(0))
                        : TextApi.fromUtf16(utf16, thread.word(0)));
    }
}
