package dev.decant.metrics;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/// The latency histogram of one stage: two significant digits from 1 µs to 1 hour, in about 30 KB.
///
/// Recorded to from any thread without locks. After G. Tene's HdrHistogram.
public final class Latency {
    private static final long LONGEST_MICROS = TimeUnit.HOURS.toMicros(1);

    private final AtomicHistogram micros = new AtomicHistogram(LONGEST_MICROS, 2);

    /// Adds one measurement; what is longer than an hour counts as an hour.
    public void record(long nanos) {
        micros.recordValue(Math.clamp(nanos / 1_000, 0, LONGEST_MICROS));
    }

    /// What has been recorded so far.
    public Summary summary() {
        // Of a copy: going through a histogram that is recorded to fails.
        Histogram copy = new Histogram(micros);
        copy.add(micros);
        return new Summary(
                copy.getTotalCount(),
                copy.getTotalCount() == 0 ? 0 : copy.getMean() / 1e3,
                copy.getValueAtPercentile(50) / 1e3,
                copy.getValueAtPercentile(95) / 1e3,
                copy.getValueAtPercentile(99) / 1e3,
                copy.getMaxValue() / 1e3);
    }

    /// A histogram in five figures, in milliseconds.
    ///
    /// @param count the number of measurements
    public record Summary(long count, double meanMs, double p50Ms, double p95Ms, double p99Ms, double maxMs) {}
}
