package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Cancellation;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OnnxEngineTest {
    @TempDir
    Path folder;

    private OnnxEngine open(TinyModel model) throws Exception {
        return OnnxEngine.open(
                ModelFolder.read(model.writeTo(folder)), OnnxOptions.defaults().withCacheFolder(null));
    }

    private static List<LabelScore> score(OnnxEngine engine, String text) throws Exception {
        return engine.run(Batch.of(List.of(engine.prepare(text)))).getFirst().scores();
    }

    private static float scoreOf(List<LabelScore> scores, String label) {
        return scores.stream()
                .filter(score -> score.label().equals(label))
                .findFirst()
                .orElseThrow()
                .score();
    }

    @Test
    void softmaxOfASingleLabelModelSumsToOneBestFirst() throws Exception {
        try (OnnxEngine engine = open(new TinyModel())) {
            List<LabelScore> scores = score(engine, "good wine");
            assertThat(scores).hasSize(2);
            assertThat(scores.get(0).score())
                    .isGreaterThanOrEqualTo(scores.get(1).score());
            assertThat(scores.get(0).score() + scores.get(1).score()).isCloseTo(1, within(1e-6f));
        }
    }

    @Test
    void problemTypesTurnTheSameLogitsIntoTheirOwnScores() throws Exception {
        String labels = "\"id2label\": {\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"}, \"problem_type\": ";
        TinyModel model = new TinyModel();
        model.labels = 3;
        List<List<LabelScore>> scores = new ArrayList<>();
        for (String type : List.of("regression", "multi_label_classification", "single_label_classification")) {
            model.config = labels + "\"" + type + "\"";
            try (OnnxEngine engine = open(model)) {
                scores.add(score(engine, "not a fine wine"));
            }
        }
        double sum = 0;
        for (LabelScore logit : scores.getFirst()) {
            sum += Math.exp(logit.score());
        }
        for (LabelScore logit : scores.getFirst()) {
            assertThat(scoreOf(scores.get(1), logit.label()))
                    .isCloseTo((float) (1 / (1 + Math.exp(-logit.score()))), within(1e-6f));
            assertThat(scoreOf(scores.get(2), logit.label()))
                    .isCloseTo((float) (Math.exp(logit.score()) / sum), within(1e-6f));
        }
    }

    @Test
    void inputsAreFedAsTheModelNamesThem() throws Exception {
        for (int type : new int[] {GraphWriter.INT64, GraphWriter.INT32}) {
            for (int which = 0; which < 8; which++) {
                TinyModel model = new TinyModel();
                model.inputType = type;
                model.tokenTypes = (which & 1) != 0;
                model.positions = (which & 2) != 0;
                model.attentionMask = (which & 4) != 0;
                try (OnnxEngine engine = open(model)) {
                    assertThat(score(engine, "the wine, not bad.")).hasSize(2);
                }
            }
        }
    }

    @Test
    void modelsOfFixedSizeGiveTheScoresOfThoseWithout() throws Exception {
        List<String> texts = List.of("good wine", "a", "bad, bad, bad wine.", "fine", "awful");
        TinyModel model = new TinyModel();
        List<Prediction> expected = new ArrayList<>();
        try (OnnxEngine engine = open(model)) {
            for (String text : texts) {
                expected.add(new Prediction(score(engine, text)));
            }
        }
        model.rows = 2;
        model.columns = 12;
        try (OnnxEngine engine = open(model)) {
            assertThat(engine.model().maxInputTokens()).isEqualTo(12);
            List<Prediction> predictions =
                    engine.run(Batch.of(texts.stream().map(engine::prepare).toList()));
            for (int i = 0; i < texts.size(); i++) {
                assertClose(predictions.get(i), expected.get(i), texts.get(i));
            }
        }
    }

    @Test
    void textsAreCutAtTheLongestInputAndSayso() throws Exception {
        TinyModel model = new TinyModel();
        model.config = "\"max_position_embeddings\": 8";
        try (OnnxEngine engine = open(model)) {
            Prepared fits = engine.prepare("good good good bad bad bad");
            Prepared cut = engine.prepare("good good good bad bad bad wine");
            assertThat(fits.cost()).isEqualTo(8);
            assertThat(fits.truncated()).isFalse();
            assertThat(cut.cost()).isEqualTo(8);
            assertThat(cut.truncated()).isTrue();
            List<Prediction> both = engine.run(Batch.of(List.of(fits, cut)));
            assertThat(both.get(0)).isEqualTo(both.get(1));
        }
    }

    @Test
    void theLongestInputCanBeLoweredButNotRaised() throws Exception {
        ModelFolder model = ModelFolder.read(new TinyModel().writeTo(folder));
        OnnxOptions options = OnnxOptions.defaults().withCacheFolder(null);
        try (OnnxEngine engine = OnnxEngine.open(model, options.withMaxLength(5))) {
            assertThat(engine.prepare("a a a a a a").cost()).isEqualTo(5);
        }
        for (int length : new int[] {2, 65}) {
            assertThatThrownBy(() -> OnnxEngine.open(model, options.withMaxLength(length)))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining("a longest input of " + length + " tokens")
                    .hasMessageContaining("from 3 to 64");
        }
    }

    @Test
    void aRowThatIsNotANumberIsNamedAndLeavesTheEngineUsable() throws Exception {
        try (OnnxEngine engine = open(new TinyModel())) {
            Prepared good = engine.prepare("good");
            Batch batch = Batch.of(List.of(good, good, engine.prepare("nan")));
            assertThatThrownBy(() -> engine.run(batch))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.fault()).isEqualTo(EngineException.Fault.PERMANENT))
                    .hasMessageContaining("NaN for row 2");
            assertThat(engine.run(Batch.of(List.of(good)))).hasSize(1);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aCancelledBatchEndsAndTheEngineGoesOn() throws Exception {
        TinyModel model = new TinyModel();
        model.endless = true;
        try (OnnxEngine engine = open(model)) {
            for (boolean started : new boolean[] {false, true, true}) {
                Cancellation cancellation = new Cancellation();
                Batch batch = new Batch(List.of(engine.prepare("good")), cancellation);
                FutureTask<List<Prediction>> running = new FutureTask<>(() -> engine.run(batch));
                Thread thread = new Thread(running);
                if (!started) {
                    cancellation.cancel();
                }
                thread.start();
                while (started && !insideTheModel(thread)) {
                    Thread.onSpinWait();
                }
                cancellation.cancel();
                assertThatThrownBy(running::get)
                        .hasCauseInstanceOf(EngineException.class)
                        .hasMessageContaining("cancelled");
                thread.join();
            }
        }
    }

    private static boolean insideTheModel(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getClassName().equals("ai.onnxruntime.OrtSession");
    }

    @Test
    void scoresAreTheSameWhateverTheBatchTheOrderAndTheThread() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        try (OnnxEngine engine = open(new TinyModel());
                ExecutorService executor = Executors.newFixedThreadPool(6)) {
            assertThat(engine.model().batchInvariant()).isTrue();
            record Scored(String text, Prediction alone) {}
            List<Scored> texts = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                StringBuilder text = new StringBuilder("t" + i);
                for (int n = random.nextInt(50); n > 0; n--) {
                    text.append(' ').append(TinyModel.VOCABULARY.get(6 + random.nextInt(10)));
                }
                texts.add(new Scored(text.toString(), new Prediction(score(engine, text.toString()))));
            }
            for (int round = 0; round < 5; round++) {
                Collections.shuffle(texts, random);
                List<Callable<Void>> calls = new ArrayList<>();
                for (int from = 0; from < texts.size(); ) {
                    List<Scored> some =
                            List.copyOf(texts.subList(from, Math.min(texts.size(), from + 1 + random.nextInt(20))));
                    from += some.size();
                    calls.add(() -> {
                        List<Prediction> predictions = engine.run(Batch.of(some.stream()
                                .map(row -> engine.prepare(row.text()))
                                .toList()));
                        assertThat(predictions).hasSize(some.size());
                        for (int i = 0; i < some.size(); i++) {
                            assertClose(predictions.get(i), some.get(i).alone(), "seed " + seed);
                        }
                        return null;
                    });
                }
                for (var done : executor.invokeAll(calls)) {
                    done.get();
                }
            }
        }
    }

    @Test
    void aDynamicallyQuantisedModelSaysThatItsScoresDependOnTheBatchAndStillRuns() throws Exception {
        TinyModel model = new TinyModel();
        model.quantized = true;
        try (OnnxEngine engine = open(model)) {
            assertThat(engine.model().batchInvariant()).isFalse();
            List<LabelScore> first = score(engine, "good wine");
            assertThat(score(engine, "good wine")).isEqualTo(first);
            assertThat(engine.run(Batch.of(List.of(engine.prepare("good"), engine.prepare("a bad wine")))))
                    .hasSize(2);
        }
    }

    @Test
    void aModelWithAnotherNumberOfLabelsIsRefused() throws Exception {
        TinyModel model = new TinyModel();
        model.labels = 3;
        assertThatThrownBy(() -> open(model))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("model.onnx: output logits has the shape [-1, 3]")
                .hasMessageContaining("config.json names 2 labels");
    }

    @Test
    void afterClosingRunSaysSo() throws Exception {
        OnnxEngine engine = open(new TinyModel());
        Prepared row = engine.prepare("good");
        engine.close();
        engine.close();
        assertThatThrownBy(() -> engine.run(Batch.of(List.of(row)))).hasMessageContaining("has been closed");
    }

    private static void assertClose(Prediction actual, Prediction expected, String what) {
        for (LabelScore score : expected.scores()) {
            assertThat(scoreOf(actual.scores(), score.label())).as(what).isCloseTo(score.score(), within(1e-5f));
        }
    }
}
