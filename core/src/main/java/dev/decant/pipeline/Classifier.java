package dev.decant.pipeline;

import dev.decant.batch.DynamicBatcher;
import dev.decant.batch.InferenceRequest;
import dev.decant.data.Outcome;
import dev.decant.engine.Engine;
import dev.decant.engine.ModelInfo;
import dev.decant.metrics.RunMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// A model with its workers, for use from Java: texts in, outcomes out, in the same order.
///
/// Owns the engine: closing the classifier closes it. Callable from any number of threads at once,
/// which share the workers. Blank texts are [Outcome.Skipped], texts that the engine cannot score
/// [Outcome.Failed]; an exception is thrown only when the engine as a whole is broken.
public final class Classifier implements AutoCloseable {
    private static final int QUEUED_FOR_EACH_WORKER = 64;

    private final Engine engine;
    private final PipelineOptions options;
    private final RunMetrics metrics = new RunMetrics();
    private final DynamicBatcher batcher;
    private final InstanceGroup group;

    private Classifier(Engine engine, PipelineOptions options) {
        this.engine = engine;
        this.options = options;
        this.batcher = new DynamicBatcher(options.batches().forModel(engine.model()));
        int workers = Math.min(options.workers(), engine.concurrency());
        this.group = new InstanceGroup(
                engine, workers, workers * QUEUED_FOR_EACH_WORKER, options.faults(), metrics, options.ticker());
    }

    /// A classifier with a worker for each processor; takes over the engine.
    public static Classifier over(Engine engine) {
        return over(engine, PipelineOptions.DEFAULT);
    }

    /// A classifier with the given options; takes over the engine.
    public static Classifier over(Engine engine, PipelineOptions options) {
        return new Classifier(engine, options);
    }

    /// What the engine runs.
    public ModelInfo model() {
        return engine.model();
    }

    /// Scores one text.
    public Outcome classify(String text) {
        return classify(List.of(text)).getFirst();
    }

    /// Scores all texts; the outcomes are in their order.
    ///
    /// @throws IllegalStateException when the engine is broken or this classifier is closed
    public List<Outcome> classify(List<String> texts) {
        return classify(texts.stream()).toList();
    }

    /// Scores texts as they are taken from the stream, a few windows ahead of the reader: memory is
    /// bounded however long the stream is. The outcomes are in the order of the texts.
    ///
    /// The result is a lazy, sequential stream, which throws as [#classify(List)] does.
    public Stream<Outcome> classify(Stream<String> texts) {
        Iterator<Outcome> outcomes = new Outcomes(texts.iterator());
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(outcomes, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(texts::close);
    }

    /// Waits for the calls that are running, as long as one may take, and closes the engine.
    ///
    /// An engine in which a call hangs for ever is left open: closing it under the call could end the JVM.
    @Override
    public void close() {
        int openCalls;
        try {
            openCalls = group.shutdown(
                    options.faults().batchTimeout().plus(options.faults().grace()));
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
            return;
        }
        if (openCalls == 0) {
            engine.close();
        }
    }

    /// The outcomes of one stream of texts; used by one thread.
    private final class Outcomes implements Iterator<Outcome> {
        private final WindowReader reader;
        private final Deque<Window> windows = new ArrayDeque<>();
        private @Nullable Window current;
        private int next;
        private boolean exhausted;

        Outcomes(Iterator<String> texts) {
            reader = new WindowReader(new StringSource(texts), engine, options.windows(), metrics, options.ticker());
        }

        @Override
        public boolean hasNext() {
            while (current == null || next == current.size()) {
                readAhead();
                current = windows.poll();
                next = 0;
                if (current == null) {
                    return false;
                }
                await(current);
            }
            return true;
        }

        @Override
        public Outcome next() {
            if (!hasNext() || current == null) {
                throw new NoSuchElementException();
            }
            return current.outcome(next++);
        }

        private void readAhead() {
            try {
                while (!exhausted && windows.size() < WindowPolicy.IN_FLIGHT) {
                    Window window = reader.next(() -> false);
                    if (window == null) {
                        exhausted = true;
                    } else {
                        windows.add(window);
                        submit(window);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void submit(Window window) {
            for (List<InferenceRequest> batch : batcher.cut(window.requests())) {
                try {
                    while (!group.submit(batch, InstanceGroup.LOOK)) {
                        checkUsable();
                        if (group.closing()) {
                            throw new IllegalStateException("the classifier is closed");
                        }
                    }
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }

        private void await(Window window) {
            try {
                while (!window.awaitDone(InstanceGroup.LOOK.toMillis())) {
                    checkUsable();
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private IllegalStateException interrupted(InterruptedException e) {
            Thread.currentThread().interrupt();
            return new IllegalStateException("interrupted while classifying", e);
        }

        private void checkUsable() {
            String broken = group.broken();
            if (broken != null) {
                throw new IllegalStateException(broken);
            }
        }
    }
}
