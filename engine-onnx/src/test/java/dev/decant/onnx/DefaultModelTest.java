package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model that comes with Decant, through the engine as users run it.
class DefaultModelTest {
    private static final List<String> WORDS = List.of(
            "a", "great", "awful", "wine", "film", "not", "very", "bright", "fruity", "bitter", "corked", "lovely",
            "finish", "the", "of", "with", "oak", "and", "no", "boring", ",", ".", "crème", "Château");

    private static final Path PLACE = Path.of(System.getProperty("decant.root", ".."), "models", "sst2-minilm");

    @TempDir
    Path cache;

    @BeforeEach
    void theModelIsThere() {
        assumeThat(Files.exists(PLACE.resolve("model.onnx")))
                .as("the default model in models/sst2-minilm")
                .isTrue();
    }

    @Test
    void itTellsPraiseFromBlame() throws Exception {
        try (OnnxEngine engine =
                OnnxEngine.open(ModelFolder.read(PLACE), OnnxOptions.defaults().withCacheFolder(null))) {
            assertThat(engine.model().labels()).containsExactly("NEGATIVE", "POSITIVE");
            assertThat(engine.model().maxInputTokens()).isEqualTo(512);
            assertThat(best(engine, "A gorgeous, elegant wine with a long and lovely finish.")
                            .label())
                    .isEqualTo("POSITIVE");
            assertThat(best(engine, "Thin, bitter and corked: a complete waste of money.")
                            .label())
                    .isEqualTo("NEGATIVE");
        }
    }

    private static LabelScore best(OnnxEngine engine, String text) throws Exception {
        return engine.run(Batch.of(List.of(engine.prepare(text))))
                .getFirst()
                .scores()
                .getFirst();
    }

    @Test
    void itsScoresAreExactlyTheSameInAnyOrderAndThreadWithAndWithoutCache() throws Exception {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        record Scored(String text, Prediction expected) {}
        List<Scored> rows = new ArrayList<>();
        ModelFolder folder = ModelFolder.read(PLACE);
        OnnxOptions options = OnnxOptions.defaults().withCacheFolder(null);
        try (OnnxEngine engine = OnnxEngine.open(folder, options)) {
            // Where rows depend on one another the pipeline runs them alone, and so does this test.
            assertThat(engine.model().batchInvariant()).isEqualTo(folder.graph().batchInvariant());
            for (int i = 0; i < 60; i++) {
                StringBuilder text = new StringBuilder("Review " + i);
                for (int n = 1 + random.nextInt(80); n > 0; n--) {
                    text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
                }
                Prepared row = engine.prepare(text.toString());
                rows.add(new Scored(
                        text.toString(), engine.run(Batch.of(List.of(row))).getFirst()));
            }
        }
        for (OnnxOptions other : List.of(options, options.withCacheFolder(cache), options.withCacheFolder(cache))) {
            try (OnnxEngine engine = OnnxEngine.open(folder, other);
                    var executor = Executors.newFixedThreadPool(4)) {
                Collections.shuffle(rows, random);
                List<Callable<Prediction>> calls = new ArrayList<>();
                for (Scored row : rows) {
                    calls.add(() -> engine.run(Batch.of(List.of(engine.prepare(row.text()))))
                            .getFirst());
                }
                var answers = executor.invokeAll(calls);
                for (int i = 0; i < rows.size(); i++) {
                    assertThat(answers.get(i).get())
                            .as("seed %d, text %s", seed, rows.get(i).text())
                            .isEqualTo(rows.get(i).expected());
                }
            }
        }
    }
}
