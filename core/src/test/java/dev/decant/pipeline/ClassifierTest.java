package dev.decant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.Outcome;
import dev.decant.engine.EngineException;
import dev.decant.engine.ScriptedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120)
class ClassifierTest {
    private static List<String> texts(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(i % 50 == 0 ? " " : "text " + i);
        }
        return texts;
    }

    private static Outcome expected(String text) {
        return text.isBlank()
                ? new Outcome.Skipped("empty text")
                : new Outcome.Scored(ScriptedEngine.answer(text).scores(), false);
    }

    @Test
    void aListGivesItsOutcomesInOrder() {
        List<String> texts = texts(2_000);
        try (Classifier classifier = Classifier.over(new ScriptedEngine())) {
            assertThat(classifier.classify(texts))
                    .containsExactlyElementsOf(
                            texts.stream().map(ClassifierTest::expected).toList());
            assertThat(classifier.classify(List.of())).isEmpty();
            assertThat(classifier.classify("one")).isEqualTo(expected("one"));
        }
    }

    @Test
    void aStreamWithoutEndIsReadOnlyAFewWindowsAhead() {
        AtomicLong taken = new AtomicLong();
        Stream<String> endless = Stream.iterate(0L, i -> i + 1).map(i -> {
            taken.incrementAndGet();
            return "text " + i;
        });
        try (Classifier classifier = Classifier.over(
                new ScriptedEngine(), PipelineOptions.DEFAULT.withWindows(new WindowPolicy(16, 1 << 20)))) {
            List<Outcome> first = classifier.classify(endless).limit(100).toList();
            assertThat(first).hasSize(100).allMatch(o -> o instanceof Outcome.Scored);
            assertThat(taken.get()).isLessThanOrEqualTo(100 + 16 * (WindowPolicy.IN_FLIGHT + 1));
        }
    }

    @Test
    void threadsShareOneClassifier() throws Exception {
        try (Classifier classifier = Classifier.over(new ScriptedEngine());
                ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int from = t * 1_000;
                calls.add(() -> {
                    List<String> own = texts(500).stream().map(s -> s + from).toList();
                    return classifier
                            .classify(own)
                            .equals(own.stream().map(ClassifierTest::expected).toList());
                });
            }
            for (Future<Boolean> same : executor.invokeAll(calls)) {
                assertThat(same.get()).isTrue();
            }
        }
    }

    @Test
    void closingClosesTheEngineAndLaterCallsAreRefused() {
        ScriptedEngine engine = new ScriptedEngine();
        Classifier classifier = Classifier.over(engine);
        classifier.close();
        assertThat(engine.closed()).isTrue();
        assertThatThrownBy(() -> classifier.classify("late"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aBrokenEngineIsToldAndNotWaitedFor() {
        ScriptedEngine engine = new ScriptedEngine((texts, batch) -> {
            throw new EngineException(EngineException.Fault.FATAL, "gone");
        });
        try (Classifier classifier = Classifier.over(engine)) {
            assertThatThrownBy(() -> classifier.classify("a"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("gone");
        }
    }
}
