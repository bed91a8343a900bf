package dev.decant.onnx.tokenizer;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds added tokens in a text as it was written: the leftmost first, of those that start at one place
/// the longest. Immutable.
final class AddedTokens {
    private final List<AddedToken> longestFirst;
    private final boolean[] asciiStarts = new boolean[128];
    private final boolean otherStarts;

    AddedTokens(List<AddedToken> tokens) {
        longestFirst = tokens.stream()
                .sorted(Comparator.comparingInt(
                                (AddedToken token) -> token.content().length())
                        .reversed())
                .toList();
        boolean other = false;
        for (AddedToken token : longestFirst) {
            char first = token.content().charAt(0);
            if (first < 128) {
                asciiStarts[first] = true;
            } else {
                other = true;
            }
        }
        otherStarts = other;
    }

    /// Whether a token may start with this character.
    boolean mayStart(char c) {
        return c < 128 ? asciiStarts[c] : otherStarts;
    }

    /// The token whose content starts at `at`, whether or not it counts there.
    @Nullable
    AddedToken startingAt(String text, int at) {
        for (AddedToken token : longestFirst) {
            if (text.startsWith(token.content(), at)) {
                return token;
            }
        }
        return null;
    }

    /// Whether a token found at `at` counts: a single-word token does not where a word touches it.
    static boolean counts(AddedToken token, String text, int at) {
        if (!token.singleWord()) {
            return true;
        }
        int end = at + token.content().length();
        return (at == 0 || !isWordPart(text.codePointBefore(at)))
                && (end == text.length() || !isWordPart(text.codePointAt(end)));
    }

    // The \w of Unicode's regular expressions (UTS 18, annex C).
    private static boolean isWordPart(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.DECIMAL_DIGIT_NUMBER,
                    Character.CONNECTOR_PUNCTUATION,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK -> true;
            default -> Character.isAlphabetic(codePoint) || codePoint == 0x200C || codePoint == 0x200D;
        };
    }
}
