package dev.decant.pipeline;

import java.time.Duration;

/// What is done when an engine call fails or does not end.
///
/// A transient fault is retried up to `retries` times for each batch, after a pause that starts at
/// `backoff` and doubles; then, and after any other fault, the batch is bisected. A call that lasts
/// longer than `batchTimeout` is cancelled; one that has not ended `grace` later is given up with its
/// worker, which is replaced as far as the engine's concurrency allows.
///
/// @param retries further calls after transient faults, for each batch with all its parts; 0 or more
/// @param backoff the pause before the first retry; doubles up to 32 times itself
/// @param batchTimeout the longest a call may last
/// @param grace how long a cancelled call may take to end
public record FaultPolicy(int retries, Duration backoff, Duration batchTimeout, Duration grace) {
    /// Two retries after 50 ms and 100 ms, a minute for a call, five seconds of grace.
    public static final FaultPolicy DEFAULT =
            new FaultPolicy(2, Duration.ofMillis(50), Duration.ofMinutes(1), Duration.ofSeconds(5));

    public FaultPolicy {
        if (retries < 0 || backoff.isNegative() || batchTimeout.isNegative() || batchTimeout.isZero()) {
            throw new IllegalArgumentException("retries and backoff are 0 or more, the batch timeout is more than 0");
        }
    }

    /// The pause before retry number `retry`, from 0.
    Duration backoff(int retry) {
        return backoff.multipliedBy(1L << Math.min(retry, 5));
    }
}
