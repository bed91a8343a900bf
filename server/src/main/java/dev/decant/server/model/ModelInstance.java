package dev.decant.server.model;

import dev.decant.batch.RequestQueue;
import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.ModelInfo;
import dev.decant.engine.Prediction;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import dev.decant.pipeline.InstanceGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One loaded version of a model, with its queue and workers.
///
/// It is used under a [Lease], and closed once it has been retired and the last lease is given back.
public final class ModelInstance {
    /// A short text and a longer one: the model's first runs allocate what later ones use again.
    private static final List<String> WARM_UP = List.of("Warm up.", "A sentence of some more words. ".repeat(12));

    private final ModelDefinition definition;
    private final Engine engine;
    private final ModelInfo info;
    private final List<String> labels;
    private final RequestQueue queue;
    private final InstanceGroup group;
    private final RunMetrics metrics;
    private final int workers;
    private final Ticker ticker;
    private final long loadedNanos;
    private int leases;
    private boolean retiring;

    private ModelInstance(
            ModelDefinition definition,
            Engine engine,
            List<String> labels,
            ServingPolicy policy,
            RunMetrics metrics,
            Ticker ticker) {
        this.definition = definition;
        this.engine = engine;
        this.info = engine.model();
        this.labels = labels;
        this.metrics = metrics;
        this.ticker = ticker;
        this.loadedNanos = ticker.nanos();
        this.workers = Math.min(definition.workers(), engine.concurrency());
        // With one worker there is none to keep free.
        var queuePolicy = policy.queue().withBulkWorkers(Math.max(1, workers - 1));
        this.queue = new RequestQueue(policy.batches().forModel(info), queuePolicy, ticker);
        this.group = new InstanceGroup(engine, workers, queue, policy.faults(), metrics, ticker);
    }

    /// Opens a model and runs it a few times, so that the first request takes no longer than the next.
    ///
    /// @throws IOException when it cannot be opened, or its first run fails
    static ModelInstance open(ModelDefinition definition, ServingPolicy policy, RunMetrics metrics, Ticker ticker)
            throws IOException {
        Engine engine = definition.opener().open();
        try {
            List<String> labels = warmUp(definition, engine);
            return new ModelInstance(definition, engine, labels, policy, metrics, ticker);
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /// The labels: those that the engine knows, else those of its first answer.
    private static List<String> warmUp(ModelDefinition definition, Engine engine) throws IOException {
        List<String> labels = engine.model().labels();
        try {
            for (String text : WARM_UP) {
                List<Prediction> predictions = engine.run(Batch.of(List.of(engine.prepare(text))));
                if (labels.isEmpty() && predictions.size() == 1) {
                    List<String> seen = predictions.getFirst().scores().stream()
                            .map(LabelScore::label)
                            .sorted()
                            .toList();
                    // A single label is the best one, and tells nothing of the others.
                    labels = seen.size() > 1 ? seen : labels;
                }
            }
            return labels;
        } catch (EngineException e) {
            throw new IOException("model " + definition.name() + ": its first run failed: " + e.getMessage(), e);
        }
    }

    /// The right to use the instance until it is closed.
    public final class Lease implements AutoCloseable {
        private Lease() {}

        /// What is leased.
        public ModelInstance instance() {
            return ModelInstance.this;
        }

        @Override
        public void close() {
            release();
        }
    }

    /// A lease, or null once the instance is retiring.
    synchronized @Nullable Lease lease() {
        if (retiring) {
            return null;
        }
        leases++;
        return new Lease();
    }

    private synchronized void release() {
        leases--;
        notifyAll();
    }

    /// Waits until no lease is out, runs what was accepted, and closes the engine; after `patience` what is left is
    /// dropped.
    ///
    /// @return the calls that hang in the engine, which then stays open
    int retire(Duration patience) throws InterruptedException {
        long deadline = ticker.nanos() + patience.toNanos();
        synchronized (this) {
            retiring = true;
            while (leases > 0 && group.broken() == null) {
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    break;
                }
                wait(Math.clamp(left / 1_000_000, 1, 100));
            }
        }
        queue.close();
        int open = group.shutdown(Duration.ofNanos(Math.max(0, deadline - ticker.nanos())));
        queue.abandon();
        if (open == 0) {
            engine.close();
        }
        return open;
    }

    /// The model's definition.
    public ModelDefinition definition() {
        return definition;
    }

    /// What the engine says of the model.
    public ModelInfo info() {
        return info;
    }

    /// The labels in id order; of an engine that does not know them, those of its first answer, by name.
    public List<String> labels() {
        return labels;
    }

    /// The engine, to prepare texts with.
    public Engine engine() {
        return engine;
    }

    /// Where its requests wait.
    public RequestQueue queue() {
        return queue;
    }

    /// What its workers did, over all versions of the model.
    public RunMetrics metrics() {
        return metrics;
    }

    /// Calls that run at once.
    public int workers() {
        return workers;
    }

    /// When it was loaded, by the clock it was given.
    public long loadedNanos() {
        return loadedNanos;
    }

    /// Why it answers no more, or null.
    public @Nullable String broken() {
        return group.broken();
    }
}
