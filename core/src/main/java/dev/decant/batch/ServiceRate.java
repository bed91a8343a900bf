package dev.decant.batch;

import java.time.Duration;

/// What workers get done while more waits than they can take: cost in a second, an exponentially weighted mean over
/// the last two seconds of such time.
///
/// Its clock stands still while a worker is free, so a quiet hour does not make the workers look slow. Not
/// thread-safe.
final class ServiceRate {
    private static final double WINDOW_NANOS = 2e9;

    /// After less than that nothing is known.
    private static final double LEAST_NANOS = 1e8;

    private boolean busy;
    private long last;
    private double sinceDone;
    private double nanos;
    private double cost;

    /// Tells whether from now on something waits for which no worker is free.
    void busy(boolean busy, long now) {
        if (this.busy) {
            sinceDone += Math.max(0, now - last);
        }
        this.busy = busy;
        last = now;
    }

    /// Tells what a worker has done; it counts where other rows waited for it.
    void done(int cost) {
        if (busy) {
            // Time and work fade together, so that a batch that lasts longer than the window does not mislead.
            double kept = Math.exp(-sinceDone / WINDOW_NANOS);
            this.cost = this.cost * kept + cost;
            nanos = nanos * kept + sinceDone;
            sinceDone = 0;
        }
    }

    /// How long rows of a cost will wait; zero where that is not known.
    Duration timeFor(long cost) {
        if (nanos < LEAST_NANOS || this.cost <= 0) {
            return Duration.ZERO;
        }
        return Duration.ofNanos((long) (cost * (nanos / this.cost)));
    }
}
