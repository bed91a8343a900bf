package dev.decant.onnx.tokenizer;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Cuts a text into the tokens of a BERT vocabulary: normalise, split at white space and punctuation,
/// then take the longest known piece of each word, again and again (WordPiece).
///
/// Gives the ids that Hugging Face's `tokenizers` gives, to the last one, for every string; a surrogate
/// without its other half counts as U+FFFD. Time is linear in the length of the text up to where it is
/// cut; memory beyond the ids does not depend on the text. Safe to share between threads.
///
/// Source: Schuster, Nakajima, "Japanese and Korean voice search", 2012; Devlin et al., "BERT", 2019.
public final class WordPieceTokenizer {
    private static final int KEPT_RUNS = 8;

    // What an ASCII character becomes, where it is not a letter.
    private static final byte SPACE = 0;
    private static final byte ALONE = -1;
    private static final byte DROPPED = -2;
    private static final byte OTHER = -3;

    private final Vocabulary vocabulary;
    private final CharacterTable characters;
    private final AddedTokens addedTokens;
    private final int unknownId;
    private final int maxWordLength;
    private final int[] before;
    private final int[] after;
    /// What an ASCII character becomes: a letter (itself or its lower case), or one of the codes above.
    private final byte[] ascii = new byte[128];
    /// The ids of ASCII punctuation.
    private final int[] aloneIds = new int[128];
    /// Powers of the hash's factor, for the hashes of slices.
    private final int[] powers;
    /// Runs that are not in use, found by the thread's number; a thread that finds none makes one.
    private final AtomicReferenceArray<@Nullable TokenRun> idle = new AtomicReferenceArray<>(KEPT_RUNS);

    /// @param vocabulary the tokens
    /// @param normalization what is done to the text first
    /// @param addedTokens tokens that are found in the text as it was written
    /// @param unknownId the id of a word that has no pieces
    /// @param maxWordLength longer words, in code points, are unknown
    /// @param before ids put before each text, such as that of `[CLS]`
    /// @param after ids put after each text, such as that of `[SEP]`
    public WordPieceTokenizer(
            Vocabulary vocabulary,
            Normalization normalization,
            List<AddedToken> addedTokens,
            int unknownId,
            int maxWordLength,
            int[] before,
            int[] after) {
        this.vocabulary = vocabulary;
        this.characters = new CharacterTable(normalization);
        this.addedTokens = new AddedTokens(addedTokens);
        this.unknownId = unknownId;
        this.maxWordLength = maxWordLength;
        this.before = before.clone();
        this.after = after.clone();
        int longest =
                Math.max(vocabulary.initial().longest(), vocabulary.continuing().longest());
        powers = new int[longest + 1];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * TokenTable.FACTOR;
        }
        for (char c = 0; c < 128; c++) {
            ascii[c] = asciiCode(c);
            int id = vocabulary.initial().find(new char[] {c}, 0, 1, c);
            aloneIds[c] = id < 0 ? unknownId : id;
        }
    }

    /// How many tokens are put around each text.
    public int specialTokens() {
        return before.length + after.length;
    }

    /// The tokens of a text, of which as many are kept as fit.
    ///
    /// Reading stops where the text is cut, so that a long text costs no more than its first part.
    ///
    /// @param maxLength the most ids of the result, special tokens included; at least [#specialTokens()]
    public Encoding encode(String text, int maxLength) {
        int limit = maxLength - specialTokens();
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "no room for " + specialTokens() + " special tokens in a length of " + maxLength);
        }
        int slot = (int) Thread.currentThread().threadId() & (KEPT_RUNS - 1);
        TokenRun run = idle.getAndSet(slot, null);
        if (run == null) {
            run = new TokenRun(vocabulary, powers, unknownId, maxWordLength);
        }
        run.start();
        read(text, limit, run);
        int count = Math.min(run.count, limit);
        int[] ids = new int[before.length + count + after.length];
        System.arraycopy(before, 0, ids, 0, before.length);
        System.arraycopy(run.ids, 0, ids, before.length, count);
        System.arraycopy(after, 0, ids, before.length + count, after.length);
        Encoding encoding = new Encoding(ids, run.count > limit);
        if (run.keepable()) {
            idle.set(slot, run);
        }
        return encoding;
    }

    // Reads the text until it ends, or until there is one token more than fits. The word being read is in
    // run.word; its length and hash are local variables here, and are the run's in the slow path.
    private void read(String text, int limit, TokenRun run) {
        byte[] codes = ascii;
        char[] chunk = run.chunk;
        char[] word = run.word;
        int length = 0;
        int hash = 0;
        int untokenizedUntil = 0;
        int next;
        for (int start = 0; start < text.length(); start = next) {
            if (run.count == limit && length > 0) {
                break; // the unfinished word is one token at least
            }
            int size = Math.min(text.length() - start, chunk.length);
            text.getChars(start, start + size, chunk, 0);
            int i = 0;
            while (i < size) {
                char c = chunk[i++];
                int code = c < 128 ? codes[c] : OTHER;
                if (code > 0) {
                    if (length == word.length) {
                        if (!run.grow(length)) {
                            continue;
                        }
                        word = run.word;
                    }
                    word[length++] = (char) code;
                    hash = hash * TokenTable.FACTOR + code;
                    continue;
                }
                if (code == DROPPED) {
                    continue;
                }
                if (code != OTHER) {
                    if (length > 0) {
                        run.endWord(length, hash);
                        length = 0;
                        hash = 0;
                    }
                    if (code == ALONE) {
                        run.add(aloneIds[c]);
                    }
                } else {
                    run.length = length;
                    run.hash = hash;
                    int at = start + i - 1;
                    AddedToken token =
                            at >= untokenizedUntil && addedTokens.mayStart(c) ? addedTokens.startingAt(text, at) : null;
                    if (token != null) {
                        untokenizedUntil = at + token.content().length();
                    }
                    if (token != null && AddedTokens.counts(token, text, at)) {
                        run.endWord(length, hash);
                        run.add(token.id());
                        i += token.content().length() - 1;
                    } else {
                        i += take(text, at, run) - 1;
                    }
                    word = run.word;
                    length = run.length;
                    hash = run.hash;
                }
                if (run.count > limit) {
                    return;
                }
            }
            next = start + i; // a pair of surrogates or an added token may reach beyond the chunk
        }
        run.endWord(length, hash);
    }

    /// Takes the character at `at`; returns how many chars it has.
    private int take(String text, int at, TokenRun run) {
        int codePoint = text.codePointAt(at);
        int entry = characters.entry(codePoint);
        if (CharacterTable.kind(entry) == CharacterTable.SEQUENCE) {
            for (int part : characters.expand(codePoint)) {
                run.take(part);
            }
        } else {
            run.take(entry);
        }
        return Character.charCount(codePoint);
    }

    private byte asciiCode(char c) {
        if (addedTokens.mayStart(c)) {
            return OTHER;
        }
        int entry = characters.compute(c);
        int letter = CharacterTable.mapped(entry);
        return switch (CharacterTable.kind(entry)) {
            // A NUL that is kept has no code of its own.
            case CharacterTable.LETTER -> letter == 0 ? OTHER : (byte) letter;
            case CharacterTable.SPACE -> SPACE;
            case CharacterTable.ALONE -> ALONE;
            case CharacterTable.DROPPED -> DROPPED;
            default -> OTHER;
        };
    }
}
