package dev.decant.onnx.tokenizer;

import java.text.Normalizer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// What becomes of each character under a [Normalization], as one int: its kind, and the character it
/// turns into.
///
/// Pages of 256 characters are computed when the first of them is met, 1 KB each. Safe to share between
/// threads.
final class CharacterTable {
    /// Part of a word.
    static final int LETTER = 0; // so that a letter's entry is the letter
    /// Ends a word.
    static final int SPACE = 1;
    /// A word by itself: punctuation or Chinese.
    static final int ALONE = 2;
    /// Nothing.
    static final int DROPPED = 3;
    /// Nothing, but marks are not put in order across it: a stripped mark of combining class 0.
    static final int BARRIER = 4;
    /// Several characters: see [#expand].
    static final int SEQUENCE = 5;
    /// A mark that is kept and has a combining class: part of a word, to be put in order.
    static final int MARK = 6;

    private static final int KIND_SHIFT = 21;
    private static final int REPLACEMENT = 0xFFFD;
    /// The first of the Hangul syllables, which decompose by arithmetic.
    private static final int HANGUL = 0xAC00;
    /// A mark of combining class 240, higher than all the others.
    private static final String HIGHEST_MARK = "\u0345";

    private final Normalization normalization;
    private final AtomicReferenceArray<int @Nullable []> pages = new AtomicReferenceArray<>(0x110000 >> 8);

    CharacterTable(Normalization normalization) {
        this.normalization = normalization;
    }

    static int kind(int entry) {
        return entry >>> KIND_SHIFT;
    }

    static int mapped(int entry) {
        return entry & ((1 << KIND_SHIFT) - 1);
    }

    int entry(int codePoint) {
        int[] page = pages.get(codePoint >> 8);
        if (page == null) {
            page = page(codePoint >> 8);
            pages.set(codePoint >> 8, page);
        }
        return page[codePoint & 0xFF];
    }

    /// The entries of the characters that a [#SEQUENCE] turns into.
    int[] expand(int codePoint) {
        if (normalization.stripAccents() && codePoint >= HANGUL && codePoint <= 0xD7A3) {
            int syllable = codePoint - HANGUL;
            int lead = 0x1100 + syllable / (21 * 28);
            int vowel = 0x1161 + syllable % (21 * 28) / 28;
            int trail = 0x11A7 + syllable % 28;
            return trail == 0x11A7 ? new int[] {lead, vowel} : new int[] {lead, vowel, trail};
        }
        String parts = normalization.stripAccents()
                ? decompose(codePoint)
                : Character.toString(codePoint).toLowerCase(Locale.ROOT);
        return parts.codePoints().map(this::single).toArray();
    }

    static boolean isAsciiPunctuation(int codePoint) {
        return (codePoint >= '!' && codePoint <= '/')
                || (codePoint >= ':' && codePoint <= '@')
                || (codePoint >= '[' && codePoint <= '`')
                || (codePoint >= '{' && codePoint <= '~');
    }

    /// Unicode's White_Space.
    static boolean isWhiteSpace(int c) {
        return (c >= 9 && c <= 13)
                || c == ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    private int[] page(int number) {
        int[] page = new int[256];
        for (int i = 0; i < page.length; i++) {
            page[i] = compute(number << 8 | i);
        }
        return page;
    }

    /// The entry of a character, computed anew.
    int compute(int written) {
        // A surrogate without its other half is read as what a decoder puts in its place.
        int codePoint = written >= 0xD800 && written <= 0xDFFF ? REPLACEMENT : written;
        if (normalization.cleanText()) {
            if (FrozenCategories.isOther(codePoint)) {
                return entry(DROPPED, 0);
            }
            if (isWhiteSpace(codePoint)) {
                return entry(SPACE, ' ');
            }
        }
        int entry = normalization.stripAccents() ? stripped(codePoint) : single(codePoint);
        boolean alone = normalization.handleChineseChars() && isChinese(codePoint);
        return alone && kind(entry) == LETTER ? entry(ALONE, mapped(entry)) : entry;
    }

    private int stripped(int codePoint) {
        String decomposed = decompose(codePoint);
        int first = decomposed.codePointAt(0);
        int result = single(first);
        for (int i = Character.charCount(first); i < decomposed.length(); ) {
            int next = decomposed.codePointAt(i);
            int entry = single(next);
            if (kind(entry) != DROPPED) {
                return kind(result) == BARRIER && kind(entry) == BARRIER ? result : entry(SEQUENCE, 0);
            }
            i += Character.charCount(next);
        }
        return result;
    }

    // A character that no longer decomposes.
    private int single(int codePoint) {
        if (normalization.stripAccents() && FrozenCategories.isNonspacing(codePoint)) {
            return entry(hasCombiningClass(codePoint) ? DROPPED : BARRIER, 0);
        }
        int lower = codePoint;
        if (normalization.lowercase()) {
            if (codePoint == 'İ') {
                // The one character whose lower case is two: i and a dot above.
                return entry(SEQUENCE, 0);
            }
            lower = toLowerCase(codePoint);
        }
        if (isWhiteSpace(lower)) {
            return entry(SPACE, lower);
        }
        if (FrozenCategories.isPunctuation(lower)) {
            return entry(ALONE, lower);
        }
        return entry(normalization.stripAccents() && KeptMarks.combiningClass(lower) > 0 ? MARK : LETTER, lower);
    }

    // With the letters that Unicode 17.0 brought, which Java 25 does not know yet.
    private static int toLowerCase(int c) {
        if (c == 0xA7CE || c == 0xA7D2 || c == 0xA7D4) {
            return c + 1;
        }
        return c >= 0x16EA0 && c <= 0x16EB8 ? c + 0x1B : Character.toLowerCase(c);
    }

    private static String decompose(int codePoint) {
        String text = Character.toString(codePoint);
        // Nothing below U+00C0 decomposes: plain ASCII does without the normalizer's tables.
        return codePoint < 0xC0 || KeptMarks.isNewComposite(codePoint)
                ? text
                : Normalizer.normalize(text, Normalizer.Form.NFD);
    }

    private static boolean hasCombiningClass(int mark) {
        String text = Character.toString(mark);
        return text.equals(HIGHEST_MARK)
                || Normalizer.normalize(HIGHEST_MARK + text, Normalizer.Form.NFD)
                        .startsWith(text);
    }

    private static boolean isChinese(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B81F)
                || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }

    private static int entry(int kind, int mapped) {
        return kind << KIND_SHIFT | mapped;
    }
}
