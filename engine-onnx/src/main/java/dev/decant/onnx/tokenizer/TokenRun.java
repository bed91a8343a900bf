package dev.decant.onnx.tokenizer;

import java.util.Arrays;

/// The state of one tokenization: the word being read and the ids found so far. Used by one thread at a
/// time, and then by the next.
final class TokenRun {
    private static final int MOST_KEPT = 1 << 14;

    private final TokenTable initial;
    private final TokenTable continuing;
    private final int[] powers;
    private final int unknownId;
    private final int maxWordLength;

    final char[] chunk = new char[1024];

    /// The word so far; grows up to what no known word can fill.
    char[] word = new char[256];

    int length;
    int hash;
    int[] ids = new int[128];
    int count;

    private int[] hashes = new int[257];
    /// Pairs of surrogates in the word: length counts chars, the word's bound is in code points.
    private int pairs;
    /// Marks are not put in order across this place in the word.
    private int barrier;

    /// @param powers of [TokenTable#FACTOR], as many as the longest token has characters, and one
    TokenRun(Vocabulary vocabulary, int[] powers, int unknownId, int maxWordLength) {
        this.initial = vocabulary.initial();
        this.continuing = vocabulary.continuing();
        this.powers = powers;
        this.unknownId = unknownId;
        this.maxWordLength = maxWordLength;
    }

    void start() {
        length = 0;
        hash = 0;
        count = 0;
        pairs = 0;
        barrier = 0;
    }

    /// Whether the run is small enough to be kept for another text.
    boolean keepable() {
        return ids.length <= MOST_KEPT && word.length <= MOST_KEPT;
    }

    void add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, 2 * count);
        }
        ids[count++] = id;
    }

    /// Makes room for a character after the first `used` of the word.
    ///
    /// @return false when the word is longer than any known word, whatever follows
    boolean grow(int used) {
        if (used - pairs > maxWordLength) {
            return false;
        }
        word = Arrays.copyOf(word, 2 * word.length);
        hashes = new int[word.length + 1];
        return true;
    }

    /// Ends the word of `used` characters with the given hash.
    void endWord(int used, int wordHash) {
        if (used > 0) {
            if (used - pairs > maxWordLength) {
                add(unknownId);
            } else {
                int id = initial.find(word, 0, used, wordHash);
                if (id >= 0) {
                    add(id);
                } else {
                    addPieces(used);
                }
            }
        }
        length = 0;
        hash = 0;
        pairs = 0;
        barrier = 0;
    }

    /// Takes a character outside the fast path.
    ///
    /// @param entry as [CharacterTable] gives it, not a sequence
    void take(int entry) {
        int character = CharacterTable.mapped(entry);
        switch (CharacterTable.kind(entry)) {
            case CharacterTable.LETTER -> append(character);
            case CharacterTable.SPACE -> endWord(length, hash);
            case CharacterTable.ALONE -> {
                endWord(length, hash);
                append(character);
                endWord(length, hash);
            }
            case CharacterTable.BARRIER -> barrier = length;
            case CharacterTable.MARK -> appendMark(character);
            default -> {}
        }
    }

    private void append(int character) {
        if (word.length - length < 2 && !grow(length)) {
            return;
        }
        if (character < 0x10000) {
            word[length++] = (char) character;
            hash = hash * TokenTable.FACTOR + character;
        } else {
            char high = Character.highSurrogate(character);
            char low = Character.lowSurrogate(character);
            word[length++] = high;
            word[length++] = low;
            hash = (hash * TokenTable.FACTOR + high) * TokenTable.FACTOR + low;
            pairs++;
        }
    }

    // Canonical order: a mark goes before the marks of a higher combining class that it follows.
    private void appendMark(int mark) {
        int before = length;
        append(mark);
        int width = length - before;
        int at = before;
        while (width > 0 && at > barrier) {
            int previous = Character.codePointBefore(word, at);
            if (KeptMarks.combiningClass(previous) <= KeptMarks.combiningClass(mark)) {
                break;
            }
            at -= Character.charCount(previous);
        }
        if (at < before && width > 0) {
            System.arraycopy(word, at, word, at + width, before - at);
            Character.toChars(mark, word, at);
            hash = TokenTable.hash(word, 0, length);
        }
    }

    private void addPieces(int used) {
        int prefixHash = 0;
        for (int i = 0; i < used; i++) {
            prefixHash = prefixHash * TokenTable.FACTOR + word[i];
            hashes[i + 1] = prefixHash;
        }
        int mark = count;
        TokenTable table = initial;
        int from = 0;
        while (from < used) {
            int to = Math.min(used, from + table.longest());
            int id = -1;
            while (to > from) {
                id = table.find(word, from, to, hashes[to] - hashes[from] * powers[to - from]);
                if (id >= 0) {
                    break;
                }
                to--;
            }
            if (id < 0) {
                count = mark;
                add(unknownId);
                return;
            }
            add(id);
            from = to;
            table = continuing;
        }
    }
}
