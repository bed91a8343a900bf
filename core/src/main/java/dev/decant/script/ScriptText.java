package dev.decant.script;

import dev.decant.engine.Prepared;

/// A text for a script, with an estimate of its tokens: what an engine over a script prepares.
///
/// @param text the text as it is
/// @param cost about one for four characters of ASCII, one for any other character, and two for the ends
public record ScriptText(String text, int cost) implements Prepared {
    /// A text with its estimate.
    public static ScriptText of(String text) {
        int ascii = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < 0x80) {
                ascii++;
            }
        }
        return new ScriptText(text, ascii / 4 + (text.length() - ascii) + 2);
    }
}
