package dev.decant.python;

import dev.decant.engine.Prepared;

/// A text for a Python function, with an estimate of its tokens.
///
/// @param text the text as it is
/// @param cost about one for four characters of ASCII, one for any other character, and two for the ends
record PythonText(String text, int cost) implements Prepared {
    static PythonText of(String text) {
        int ascii = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x80) {
                ascii++;
            }
        }
        return new PythonText(text, ascii / 4 + (text.length() - ascii) + 2);
    }
}
