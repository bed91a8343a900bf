package dev.decant.metrics;

import dev.decant.data.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/// The counters and histograms of one run.
///
/// Written to by the threads of the run, readable at any time from any thread; figures read while
/// the run goes on are each right but need not fit each other. Size does not grow with the input,
/// but for one counter a label.
public final class RunMetrics {
    /// Labels counted apart; whatever comes after so many distinct ones is counted as `(other)`.
    private static final int MAX_LABELS = 10_000;

    private final LongAdder rows = new LongAdder();
    private final LongAdder scored = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder truncated = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final Map<Outcome.Kind, LongAdder> failures = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> labels = new ConcurrentHashMap<>();

    private final LongAdder windows = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder calls = new LongAdder();
    private final LongAdder batchRows = new LongAdder();
    private final LongAdder batchTokens = new LongAdder();
    private final LongAdder paddedTokens = new LongAdder();
    private final LongAccumulator largestBatch = new LongAccumulator(Math::max, 0);
    private final LongAdder retries = new LongAdder();
    private final LongAdder bisections = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder replacedWorkers = new LongAdder();

    private final LongAdder queueSamples = new LongAdder();
    private final LongAdder queueDepthSum = new LongAdder();
    private final LongAccumulator queueDepthMax = new LongAccumulator(Math::max, 0);

    private final Latency read = new Latency();
    private final Latency prepare = new Latency();
    private final Latency queue = new Latency();
    private final Latency inference = new Latency();
    private final Latency write = new Latency();

    public RunMetrics() {}

    /// Counts one row's outcome.
    public void outcome(Outcome outcome) {
        rows.increment();
        switch (outcome) {
            case Outcome.Scored s -> {
                scored.increment();
                if (s.truncated()) {
                    truncated.increment();
                }
                countLabel(s.best().label());
            }
            case Outcome.Failed f -> {
                failed.increment();
                failures.computeIfAbsent(f.kind(), kind -> new LongAdder()).increment();
            }
            case Outcome.Skipped ignored -> skipped.increment();
        }
    }

    private void countLabel(String label) {
        LongAdder adder = labels.get(label);
        if (adder == null) {
            String key = labels.size() < MAX_LABELS ? label : "(other)";
            adder = labels.computeIfAbsent(key, ignored -> new LongAdder());
        }
        adder.increment();
    }

    /// Counts a row whose text stood already in its window, and was not run again.
    public void duplicate() {
        duplicates.increment();
    }

    /// Counts a window that was read and prepared in `readNanos` and `prepareNanos`.
    public void window(long readNanos, long prepareNanos) {
        windows.increment();
        read.record(readNanos);
        prepare.record(prepareNanos);
    }

    /// Counts a batch that was cut; the first call of it is the one that is always needed.
    public void batch() {
        batches.increment();
    }

    /// Counts one engine call over `rows` rows of `tokens` tokens, padded to `padded` in all.
    public void call(int rows, long tokens, long padded, long nanos) {
        calls.increment();
        batchRows.add(rows);
        batchTokens.add(tokens);
        paddedTokens.add(padded);
        largestBatch.accumulate(rows);
        inference.record(nanos);
    }

    /// Counts a batch's wait for a worker, and the number of batches that waited then.
    public void queued(long nanos, int depth) {
        queue.record(nanos);
        queueSamples.increment();
        queueDepthSum.add(depth);
        queueDepthMax.accumulate(depth);
    }

    /// Counts the writing of one window.
    public void written(long nanos) {
        write.record(nanos);
    }

    /// Counts a call repeated after a transient fault.
    public void retry() {
        retries.increment();
    }

    /// Counts a batch cut in two after a fault.
    public void bisection() {
        bisections.increment();
    }

    /// Counts a call that was not over in time.
    public void timeout() {
        timeouts.increment();
    }

    /// Counts a worker that was given up and replaced, since its call did not end.
    public void replacedWorker() {
        replacedWorkers.increment();
    }

    /// The row accounting so far.
    public Rows rows() {
        Map<Outcome.Kind, Long> kinds = new EnumMap<>(Outcome.Kind.class);
        failures.forEach((kind, count) -> kinds.put(kind, count.sum()));
        Map<String, Long> counts = new TreeMap<>();
        labels.forEach((label, count) -> counts.put(label, count.sum()));
        return new Rows(
                rows.sum(),
                scored.sum(),
                failed.sum(),
                skipped.sum(),
                truncated.sum(),
                duplicates.sum(),
                kinds,
                counts);
    }

    /// The batch figures so far.
    public Batches batches() {
        return new Batches(
                windows.sum(),
                batches.sum(),
                calls.sum(),
                batchRows.sum(),
                batchTokens.sum(),
                paddedTokens.sum(),
                largestBatch.get(),
                retries.sum(),
                bisections.sum(),
                timeouts.sum(),
                replacedWorkers.sum(),
                queueSamples.sum() == 0 ? 0 : (double) queueDepthSum.sum() / queueSamples.sum(),
                queueDepthMax.get());
    }

    /// The latencies so far.
    public Stages stages() {
        return new Stages(read.summary(), prepare.summary(), queue.summary(), inference.summary(), write.summary());
    }

    /// Where the rows went: `in = scored + failed + skipped`.
    ///
    /// @param truncated scored rows whose text was cut at the longest input
    /// @param duplicates rows that took the answer of an identical text in their window
    /// @param failures failed rows by kind
    /// @param labels scored rows by best label
    public record Rows(
            long in,
            long scored,
            long failed,
            long skipped,
            long truncated,
            long duplicates,
            Map<Outcome.Kind, Long> failures,
            Map<String, Long> labels) {
        /// No rows.
        public static final Rows NONE = new Rows(0, 0, 0, 0, 0, 0, Map.of(), Map.of());

        /// These rows and those of another run.
        public Rows plus(Rows other) {
            Map<Outcome.Kind, Long> kinds = new EnumMap<>(Outcome.Kind.class);
            kinds.putAll(failures);
            other.failures.forEach((kind, count) -> kinds.merge(kind, count, Long::sum));
            Map<String, Long> counts = new TreeMap<>(labels);
            other.labels.forEach((label, count) -> counts.merge(label, count, Long::sum));
            return new Rows(
                    in + other.in,
                    scored + other.scored,
                    failed + other.failed,
                    skipped + other.skipped,
                    truncated + other.truncated,
                    duplicates + other.duplicates,
                    kinds,
                    counts);
        }
    }

    /// How the rows ran.
    ///
    /// @param batches batches as they were cut
    /// @param calls engine calls, those after retries and bisections included
    /// @param rows rows over all calls
    /// @param tokens their cost, without padding
    /// @param paddedTokens their cost with each row padded to its batch's longest
    /// @param queueDepthMean batches waiting when a worker took one
    public record Batches(
            long windows,
            long batches,
            long calls,
            long rows,
            long tokens,
            long paddedTokens,
            long largestRows,
            long retries,
            long bisections,
            long timeouts,
            long replacedWorkers,
            double queueDepthMean,
            long queueDepthMax) {
        /// The part of what ran that was padding, from 0 to 1.
        public double paddingWaste() {
            return paddedTokens == 0 ? 0 : 1 - (double) tokens / paddedTokens;
        }

        /// Calls beyond one for each batch: what retries and bisections cost.
        public long extraCalls() {
            return Math.max(0, calls - batches);
        }

        /// The mean number of rows in a call.
        public double meanRows() {
            return calls == 0 ? 0 : (double) rows / calls;
        }
    }

    /// How long each stage took: reading, preparing and writing by window, queue and inference by batch.
    public record Stages(
            Latency.Summary read,
            Latency.Summary prepare,
            Latency.Summary queue,
            Latency.Summary inference,
            Latency.Summary write) {}
}
