package dev.decant.batch;

import java.time.Duration;

/// Rows that leave a queue, for each second of late: an exponentially weighted mean over five seconds.
///
/// Not thread-safe.
final class DrainRate {
    private static final double WINDOW_SECONDS = 5;
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(1);

    private final long origin;
    private long last;
    private double weighted;

    DrainRate(long nanos) {
        origin = nanos;
        last = nanos;
    }

    void left(int rows, long nanos) {
        fade(nanos);
        weighted += rows;
    }

    private void fade(long nanos) {
        weighted *= Math.exp(-Math.max(0, nanos - last) / 1e9 / WINDOW_SECONDS);
        last = nanos;
    }

    /// Rows in a second; 0 where none has left for long.
    double rowsPerSecond(long nanos) {
        fade(nanos);
        // What the weights of all the time so far sum up to: less than the window as long as it is not full.
        double seconds = WINDOW_SECONDS * -Math.expm1(-(nanos - origin) / 1e9 / WINDOW_SECONDS);
        return weighted / Math.max(seconds, 0.001);
    }

    /// How long `rows` will take, in whole seconds from one to sixty.
    Duration timeFor(int rows, long nanos) {
        double rate = rowsPerSecond(nanos);
        if (rate * MOST.toSeconds() <= rows) {
            return rate == 0 ? LEAST : MOST;
        }
        return Duration.ofSeconds(Math.max(LEAST.toSeconds(), (long) Math.ceil(rows / rate)));
    }
}
