package dev.decant.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.LabelScore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every engine keeps; each has a subclass of this test.
public abstract class EngineContract {
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private Engine engine;

    /// A freshly opened engine; the test closes it.
    protected abstract Engine open() throws Exception;

    /// How far a score may move with its batch.
    protected float tolerance() {
        return 1e-5f;
    }

    /// Texts of many lengths that the engine can score; all different.
    protected List<String> texts() {
        List<String> texts = new ArrayList<>();
        String[] words = {
            "a", "superb", "wine", "with", "long", "finish", "but", "thin", "and", "sour", "é", "葡萄酒", "🍷"
        };
        Random random = new Random(1);
        for (int i = 0; i < 40; i++) {
            StringBuilder text = new StringBuilder("text " + i);
            int length = random.nextInt(60);
            for (int w = 0; w < length; w++) {
                text.append(' ').append(words[random.nextInt(words.length)]);
            }
            texts.add(text.toString());
        }
        return texts;
    }

    protected static long seed() {
        return Long.getLong("decant.seed", System.nanoTime());
    }

    @BeforeEach
    void openEngine() throws Exception {
        engine = open();
    }

    @AfterEach
    void closeEngine() {
        if (engine != null) { // Null where opening it has skipped the test.
            engine.close();
        }
    }

    @Test
    void theModelSaysWhatItIs() {
        ModelInfo model = engine.model();
        assertThat(model.id()).isNotBlank();
        assertThat(model.labels()).doesNotHaveDuplicates();
        assertThat(model.fingerprint().get())
                .isNotBlank()
                .isEqualTo(engine.model().fingerprint().get());
        assertThat(engine.concurrency()).isPositive();
    }

    @Test
    void scoresAreFiniteAndBestFirstAndUseTheModelsLabels() throws Exception {
        for (Prediction prediction : alone(texts())) {
            List<Float> scores =
                    prediction.scores().stream().map(LabelScore::score).toList();
            assertThat(scores).isSortedAccordingTo(Collections.reverseOrder());
            List<String> labels =
                    prediction.scores().stream().map(LabelScore::label).toList();
            if (!engine.model().labels().isEmpty()) {
                assertThat(engine.model().labels()).containsAll(labels);
            }
            if (engine.model().problemType() == ProblemType.SINGLE_LABEL_CLASSIFICATION
                    && labels.size() == engine.model().labels().size()) {
                double sum = scores.stream().mapToDouble(s -> s).sum();
                assertThat(sum).isCloseTo(1, Offset.offset(1e-4));
            }
        }
    }

    @Test
    void aBatchIsAnsweredInItsOrderAndWithTheSameScoresAsEachRowAlone() throws Exception {
        long seed = seed();
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>(texts());
        List<Prediction> expected = alone(texts);
        for (int round = 0; round < 5; round++) {
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < texts.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            int start = 0;
            while (start < order.size()) {
                // One that says its scores depend on the batch is only ever given single rows.
                int size = engine.model().batchInvariant() ? 1 + random.nextInt(9) : 1;
                List<Integer> part = order.subList(start, Math.min(order.size(), start + size));
                List<Prepared> rows = new ArrayList<>();
                for (int i : part) {
                    rows.add(engine.prepare(texts.get(i)));
                }
                List<Prediction> predictions = engine.run(Batch.of(rows));
                assertThat(predictions).as("seed %d", seed).hasSameSizeAs(part);
                for (int i = 0; i < part.size(); i++) {
                    same(predictions.get(i), expected.get(part.get(i)), "seed " + seed);
                }
                start += size;
            }
        }
    }

    @Test
    void threadsAtOnceGetTheAnswersOfOne() throws Exception {
        List<String> texts = texts();
        List<Prediction> expected = alone(texts);
        int threads = Math.min(8, engine.concurrency());
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<List<Prediction>>> calls = Collections.nCopies(threads, () -> alone(texts));
            for (Future<List<Prediction>> answers : executor.invokeAll(calls)) {
                for (int i = 0; i < texts.size(); i++) {
                    same(answers.get().get(i), expected.get(i), texts.get(i));
                }
            }
        }
    }

    @Test
    void everyTextCostsAtLeastOne() throws Exception {
        for (String text : texts()) {
            assertThat(engine.prepare(text).cost()).as(text).isPositive();
        }
    }

    @Test
    void aTextFarLongerThanTheModelsInputIsCutAndSaysSo() throws Exception {
        int longest = engine.model().maxInputTokens();
        org.junit.jupiter.api.Assumptions.assumeTrue(longest > 0, "this engine does not count tokens");
        Prepared cut = engine.prepare("wine ".repeat(longest * 2));
        assertThat(cut.truncated()).isTrue();
        assertThat(cut.cost()).isEqualTo(longest);
        assertThat(engine.run(Batch.of(List.of(cut)))).hasSize(1);
        assertThat(engine.prepare("wine").truncated()).isFalse();
    }

    @Test
    void awkwardTextsAreScoredOrRefusedAlone() throws Exception {
        for (String text :
                List.of("", " ", "\0", "\uD800", "a\uDC00b", "\n\r\t", "x".repeat(100_000), "[SEP]", "\uFFFF")) {
            Prepared prepared;
            try {
                prepared = engine.prepare(text);
            } catch (EngineException e) {
                assertThat(e.getMessage()).isNotBlank();
                continue;
            }
            assertThat(engine.run(Batch.of(List.of(prepared)))).hasSize(1);
        }
    }

    @Test
    void aCallThatIsCancelledEndsAndTheNextOneAnswers() throws Exception {
        Prepared row = engine.prepare(texts().getFirst());
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        CountDownLatch ended = new CountDownLatch(1);
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                engine.run(new Batch(List.of(row), cancellation));
            } catch (EngineException expected) {
                // Either is fine: an answer that was ready, or the word that it was cancelled.
            } finally {
                ended.countDown();
            }
        });
        assertThat(ended.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        Assertions.assertTimeoutPreemptively(DEADLINE, () -> caller.join());
        assertThat(engine.run(Batch.of(List.of(row)))).hasSize(1);
    }

    private List<Prediction> alone(List<String> texts) throws EngineException {
        List<Prediction> predictions = new ArrayList<>();
        for (String text : texts) {
            List<Prediction> one = engine.run(Batch.of(List.of(engine.prepare(text))));
            assertThat(one).hasSize(1);
            predictions.add(one.getFirst());
        }
        return predictions;
    }

    private void same(Prediction actual, Prediction expected, String what) {
        float allowed = engine.model().batchInvariant() ? tolerance() : 0;
        assertThat(actual.scores()).as(what).hasSameSizeAs(expected.scores());
        for (LabelScore score : actual.scores()) {
            LabelScore other = expected.scores().stream()
                    .filter(s -> s.label().equals(score.label()))
                    .findFirst()
                    .orElseThrow();
            assertThat(score.score()).as(what).isCloseTo(other.score(), Offset.offset(allowed));
        }
    }
}
