package dev.decant.benchmarks;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ProblemType;
import java.util.Collections;
import java.util.List;

/// Answers at once, the same for every text: what is left of a run is the pipeline's own time.
final class NoOpEngine implements Engine {
    private static final Prediction ANSWER =
            new Prediction(List.of(new LabelScore("POSITIVE", 0.75f), new LabelScore("NEGATIVE", 0.25f)));

    private record Length(int cost) implements Prepared {}

    private final ModelInfo model = new ModelInfo(
            "no-op", List.of("NEGATIVE", "POSITIVE"), ProblemType.SINGLE_LABEL_CLASSIFICATION, 0, true, () -> "no-op");

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int concurrency() {
        return 1024;
    }

    /// Costs a token for each four characters, which is about what English costs.
    @Override
    public Prepared prepare(String text) {
        return new Length(1 + text.length() / 4);
    }

    @Override
    public List<Prediction> run(Batch batch) {
        return Collections.nCopies(batch.size(), ANSWER);
    }

    @Override
    public void close() {}
}
