package dev.decant.comparison;

import java.time.Duration;

/// How often the memory of a measured tree is read: so often that reading takes a fixed part of one processor's time.
///
/// Reading a gigabyte of tree takes some ten milliseconds, and a hundred megabytes one: a fixed interval would disturb
/// the one or miss the peaks of the other.
///
/// @param share the part of one processor's time that sampling may take, over 0 and at most 0.5; default 0.04
/// @param shortest the shortest wait between two samples; default 10 ms
/// @param longest the longest wait; the same as `shortest` for a fixed interval; default 1 s
public record SamplingPolicy(double share, Duration shortest, Duration longest) {
    public static final SamplingPolicy ADAPTIVE =
            new SamplingPolicy(0.04, Duration.ofMillis(10), Duration.ofSeconds(1));

    public SamplingPolicy {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException("share of sampling: over 0 and at most 0.5, not " + share);
        }
        if (!shortest.isPositive() || longest.compareTo(shortest) < 0) {
            throw new IllegalArgumentException("sampling interval: more than 0, and not from longer to shorter");
        }
    }

    /// One interval, whatever a sample costs.
    public static SamplingPolicy fixed(Duration interval) {
        return new SamplingPolicy(ADAPTIVE.share, interval, interval);
    }

    /// The wait after a sample.
    ///
    /// @param costNanos what a sample takes, on average
    long waitNanos(long costNanos) {
        return Math.clamp((long) (costNanos / share) - costNanos, shortest.toNanos(), longest.toNanos());
    }
}
