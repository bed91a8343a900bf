package dev.decant.onnx.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// Random texts of the kind that tokenizers get wrong.
final class AwkwardTexts {
    private static final List<String> JOINTS = List.of(
            " ", " ", " ", "", "", "\u00A0", "\u3000", "\u2009", "\u200B", "\u200D", "\u00AD", "\u0000", "\uFFFD", "\n",
            "\r\n", "\t", "-", "--", "'", "\u2019", ".", ",", "\u3002", "\u0301", "\u0323", "\u0345", "\u302E",
            "\u05B0", "\u3099", "#", "##", "[SEP]", "[MASK]", "[CLS]", "[", "]", "\u2028", "\u0085", "\u001C",
            "\u000B");
    /// First and last of blocks that most texts in the world are made of, and of some that few are.
    private static final int[][] BLOCKS = {
        {0x00, 0x7F},
        {0xA0, 0x24F},
        {0x250, 0x2AF},
        {0x300, 0x36F},
        {0x370, 0x3FF},
        {0x400, 0x52F},
        {0x531, 0x5F4},
        {0x600, 0x6FF},
        {0x700, 0x8FF},
        {0x900, 0xDFF},
        {0xE00, 0xEFF},
        {0xF00, 0xFFF},
        {0x1000, 0x109F},
        {0x10A0, 0x11FF},
        {0x1200, 0x13FF},
        {0x1700, 0x1CFF},
        {0x1D00, 0x1FFF},
        {0x2000, 0x206F},
        {0x2070, 0x2BFF},
        {0x2C00, 0x2E5D},
        {0x2E80, 0x30FF},
        {0x3100, 0x33FF},
        {0x3400, 0x4DBF},
        {0x4E00, 0x9FFF},
        {0xA000, 0xABFF},
        {0xAC00, 0xD7FF},
        {0xE000, 0xF8FF},
        {0xF900, 0xFAFF},
        {0xFB00, 0xFFFF},
        {0x10000, 0x11FFF},
        {0x16000, 0x16FFF},
        {0x1B000, 0x1BCAF},
        {0x1D000, 0x1D7FF},
        {0x1E000, 0x1E95F},
        {0x1F000, 0x1FAFF},
        {0x20000, 0x2CEAF},
        {0x2F800, 0x2FA1F},
        {0x30000, 0x3FFFF},
        {0xE0000, 0xE01EF},
        {0xF0000, 0x10FFFF}
    };

    private final Random random;
    private final List<String> vocabulary;

    AwkwardTexts(Random random, List<String> vocabulary) {
        this.random = random;
        this.vocabulary = vocabulary;
    }

    String next() {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(24);
        int[] block = BLOCKS[random.nextInt(BLOCKS.length)];
        for (int i = 0; i < parts; i++) {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> appendPiece(text);
                case 3, 4 -> appendCharacters(text, block, 1 + random.nextInt(8));
                case 5 -> appendCharacters(text, BLOCKS[random.nextInt(BLOCKS.length)], 1 + random.nextInt(5));
                case 6 -> appendCharacters(text, new int[] {0x20, 0x7E}, 1 + random.nextInt(10));
                case 7 -> appendCharacters(text, new int[] {0x300, 0x345}, 1 + random.nextInt(4));
                case 8 -> text.append(random.nextInt(1_000_000));
                default -> text.append("é".repeat(random.nextInt(8)));
            }
            text.append(JOINTS.get(random.nextInt(JOINTS.size())));
            if (random.nextInt(200) == 0) {
                text.append((random.nextBoolean() ? "a" : "é\u0323").repeat(95 + random.nextInt(12)));
            }
            if (random.nextInt(400) == 0) {
                text.append(" ".repeat(1000 + random.nextInt(60))); // over the seam of a chunk
            }
        }
        return text.toString();
    }

    private void appendPiece(StringBuilder text) {
        String piece = vocabulary.get(random.nextInt(vocabulary.size()));
        piece = piece.startsWith("##") ? piece.substring(2) : piece;
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            text.append(random.nextInt(5) == 0 ? Character.toUpperCase(c) : c);
        }
    }

    private void appendCharacters(StringBuilder text, int[] block, int count) {
        for (int i = 0; i < count; i++) {
            text.appendCodePoint(block[0] + random.nextInt(block[1] - block[0] + 1));
        }
    }

    /// Special tokens, every character of the blocks now and then, and syllables.
    static List<String> syntheticVocabulary(Random random) {
        Set<String> tokens = new LinkedHashSet<>(ReferenceTokenizer.SPECIAL);
        for (int[] block : BLOCKS) {
            for (int c = block[0]; c <= block[1]; c += 1 + random.nextInt(1 + (block[1] - block[0]) / 200)) {
                if (c > 0x20 && (c < 0xD800 || c > 0xDFFF) && !CharacterTable.isWhiteSpace(c)) {
                    tokens.add(Character.toString(c));
                    tokens.add("##" + Character.toString(c));
                }
            }
        }
        for (int i = 0; i < 8_000; i++) {
            StringBuilder syllables = new StringBuilder(random.nextInt(3) == 0 ? "##" : "");
            for (int n = random.nextInt(3); n >= 0; n--) {
                syllables.append("bcdfghjklmnprstvwz".charAt(random.nextInt(18)));
                syllables.append("aeiouyéжかक".charAt(random.nextInt(10)));
            }
            tokens.add(syllables.toString());
        }
        return new ArrayList<>(tokens);
    }
}
