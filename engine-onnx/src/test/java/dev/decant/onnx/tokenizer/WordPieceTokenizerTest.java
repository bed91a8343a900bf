package dev.decant.onnx.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class WordPieceTokenizerTest {
    private static final List<String> TOKENS =
            List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "wine", "##s", "é", ".", "##", "x");

    private static final WordPieceTokenizer TOKENIZER = Tokenizers.of(TOKENS, Normalization.CASED, "##", 100);

    @Test
    void aTextOfTenMillionCharactersIsCutLikeItsBeginning() {
        for (String part : List.of("wine ", "wines", " ", ".", "é", "\u0000", "[SEP]", "x", "葡")) {
            String text = part.repeat(10_000_000 / part.length());
            Encoding cut = TOKENIZER.encode(text, 512);
            Encoding beginning = TOKENIZER.encode(part.repeat(2_000), 512);
            assertThat(cut.ids()).isEqualTo(beginning.ids());
            assertThat(cut.truncated()).isEqualTo(beginning.truncated());
        }
    }

    @Test
    void anUnfinishedLongWordAfterTheLastPlaceCountsAsOneMoreToken() {
        assertThat(TOKENIZER.encode("wine " + "x".repeat(5_000), 3).truncated()).isTrue();
        assertThat(TOKENIZER.encode("wine " + "x".repeat(5_000), 4).truncated()).isFalse();
        assertThat(TOKENIZER.encode("wine" + " ".repeat(5_000), 3).truncated()).isFalse();
        assertThat(TOKENIZER.encode("wine " + "\u200B".repeat(5_000), 3).truncated())
                .isFalse();
    }

    @Test
    void thereHasToBeRoomForTheSpecialTokens() {
        assertThat(TOKENIZER.encode("wine", 2).ids()).containsExactly(2, 3);
        assertThat(TOKENIZER.encode("wine", 2).truncated()).isTrue();
        assertThat(TOKENIZER.encode("", 2).truncated()).isFalse();
        assertThatThrownBy(() -> TOKENIZER.encode("wine", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 special tokens");
    }

    @Test
    void manyThreadsShareOneTokenizer() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> vocabulary = AwkwardTexts.syntheticVocabulary(random);
        AwkwardTexts texts = new AwkwardTexts(random, vocabulary);
        List<String> some = new ArrayList<>();
        List<int[]> expected = new ArrayList<>();
        WordPieceTokenizer alone = Tokenizers.of(vocabulary, Normalization.UNCASED, "##", 100);
        for (int i = 0; i < 2_000; i++) {
            some.add(texts.next());
            expected.add(alone.encode(some.get(i), 512).ids());
        }
        WordPieceTokenizer shared = Tokenizers.of(vocabulary, Normalization.UNCASED, "##", 100);
        Callable<Void> call = () -> {
            for (int i = 0; i < some.size(); i++) {
                assertThat(shared.encode(some.get(i), 512).ids())
                        .as("seed %d", seed)
                        .isEqualTo(expected.get(i));
            }
            return null;
        };
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : executor.invokeAll(Collections.nCopies(24, call))) {
                done.get();
            }
        }
    }

    @Test
    void vocabularyLinesAreReadAsTheOriginalReadsThem() throws Exception {
        byte[] lines = "a\r\nb \n\na\n##a\n## \u00A0\nÄ\u2028\n葡萄\n\uD83C\uDF77".getBytes(StandardCharsets.UTF_8);
        Vocabulary vocabulary = Vocabulary.ofLines(lines, "##");
        assertThat(vocabulary.size()).isEqualTo(9);
        assertThat(vocabulary.id("a")).as("the last of two").isEqualTo(3);
        assertThat(vocabulary.id("b")).isEqualTo(1);
        assertThat(vocabulary.id("##a")).isEqualTo(4);
        assertThat(vocabulary.id("##")).isEqualTo(5);
        assertThat(vocabulary.id("Ä")).isEqualTo(6);
        assertThat(vocabulary.id("葡萄")).isEqualTo(7);
        assertThat(vocabulary.id("\uD83C\uDF77")).isEqualTo(8);
        assertThat(vocabulary.id("c")).isEqualTo(-1);
        assertThatThrownBy(() -> Vocabulary.ofLines(new byte[] {'a', (byte) 0xFF}, "##"))
                .isInstanceOf(CharacterCodingException.class);
    }

    @Test
    void theLinesOfAVocabularyGiveTheTableOfItsTokens() throws Exception {
        Random random = new Random(Long.getLong("decant.seed", System.nanoTime()));
        List<String> tokens = AwkwardTexts.syntheticVocabulary(random);
        for (String prefix : List.of("##", "", "b", "#")) {
            Vocabulary read = Vocabulary.ofLines(String.join("\n", tokens).getBytes(StandardCharsets.UTF_8), prefix);
            for (int id = 0; id < tokens.size(); id++) {
                assertThat(read.id(tokens.get(id))).as(tokens.get(id)).isEqualTo(id);
            }
        }
    }
}
