package dev.decant.onnx.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each code point of Unicode, alone, in a word, and beside marks, through our tokenizer and the original,
/// with a vocabulary that has a token for each character that may come of it: any difference in
/// normalising, splitting or ordering shows in the ids.
class EveryCodePointTest {
    @TempDir
    Path folder;

    static List<Normalization> normalizations() {
        return List.of(
                Normalization.UNCASED,
                Normalization.CASED,
                Normalization.NONE,
                new Normalization(true, true, false, true),
                new Normalization(false, false, true, false));
    }

    @ParameterizedTest
    @MethodSource("normalizations")
    void everyCodePointGivesTheIdsOfTheOriginal(Normalization normalization) throws Exception {
        List<String> differences = new ArrayList<>();
        // The planes beyond the second hold ideographs, unassigned and private use characters.
        int last = normalization.equals(Normalization.UNCASED) ? 16 : 1;
        for (int plane = 0; plane <= last; plane++) {
            comparePlane(plane << 16, normalization, differences);
        }
        assertThat(differences).isEmpty();
    }

    private void comparePlane(int first, Normalization normalization, List<String> differences) throws Exception {
        int step = first >= 0x40000 && first != 0xE0000 ? 61 : 1; // unassigned or private: a sample
        List<Integer> codePoints = new ArrayList<>();
        Set<String> pieces = new LinkedHashSet<>();
        "xyz\u0300\u0301\u0323\u0345\u05B0\u302E\uD834\uDD65\u3099"
                .codePoints()
                .forEach(c -> pieces.add(Character.toString(c)));
        for (int c = first; c < first + 0x10000; c += step) {
            if (c >= 0xD800 && c <= 0xDFFF) {
                continue;
            }
            codePoints.add(c);
            String text = Character.toString(c);
            for (String form : List.of(
                    text,
                    Normalizer.normalize(text, Normalizer.Form.NFD),
                    Normalizer.normalize(text, Normalizer.Form.NFKD))) {
                (form + form.toLowerCase(java.util.Locale.ROOT) + form.toUpperCase(java.util.Locale.ROOT))
                        .codePoints()
                        .forEach(part -> pieces.add(Character.toString(part)));
            }
        }
        List<String> vocabulary = new ArrayList<>(ReferenceTokenizer.SPECIAL);
        for (String piece : pieces) {
            vocabulary.add(piece);
            vocabulary.add("##" + piece);
        }
        WordPieceTokenizer ours = Tokenizers.of(vocabulary, normalization, "##", 100);
        try (ReferenceTokenizer reference = new ReferenceTokenizer(
                folder, vocabulary, normalization, ReferenceTokenizer.special(vocabulary), "##", 100)) {
            for (int from = 0; from < codePoints.size(); from += 64) {
                List<Integer> some = codePoints.subList(from, Math.min(from + 64, codePoints.size()));
                compare(some, ours, reference, normalization, differences);
            }
        }
    }

    private static void compare(
            List<Integer> codePoints,
            WordPieceTokenizer ours,
            ReferenceTokenizer reference,
            Normalization normalization,
            List<String> differences) {
        StringBuilder text = new StringBuilder();
        for (int c : codePoints) {
            String s = Character.toString(c);
            // Alone, in a word, and among marks of classes 202 to 240, one spacing and not stripped.
            text.append(s).append(" x").append(s).append("y x\u0345").append(s).append("\u302E");
            text.append(s).append("z x\uD834\uDD65\u05B0").append(s).append("\u0301 ");
        }
        if (java.util.Arrays.equals(
                ours.encode(text.toString(), Integer.MAX_VALUE).ids(), reference.encode(text.toString()))) {
            return;
        }
        if (codePoints.size() == 1) {
            differences.add("U+%X (%s) %s: ours %s, original %s"
                    .formatted(
                            codePoints.getFirst(),
                            Character.getName(codePoints.getFirst()),
                            normalization,
                            java.util.Arrays.toString(ours.encode(text.toString(), Integer.MAX_VALUE)
                                    .ids()),
                            java.util.Arrays.toString(reference.encode(text.toString()))));
            return;
        }
        int half = codePoints.size() / 2;
        compare(codePoints.subList(0, half), ours, reference, normalization, differences);
        compare(codePoints.subList(half, codePoints.size()), ours, reference, normalization, differences);
    }
}
