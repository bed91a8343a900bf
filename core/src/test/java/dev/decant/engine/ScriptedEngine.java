package dev.decant.engine;

import dev.decant.data.LabelScore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// A small deterministic engine for tests: a text's label and score follow from its characters, and a
/// test may put its own faults between the call and the answer.
public class ScriptedEngine implements Engine {
    /// What happens in a call, in place of the plain answers.
    @FunctionalInterface
    public interface Script {
        List<Prediction> run(List<String> texts, Batch batch) throws EngineException;
    }

    /// A prepared text; costs one for each of its words.
    public record Words(String text) implements Prepared {
        @Override
        public int cost() {
            return 1 + (int) text.chars().filter(c -> c == ' ').count();
        }
    }

    private final Script script;
    private final boolean batchInvariant;
    private final int concurrency;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    public ScriptedEngine() {
        this((texts, batch) -> answers(texts));
    }

    public ScriptedEngine(Script script) {
        this(script, true, 64);
    }

    public ScriptedEngine(Script script, boolean batchInvariant, int concurrency) {
        this.script = script;
        this.batchInvariant = batchInvariant;
        this.concurrency = concurrency;
    }

    /// The right answers, whatever the script does.
    public static List<Prediction> answers(List<String> texts) {
        List<Prediction> predictions = new ArrayList<>();
        for (String text : texts) {
            predictions.add(answer(text));
        }
        return predictions;
    }

    /// The right answer for one text.
    public static Prediction answer(String text) {
        float score = 0.5f + (text.hashCode() >>> 9) / (float) (1 << 24);
        boolean positive = (text.hashCode() & 1) == 0;
        return new Prediction(List.of(
                new LabelScore(positive ? "POSITIVE" : "NEGATIVE", score),
                new LabelScore(positive ? "NEGATIVE" : "POSITIVE", 1 - score)));
    }

    /// Calls so far.
    public long calls() {
        return calls.get();
    }

    /// Rows over all calls so far.
    public long rows() {
        return rows.get();
    }

    public boolean closed() {
        return closed.get();
    }

    @Override
    public ModelInfo model() {
        return new ModelInfo(
                "scripted",
                List.of("NEGATIVE", "POSITIVE"),
                ProblemType.SINGLE_LABEL_CLASSIFICATION,
                0,
                batchInvariant,
                () -> "scripted");
    }

    @Override
    public int concurrency() {
        return concurrency;
    }

    @Override
    public Prepared prepare(String text) throws EngineException {
        return new Words(text);
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        calls.incrementAndGet();
        rows.addAndGet(batch.size());
        List<String> texts = new ArrayList<>();
        for (Prepared row : batch.rows()) {
            texts.add(((Words) row).text());
        }
        return script.run(texts, batch);
    }

    @Override
    public void close() {
        closed.set(true);
    }
}
