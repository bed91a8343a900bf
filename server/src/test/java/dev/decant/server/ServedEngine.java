package dev.decant.server;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.engine.ProblemType;
import dev.decant.engine.ScriptedEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A small engine for the server's tests: a text with `good` in it is POSITIVE, and some texts misbehave.
///
/// `poison` fails its batch, `refused` cannot be prepared, `long` is cut. While it is held, calls wait.
final class ServedEngine implements Engine {
    private final String id;
    private final List<String> labels;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean closed;

    private record Cut(Prepared prepared) implements Prepared {
        @Override
        public int cost() {
            return prepared.cost();
        }

        @Override
        public boolean truncated() {
            return true;
        }
    }

    ServedEngine() {
        this("tiny");
    }

    ServedEngine(String id) {
        this(id, List.of("NEGATIVE", "POSITIVE"));
    }

    ServedEngine(String id, List<String> labels) {
        this.id = id;
        this.labels = labels;
    }

    /// Lets calls wait until [#release()].
    void hold() {
        gate = new CountDownLatch(1);
    }

    void release() {
        gate.countDown();
    }

    /// The texts that reached the model, warm-up included.
    List<String> seen() {
        return List.copyOf(seen);
    }

    boolean closed() {
        return closed;
    }

    @Override
    public ModelInfo model() {
        return new ModelInfo(id, labels, ProblemType.SINGLE_LABEL_CLASSIFICATION, 8, true, () -> id);
    }

    @Override
    public int concurrency() {
        return 8;
    }

    @Override
    public Prepared prepare(String text) throws EngineException {
        if (text.contains("refused")) {
            throw new EngineException(EngineException.Fault.PERMANENT, "this text is refused");
        }
        Prepared words = new ScriptedEngine.Words(text);
        return text.contains("long") ? new Cut(words) : words;
    }

    private static String text(Prepared prepared) {
        return ((ScriptedEngine.Words) (prepared instanceof Cut cut ? cut.prepared : prepared)).text();
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        if (closed) {
            throw new EngineException(EngineException.Fault.FATAL, "run after it was closed");
        }
        List<Prediction> predictions = new ArrayList<>();
        // At once: a test that counts them must not find half a batch.
        seen.addAll(batch.rows().stream().map(ServedEngine::text).toList());
        try {
            if (!gate.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("never released");
            }
        } catch (InterruptedException e) {
            throw new EngineException(EngineException.Fault.PERMANENT, "cancelled", e);
        }
        for (Prepared row : batch.rows()) {
            String text = text(row);
            if (text.contains("poison")) {
                throw new EngineException(EngineException.Fault.PERMANENT, "the model choked");
            }
            if (text.contains("fatal")) {
                throw new EngineException(EngineException.Fault.FATAL, "the model is gone");
            }
            boolean good = text.contains("good");
            LabelScore positive = new LabelScore("POSITIVE", good ? 0.75f : 0.25f, good ? 1 : -1);
            LabelScore negative = new LabelScore("NEGATIVE", good ? 0.25f : 0.75f, good ? -1 : 1);
            predictions.add(new Prediction(good ? List.of(positive, negative) : List.of(negative, positive)));
        }
        return predictions;
    }

    @Override
    public void close() {
        closed = true;
    }
}
