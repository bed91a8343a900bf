package dev.decant.onnx.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Any text, the first byte saying how it is normalised and cut: no error; ids of the vocabulary and no more of them
/// than
/// asked; the same ids as the original has.
public final class TokenizerFuzz {
    private static final List<String> VOCABULARY = vocabulary();
    private static final int MOST = 100_000;
    private static final List<Normalization> NORMALIZATIONS = List.of(
            Normalization.UNCASED,
            Normalization.NONE,
            new Normalization(true, true, false, false),
            new Normalization(false, true, true, true));
    private static final List<WordPieceTokenizer> OURS = NORMALIZATIONS.stream()
            .map(normalization -> Tokenizers.of(VOCABULARY, normalization, "##", 20))
            .toList();
    private static final List<ReferenceTokenizer> ORIGINALS = originals();

    private TokenizerFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        int choice = data[0];
        int which = choice & 3;
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        // UTF-16 brings halves of surrogate pairs.
        String text = new String(rest, (choice & 4) != 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
        int[] ids = OURS.get(which).encode(text, MOST).ids();
        for (int id : ids) {
            need(id >= 0 && id < VOCABULARY.size(), "an id that is none");
        }
        int shorter = 2 + ((choice >> 3) & 15);
        Encoding cut = OURS.get(which).encode(text, shorter);
        need(cut.ids().length == Math.min(ids.length, shorter), "another length than asked");
        need(cut.truncated() == ids.length > shorter, "cut, or not, and not told");
        need(
                Arrays.equals(cut.ids(), 0, cut.ids().length - 1, ids, 0, cut.ids().length - 1),
                "other ids where the text is cut");
        need(Arrays.equals(ids, ORIGINALS.get(which).encode(whole(text))), "other ids than the original's");
    }

    /// The text with U+FFFD for each half of a surrogate pair, as ours takes it; the original takes none.
    private static String whole(String text) {
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints().forEach(c -> whole.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 0xfffd : c));
        return whole.toString();
    }

    private static void need(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private static List<ReferenceTokenizer> originals() {
        try {
            Path folder = Files.createTempDirectory("fuzz");
            List<ReferenceTokenizer> originals = new ArrayList<>();
            for (Normalization normalization : NORMALIZATIONS) {
                originals.add(new ReferenceTokenizer(
                        folder, VOCABULARY, normalization, ReferenceTokenizer.special(VOCABULARY), "##", 20));
            }
            Files.delete(folder.resolve("tokenizer.json"));
            Files.delete(folder);
            return originals;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> vocabulary() {
        List<String> tokens = new ArrayList<>(ReferenceTokenizer.SPECIAL);
        tokens.addAll(
                List.of("good", "wine", "##s", "##ing", "é", "##é", "Ä", "a", "##\u0301", "漢", "字", "😀", "##😀"));
        tokens.addAll(List.of("#", "##", "###", ".", ",", "'", "$", "\u0130", "i", "\ufffd", "##\ufffd", "ß", "ss"));
        for (char c = 'b'; c <= 'z'; c++) {
            if (c != 'i') {
                tokens.add(String.valueOf(c));
            }
            tokens.add("##" + c);
        }
        return List.copyOf(tokens);
    }
}
