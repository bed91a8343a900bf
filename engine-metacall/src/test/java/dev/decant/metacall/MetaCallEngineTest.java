package dev.decant.metacall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.engine.Batch;
import dev.decant.engine.Cancellation;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.script.ScriptEngineContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an engine over scripts keeps, through MetaCall, and each way in which MetaCall by itself crashes or lies.
final class MetaCallEngineTest extends ScriptEngineContract {
    @TempDir
    Path marks;

    @Override
    protected Engine open(Path script, @Nullable String device, int warmUpCalls) throws Exception {
        return MetaCalls.engine(
                MetaCallEngineOptions.of(script).withDevice(device).withWarmUpCalls(warmUpCalls));
    }

    private static String label(Engine engine, String text) throws EngineException {
        return run(engine, text).getFirst().scores().getFirst().label();
    }

    /// MetaCall cuts at NUL, and ends the process over invalid UTF-8.
    @Test
    void textsAndLabelsOfAnyCharactersArriveAsTheyAre() throws Exception {
        long seed = Long.getLong("decant.seed", 20_260_103L);
        Random random = new Random(seed);
        try (Engine engine = engine("""
                def process_batch(texts):
                    assert all(type(text) is str for text in texts)
                    return [{"label": text, "score": len(text)} for text in texts]
                """)) {
            for (int i = 0; i < 200; i++) {
                List<String> texts = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    texts.add(text(random));
                }
                List<Prediction> predictions = run(engine, texts.toArray(String[]::new));
                assertThat(predictions)
                        .as("seed %d, batch %d", seed, i)
                        .extracting(prediction -> prediction.scores().getFirst().label())
                        .isEqualTo(texts);
            }
        }
    }

    private static String text(Random random) {
        char[][] alphabets = {
            {'a', 'b', ' '}, {'a', 'é', 'ß'}, {'a', '文', '葡'}, {'a', '\0', 'é'}, {'\ud83d', '\ude00', 'a'}
        };
        char[] alphabet = alphabets[random.nextInt(alphabets.length)];
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(40); text.length() < length; ) {
            text.append(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }

    /// Through MetaCall alone a function that says `-> list` and returns None ends the process.
    @Test
    void whatTheAnnotationsSayDoesNotMatter() throws Exception {
        try (Engine engine = engine("""
                def process_batch(texts: list) -> list:
                    return None if texts[0] == "none" else {"a": 1} if texts[0] == "dict" else [{"label": "x", "score": 1}]
                """)) {
            assertThatThrownBy(() -> run(engine, "none")).hasMessageContaining("process_batch returned a NoneType");
            assertThatThrownBy(() -> run(engine, "dict")).hasMessageContaining("process_batch returned a dict");
            assertThat(label(engine, "fine")).isEqualTo("x");
        }
        try (Engine engine = engine("""
                def process_batch(texts: str) -> int:
                    return [{"label": type(texts).__name__, "score": 1}]
                """)) {
            assertThat(label(engine, "x")).isEqualTo("list");
        }
    }

    /// Through MetaCall alone these come as a wrong value, and the call after them fails.
    @Test
    void valuesThatMetaCallCannotHoldSpoilNoLaterCall() throws Exception {
        try (Engine engine = engine("""
                def process_batch(texts):
                    return [{"label": "\\ud800", "score": 2 ** 70, "more": [2 ** 70, object(), "\\udc00"]}]
                """)) {
            for (int i = 0; i < 3; i++) {
                assertThat(label(engine, "x")).isEqualTo("\ud800");
                assertThat(run(engine, "x").getFirst().scores().getFirst().score())
                        .isEqualTo(0x1p70f);
            }
        }
    }

    @Test
    void callersOfAnyKindGetTheirOwnAnswers() throws Exception {
        try (Engine engine = engine("""
                import threading
                first = threading.get_ident()
                def process_batch(texts):
                    assert threading.get_ident() == first
                    return [{"label": text, "score": 1} for text in texts]
                """)) {
            for (ExecutorService executor :
                    List.of(Executors.newVirtualThreadPerTaskExecutor(), Executors.newFixedThreadPool(4))) {
                try (executor) {
                    List<Callable<String>> calls = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        String text = "text " + i;
                        calls.add(() -> label(engine, text));
                    }
                    List<Future<String>> answers = executor.invokeAll(calls);
                    for (int i = 0; i < answers.size(); i++) {
                        assertThat(answers.get(i).get()).isEqualTo("text " + i);
                    }
                }
            }
        }
    }

    @Test
    void aBatchThatWaitsForAnotherIsCancelledBeforeItBegins() throws Exception {
        Path mark = marks.resolve("runs");
        Path go = marks.resolve("go");
        try (Engine engine = engine("""
                import os
                def process_batch(texts):
                    if len(texts) == 2:
                        open(texts[0], "w").close()
                        while not os.path.exists(texts[1]):
                            pass
                    return [{"label": "x", "score": 1}] * len(texts)
                """)) {
            AtomicReference<@Nullable Exception> fault = new AtomicReference<>();
            Thread first = Thread.ofPlatform().start(() -> {
                try {
                    List<Prediction> ignored = run(engine, mark.toString(), go.toString());
                } catch (EngineException e) {
                    fault.set(e);
                }
            });
            while (!Files.exists(mark)) {
                Thread.onSpinWait();
            }
            Cancellation cancellation = new Cancellation();
            CountDownLatch ended = new CountDownLatch(1);
            Thread second = Thread.ofPlatform().start(() -> {
                try {
                    List<Prediction> ignored = engine.run(new Batch(rows(engine, "a"), cancellation));
                } catch (EngineException expected) {
                    ended.countDown();
                }
            });
            cancellation.cancel();
            ended.await(); // While the first one still runs.
            Files.createFile(go);
            first.join();
            second.join();
            assertThat(fault.get()).isNull();
            assertThat(run(engine, "a")).hasSize(1);
        }
    }
}
