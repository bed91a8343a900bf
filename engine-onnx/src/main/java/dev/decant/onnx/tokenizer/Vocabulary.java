package dev.decant.onnx.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// The tokens of a WordPiece model with their ids.
///
/// Compact: about 20 bytes a token, no object per token. Immutable, shared by all threads.
public final class Vocabulary {
    private final TokenTable initial;
    private final TokenTable continuing;
    private final String continuingPrefix;
    private final int size;

    private Vocabulary(Builder builder) {
        initial = builder.initial.build();
        continuing = builder.continuing.build();
        continuingPrefix = builder.continuingPrefix;
        size = builder.size;
    }

    /// Reads a `vocab.txt`: one token a line, the line's number from 0 is its id. White space at the end of
    /// a line is no part of the token; of a token that comes twice the last id holds.
    ///
    /// @param utf8 the file's bytes
    /// @param continuingPrefix what marks tokens that go on with a word, such as `##`
    /// @throws CharacterCodingException when the bytes are not UTF-8
    public static Vocabulary ofLines(byte[] utf8, String continuingPrefix) throws CharacterCodingException {
        Builder builder = new Builder(continuingPrefix);
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        char[] line = new char[256];
        int id = 0;
        for (int start = 0, end; start < utf8.length; start = end + 1) {
            int from = builder.afterPrefix(utf8, start);
            int hash = 0;
            byte all = 0;
            end = from;
            while (end < utf8.length && utf8[end] != '\n') {
                byte b = utf8[end++];
                all |= b;
                hash = hash * TokenTable.FACTOR + b;
            }
            if (all >= 0 && end > from && utf8[end - 1] > ' ' && builder.plainPrefix) {
                builder.addAscii(utf8, from, end, from > start, hash, id++);
                continue;
            }
            int length = end - start;
            if (line.length < length) {
                line = new char[length];
            }
            CharBuffer chars = CharBuffer.wrap(line);
            decoder.reset();
            var result = decoder.decode(ByteBuffer.wrap(utf8, start, length), chars, true);
            if (result.isError()) {
                result.throwException();
            }
            length = chars.position();
            while (length > 0 && CharacterTable.isWhiteSpace(line[length - 1])) {
                length--;
            }
            builder.add(line, length, id++);
        }
        return builder.build();
    }

    /// The token's id, or -1.
    public int id(String token) {
        char[] chars = token.toCharArray();
        int id = initial.find(chars, 0, chars.length, TokenTable.hash(chars, 0, chars.length));
        if (id < 0 && token.startsWith(continuingPrefix)) {
            int from = continuingPrefix.length();
            id = continuing.find(chars, from, chars.length, TokenTable.hash(chars, from, chars.length));
        }
        return id;
    }

    /// How many tokens were read, those that came twice counted twice.
    public int size() {
        return size;
    }

    /// The tokens that may start a word.
    TokenTable initial() {
        return initial;
    }

    /// The tokens that go on with a word, without their prefix.
    TokenTable continuing() {
        return continuing;
    }

    /// Collects the tokens. Used by one thread.
    public static final class Builder {
        private final TokenTable.Builder initial = new TokenTable.Builder();
        private final TokenTable.Builder continuing = new TokenTable.Builder();
        private final String continuingPrefix;
        private final char[] prefix;
        private final boolean prefixStartsNoWord;
        /// Whether each ASCII token stands in one of the two tables, and which is seen from its bytes.
        private final boolean plainPrefix;
        private int size;

        /// @param continuingPrefix what marks tokens that go on with a word, such as `##`
        public Builder(String continuingPrefix) {
            this.continuingPrefix = continuingPrefix;
            this.prefix = continuingPrefix.toCharArray();
            // Punctuation stands alone, so no word of the text starts with such a prefix.
            this.prefixStartsNoWord = prefix.length > 0 && CharacterTable.isAsciiPunctuation(prefix[0]);
            boolean ascii = true;
            for (char c : prefix) {
                ascii &= c > ' ' && c < 128;
            }
            this.plainPrefix = prefixStartsNoWord && ascii;
        }

        /// Adds one token.
        public Builder add(String token, int id) {
            char[] chars = token.toCharArray();
            add(chars, chars.length, id);
            return this;
        }

        /// Where the token that starts at `start` goes on after its prefix; `start` where it has none.
        private int afterPrefix(byte[] text, int start) {
            int end = start + prefix.length;
            if (!plainPrefix || end >= text.length || text[end] == '\n') {
                return start;
            }
            for (int i = 0; i < prefix.length; i++) {
                if (text[start + i] != prefix[i]) {
                    return start;
                }
            }
            return end;
        }

        private void addAscii(byte[] text, int from, int to, boolean continues, int hash, int id) {
            size++;
            (continues ? continuing : initial).addAscii(text, from, to, hash, id);
        }

        void add(char[] token, int length, int id) {
            size++;
            boolean continues = length > prefix.length;
            for (int i = 0; continues && i < prefix.length; i++) {
                continues = token[i] == prefix[i];
            }
            if (continues) {
                continuing.add(token, prefix.length, length, id);
            }
            if (!continues || !prefixStartsNoWord) {
                initial.add(token, 0, length, id);
            }
        }

        /// The vocabulary of the tokens added so far.
        public Vocabulary build() {
            return new Vocabulary(this);
        }
    }
}
