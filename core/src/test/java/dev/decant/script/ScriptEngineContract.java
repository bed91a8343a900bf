package dev.decant.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.engine.Batch;
import dev.decant.engine.Cancellation;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.pipeline.Classifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What every engine over scripts keeps beside the engine contract; each has a subclass of this test.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
public abstract class ScriptEngineContract {
    @TempDir
    Path folder;

    /// A freshly opened engine over `process_batch` of a script; the test closes it.
    protected abstract Engine open(Path script, @Nullable String device, int warmUpCalls) throws Exception;

    protected final Engine engine(String script) throws Exception {
        return open(script(script), null, 0);
    }

    private Path script(String script) throws IOException {
        return Files.writeString(folder.resolve("engine_script.py"), script);
    }

    protected static List<Prediction> run(Engine engine, String... texts) throws EngineException {
        return engine.run(Batch.of(rows(engine, texts)));
    }

    protected static List<Prepared> rows(Engine engine, String... texts) throws EngineException {
        List<Prepared> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(engine.prepare(text));
        }
        return rows;
    }

    @Test
    void dictsAndListsOfDictsBecomePredictionsBestFirst() throws Exception {
        try (Engine engine = engine("""
                def process_batch(texts):
                    return [
                        {"label": "a", "score": 0.25, "more": object()},
                        [{"label": "low", "score": 0.1}, {"score": 0.9, "label": "high"}],
                        ({"label": "c", "score": 1},),
                    ]
                """)) {
            assertThat(run(engine, "x", "y", "z"))
                    .containsExactly(
                            new Prediction(List.of(new LabelScore("a", 0.25f))),
                            new Prediction(List.of(new LabelScore("high", 0.9f), new LabelScore("low", 0.1f))),
                            new Prediction(List.of(new LabelScore("c", 1f))));
        }
    }

    @Test
    void scoresMayBeOfAnyNumericType() throws Exception {
        try (Engine engine = engine("""
                import decimal, fractions

                class Scalar:
                    def __float__(self):
                        return 0.5

                class Index:
                    def __index__(self):
                        return 7

                class Half(float):
                    pass

                def process_batch(texts):
                    return [{"label": "x", "score": s} for s in
                            (decimal.Decimal("0.5"), fractions.Fraction(1, 4), Scalar(), Index(), Half(0.125), -1)]
                """)) {
            assertThat(run(engine, "1", "2", "3", "4", "5", "6"))
                    .extracting(prediction -> prediction.scores().getFirst().score())
                    .containsExactly(0.5f, 0.25f, 0.5f, 7f, 0.125f, -1f);
        }
    }

    @Test
    void everythingElseIsAnErrorThatNamesTheResult() throws Exception {
        try (Engine engine = engine("""
                good = {"label": "x", "score": 1}
                def process_batch(texts):
                    return eval(texts[0])
                """)) {
            for (String[] pair : new String[][] {
                {"None", "process_batch returned a NoneType: it must return a list"},
                {"good", "process_batch returned a dict: it must return a list"},
                {"[good, 'y']", "result 2 of process_batch is a str: it must be a dict with label and score"},
                {"[good, []]", "result 2 of process_batch is empty"},
                {"[good, {'label': 'x'}]", "result 2 of process_batch has no 'score'"},
                {"[good, {'label': 3, 'score': 1}]", "result 2 of process_batch has a label that is a int"},
                {"[good, {'label': 'x', 'score': True}]", "has a score that is a bool and no finite number"},
                {"[good, {'label': 'x', 'score': 1e300}]", "has the score 1.0E300: it must be finite"},
                {"[good, {'label': 'x', 'score': None}]", "has a score that is a NoneType and no finite number"},
                {"1 / 0", "process_batch raised ZeroDivisionError: division by zero (<string>, line 1)"},
            }) {
                assertThatThrownBy(() -> run(engine, pair[0], "other"))
                        .as(pair[0])
                        .isInstanceOfSatisfying(
                                EngineException.class,
                                e -> assertThat(e.fault()).isEqualTo(EngineException.Fault.PERMANENT))
                        .hasMessageContaining(pair[1]);
            }
            assertThat(run(engine, "[good]")).hasSize(1);
        }
    }

    @Test
    void connectionFaultsAreTransient() throws Exception {
        try (Engine engine = engine("def process_batch(texts):\n    raise ConnectionRefusedError('no server')\n")) {
            assertThatThrownBy(() -> run(engine, "x"))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.fault()).isEqualTo(EngineException.Fault.TRANSIENT));
        }
    }

    @Test
    void aCancelledBatchEndsAndTheNextOneRuns() throws Exception {
        try (Engine engine = engine("""
                def process_batch(texts):
                    if texts[0] == "ok":
                        return [{"label": "x", "score": 1}]
                    open(texts[0], "w").close()
                    while True:
                        try:
                            while True:
                                pass
                        except Exception:
                            pass
                """)) {
            for (int i = 0; i < 20; i++) {
                Path mark = folder.resolve("mark" + i);
                Cancellation cancellation = new Cancellation();
                Thread canceller = Thread.ofPlatform().start(() -> {
                    while (!Files.exists(mark)) {
                        Thread.onSpinWait();
                    }
                    cancellation.cancel();
                });
                assertThatThrownBy(() -> engine.run(new Batch(rows(engine, mark.toString()), cancellation)))
                        .isInstanceOf(EngineException.class)
                        .message()
                        .containsIgnoringCase("cancelled");
                canceller.join();
                assertThat(run(engine, "ok")).hasSize(1);
            }
        }
    }

    @Test
    void aCancellationThatComesTooLateOrEarlyHarmsNoOtherBatch() throws Exception {
        long seed = Long.getLong("decant.seed", 20_260_102L);
        java.util.Random random = new java.util.Random(seed);
        try (Engine engine = engine("""
                def process_batch(texts):
                    n = 0
                    for i in range(int(texts[0])):
                        n += i
                    return [{"label": "x", "score": 1}]
                """)) {
            for (int i = 0; i < 100; i++) {
                Cancellation cancellation = new Cancellation();
                int spins = random.nextInt(20_000);
                Thread canceller = Thread.ofPlatform().start(() -> {
                    for (int j = 0; j < spins; j++) {
                        Thread.onSpinWait();
                    }
                    cancellation.cancel();
                });
                @Nullable String fault = null;
                try {
                    List<Prediction> ignored =
                            engine.run(new Batch(rows(engine, "" + random.nextInt(20_000)), cancellation));
                } catch (EngineException e) {
                    fault = e.getMessage();
                }
                if (fault != null) {
                    assertThat(fault).as("seed %d, batch %d", seed, i).containsAnyOf("Cancelled", "cancelled");
                }
                assertThat(run(engine, "10"))
                        .as("seed %d, after batch %d", seed, i)
                        .hasSize(1);
                canceller.join();
                assertThat(run(engine, "10"))
                        .as("seed %d, after batch %d", seed, i)
                        .hasSize(1);
            }
        }
    }

    @Test
    void aScriptThatLosesItsBatchLosesOnlyTheBadRow() throws Exception {
        Engine engine = engine("""
                def process_batch(texts):
                    try:
                        return [{"label": str(100 // int(t)), "score": 1.0} for t in texts]
                    except Exception as e:
                        print("Error:", e)
                        return []
                """);
        List<String> texts = new ArrayList<>();
        for (int i = -50; i < 50; i++) {
            texts.add("" + i);
        }
        try (Classifier classifier = Classifier.over(engine)) {
            List<Outcome> outcomes = classifier.classify(texts);
            for (int i = -50; i < 50; i++) {
                Outcome outcome = outcomes.get(i + 50);
                if (i == 0) {
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Failed.class,
                                    failed -> assertThat(failed.kind()).isEqualTo(Outcome.Kind.WRONG_RESULT));
                } else {
                    String label = "" + Math.floorDiv(100, i);
                    assertThat(outcome)
                            .isInstanceOfSatisfying(
                                    Outcome.Scored.class,
                                    scored -> assertThat(scored.best().label()).isEqualTo(label));
                }
            }
        }
    }

    @Test
    void theDeviceReachesTheScriptByItsParameterAndTheEnvironment() throws Exception {
        Path script = script("""
                import os
                def process_batch(texts, device="none"):
                    return [{"label": device + " " + os.environ.get("DECANT_DEVICE", "none"), "score": 1}]
                """);
        try (Engine engine = open(script, null, 0)) {
            assertThat(run(engine, "x").getFirst().scores().getFirst().label()).startsWith("none ");
        }
        try (Engine engine = open(script, "cuda:1", 0)) {
            assertThat(run(engine, "x").getFirst().scores().getFirst().label()).isEqualTo("cuda:1 cuda:1");
        }
    }

    @Test
    void warmUpCallsComeBeforeTheFirstBatch() throws Exception {
        Path script = script("""
                calls = 0
                def process_batch(texts):
                    global calls
                    calls += 1
                    return [{"label": str(calls), "score": 1}]
                """);
        try (Engine engine = open(script, null, 3)) {
            assertThat(run(engine, "x").getFirst().scores().getFirst().label()).isEqualTo("4");
        }
        Path bad = script("def process_batch(texts):\n    return 1\n");
        assertThatThrownBy(() -> open(bad, null, 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the warm-up failed: process_batch returned a int");
    }

    @Test
    void theFingerprintFollowsTheFile() throws Exception {
        String first;
        try (Engine engine = engine("def process_batch(texts): return []\n")) {
            first = engine.model().fingerprint().get();
            assertThat(engine.model().id()).isEqualTo("engine_script.py:process_batch");
        }
        try (Engine engine = engine("def process_batch(texts): return [] \n")) {
            assertThat(engine.model().fingerprint().get()).isNotEqualTo(first);
        }
    }
}
