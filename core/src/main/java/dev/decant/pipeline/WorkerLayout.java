package dev.decant.pipeline;

import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// How a thread budget is spent: so many engine calls at once, each with so many threads of its own.
///
/// @param workers engine calls at once, at least 1
/// @param threads threads inside each call, at least 1
public record WorkerLayout(int workers, int threads) {
    /// Rows that both layouts are measured on.
    private static final int SAMPLE_ROWS = 64;

    /// Rows for each worker that tell how long the whole input will take.
    private static final int ESTIMATE_ROWS = 8;

    /// The shortest run for which measuring pays.
    private static final Duration WORTHWHILE = Duration.ofSeconds(30);

    public WorkerLayout {
        if (workers < 1 || threads < 1) {
            throw new IllegalArgumentException("at least one worker and one thread");
        }
    }

    /// A worker for each thread of the budget: what is fastest for most models on a CPU.
    public static WorkerLayout manyWorkers(int budget) {
        return new WorkerLayout(budget, 1);
    }

    /// One worker that has all threads of the budget.
    public static WorkerLayout oneWorker(int budget) {
        return new WorkerLayout(1, budget);
    }

    /// So many workers that share the budget.
    public static WorkerLayout of(int workers, int budget) {
        return new WorkerLayout(workers, Math.max(1, budget / workers));
    }

    /// Opens an engine for a layout.
    @FunctionalInterface
    public interface Opener {
        Engine open(WorkerLayout layout) throws IOException;

        /// Whether a second engine uses what the first has loaded. Where not, the first is closed before the second is
        /// opened, so that the weights are in memory once, and is opened again where it was the faster one.
        default boolean shares() {
            return false;
        }
    }

    /// A layout with the engine that was opened for it.
    ///
    /// @param measured whether both layouts were run, or the first was taken unseen
    public record Choice(WorkerLayout layout, Engine engine, boolean measured) {}

    /// Chooses between a worker for each thread and one worker with all of them (`--workers auto`).
    ///
    /// Both are run over the first rows, one after the other, and the faster one is kept. An input that takes
    /// less than half a minute is not worth it: there, and where the budget is one thread, the first is taken.
    /// The caller closes the engine returned; others are closed here.
    ///
    /// @param input its first rows are looked at, and are still to be read
    public static Choice auto(int budget, Opener opener, Lookahead input, PipelineOptions options)
            throws IOException, InterruptedException {
        return faster(manyWorkers(budget), oneWorker(budget), opener, input, options);
    }

    /// Chooses between two layouts as [#auto] does: the usual one, and another that is kept only where it is faster and
    /// gives each of the first rows the same label.
    public static Choice faster(
            WorkerLayout usual, WorkerLayout other, Opener opener, Lookahead input, PipelineOptions options)
            throws IOException, InterruptedException {
        Deque<Engine> open = new ArrayDeque<>();
        try {
            open.push(opener.open(usual));
            if (other.equals(usual) || !worthwhile(open.element(), usual, input, options)) {
                return new Choice(usual, open.pop(), false);
            }
            List<String> sample = texts(input.peek(SAMPLE_ROWS));
            Labels labels = new Labels();
            Duration before = time(open.element(), usual, sample, options, labels);
            if (!opener.shares()) {
                open.pop().close();
            }
            open.push(opener.open(other));
            Labels otherLabels = new Labels();
            Duration after = time(open.element(), other, sample, options, otherLabels);
            if (after.compareTo(before) < 0 && otherLabels.labels.equals(labels.labels)) {
                return new Choice(other, open.pop(), true);
            }
            open.pop().close();
            return new Choice(usual, open.isEmpty() ? opener.open(usual) : open.pop(), true);
        } finally {
            open.forEach(Engine::close);
        }
    }

    private static boolean worthwhile(Engine engine, WorkerLayout layout, Lookahead input, PipelineOptions options)
            throws IOException, InterruptedException {
        // Enough for each worker to have a batch: what one of them does alone is not the run's pace.
        List<String> few = texts(input.peek(Math.min(SAMPLE_ROWS, ESTIMATE_ROWS * layout.workers())));
        if (few.size() < ESTIMATE_ROWS) {
            return false;
        }
        double fraction = input.progress().fraction();
        if (fraction < 0) {
            return true; // A pipe: how much comes is not known, so it may be much.
        }
        double rows = estimatedRows(input.peek(SAMPLE_ROWS), input.progress());
        double seconds = time(engine, layout, few, options, new Labels()).toNanos() / 1e9 * rows / few.size();
        return seconds >= WORTHWHILE.toSeconds();
    }

    /// How many rows the input has, as far as the first ones tell. By its buffers a source has read further
    /// than the rows it has given, all of a small file at once; the rows' own lengths tell more, unless the
    /// input is compressed.
    private static double estimatedRows(List<Row> first, Source.Progress progress) {
        if (first.size() < SAMPLE_ROWS) {
            return first.size(); // These are all.
        }
        long length = 0;
        for (Row row : first) {
            Fields fields = row.fields();
            for (int i = 0; i < fields.size(); i++) {
                length += 1 + fields.values().get(i).length();
                length += fields.encoding() == Fields.Encoding.JSON
                        ? fields.names().get(i).length()
                        : 0;
            }
        }
        double byBuffer = first.size() / Math.max(progress.fraction(), 1e-9);
        return length == 0 ? byBuffer : Math.max(byBuffer, (double) progress.bytesTotal() / length * first.size());
    }

    private static List<String> texts(List<Row> rows) {
        return rows.stream()
                .filter(row -> row instanceof Row.Text)
                .map(row -> ((Row.Text) row).text())
                .distinct()
                .toList();
    }

    private static Duration time(
            Engine engine, WorkerLayout layout, List<String> texts, PipelineOptions options, Labels labels)
            throws InterruptedException {
        Source source = new StringSource(texts.iterator());
        return new Pipeline(engine, options.withWorkers(layout.workers()).withMemoryInterval(Duration.ZERO))
                .run(source, labels)
                .elapsed();
    }

    /// Keeps the labels alone: the rows come again in the run.
    private static final class Labels implements Sink {
        private final List<String> labels = new ArrayList<>();

        @Override
        public void write(Row row, Outcome outcome) {
            labels.add(outcome instanceof Outcome.Scored scored ? scored.best().label() : "");
        }

        @Override
        public void commit() {}

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }
}
