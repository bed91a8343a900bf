package dev.decant.server;

import dev.decant.batch.Admission;
import dev.decant.batch.Priority;
import dev.decant.batch.Submission;
import dev.decant.data.Outcome;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.EngineException.Fault;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import dev.decant.server.model.ModelInstance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A served model as an engine for a pipeline: what the pipeline runs waits in the model's queue as bulk rows,
/// and the model's own workers run it when no request wants them.
///
/// Used under a lease of the instance, which is not closed here.
final class QueuedEngine implements Engine {
    private static final Duration LOOK = Duration.ofMillis(200);

    /// Calls that wait at once, for each of the model's workers: one runs, one is next.
    private static final int WAITING_FOR_EACH_WORKER = 2;

    private final ModelInstance instance;
    private final ModelInfo model;

    private record Text(String text, Prepared prepared) implements Prepared {
        @Override
        public int cost() {
            return prepared.cost();
        }

        @Override
        public boolean truncated() {
            return prepared.truncated();
        }
    }

    QueuedEngine(ModelInstance instance) {
        this.instance = instance;
        ModelInfo info = instance.info();
        // The model's own queue sees to rows that must run alone.
        this.model = new ModelInfo(
                info.id(), instance.labels(), info.problemType(), info.maxInputTokens(), true, info.fingerprint());
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public int concurrency() {
        return instance.workers() * WAITING_FOR_EACH_WORKER;
    }

    @Override
    public Prepared prepare(String text) throws EngineException {
        return new Text(text, instance.engine().prepare(text));
    }

    @Override
    public List<Prediction> run(Batch batch) throws EngineException {
        List<String> texts = new ArrayList<>(batch.size());
        List<Prepared> rows = new ArrayList<>(batch.size());
        for (Prepared row : batch.rows()) {
            if (!(row instanceof Text text)) {
                throw new EngineException(Fault.PERMANENT, "a row was not prepared by this engine");
            }
            texts.add(text.text);
            rows.add(text.prepared);
        }
        Admission admission = instance.queue().submit(texts, rows, Priority.BULK, null);
        if (!(admission instanceof Admission.Accepted(Submission submission))) {
            throw stopped();
        }
        batch.cancellation().onCancel(() -> instance.queue().drop(submission, Submission.Drop.CANCELLED));
        try {
            while (!submission.await(LOOK)) {
                if (instance.broken() != null) {
                    instance.queue().abandon();
                }
            }
        } catch (InterruptedException e) {
            instance.queue().drop(submission, Submission.Drop.CANCELLED);
            Thread.currentThread().interrupt();
            throw new EngineException(Fault.PERMANENT, "the job was interrupted", e);
        } finally {
            batch.cancellation().clear();
        }
        if (submission.dropped() != null) {
            throw stopped();
        }
        return predictions(submission);
    }

    private List<Prediction> predictions(Submission submission) throws EngineException {
        List<Prediction> predictions = new ArrayList<>(submission.size());
        for (int i = 0; i < submission.size(); i++) {
            switch (submission.outcome(i)) {
                case Outcome.Scored scored -> predictions.add(new Prediction(scored.scores()));
                case Outcome.Failed failed -> throw failed(submission, failed.message());
                case Outcome.Skipped skipped -> throw failed(submission, skipped.reason());
            }
        }
        for (int i = 0; i < submission.size(); i++) {
            instance.metrics().outcome(submission.outcome(i));
        }
        return predictions;
    }

    /// The pipeline cuts the batch until it knows the row: then it is counted.
    private EngineException failed(Submission submission, String message) {
        if (submission.size() == 1) {
            instance.metrics().outcome(submission.outcome(0));
        }
        return new EngineException(Fault.PERMANENT, message);
    }

    private EngineException stopped() {
        String broken = instance.broken();
        return new EngineException(
                Fault.FATAL,
                "the model '" + instance.definition().name() + "' has stopped" + (broken == null ? "" : ": " + broken));
    }

    @Override
    public void close() {}
}
