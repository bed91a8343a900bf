package dev.decant.batch;

import dev.decant.data.Outcome;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client's texts in a [RequestQueue], until each has its outcome or all are dropped together.
///
/// Made by the queue, waited for by one thread. The outcomes and times may be read once [#await] has returned true.
public final class Submission {
    /// Why texts were dropped before the model saw them.
    public enum Drop {
        /// Their deadline passed.
        EXPIRED,
        /// Whoever waited for them has gone.
        CANCELLED,
        /// Their model was closed or is broken.
        CLOSED
    }

    final Priority priority;
    final long submittedNanos;
    final long deadlineNanos;
    final boolean hasDeadline;
    /// What waits or runs for each text; guarded by the queue's lock, as is all that changes here.
    final RequestQueue.Entry[] entries;
    private final @Nullable Outcome[] outcomes;
    private final CountDownLatch done = new CountDownLatch(1);
    private int open;
    private @Nullable Drop dropped;
    private long queueNanos;
    private long inferenceNanos;

    Submission(int size, Priority priority, long submittedNanos, @Nullable Duration timeout) {
        this.priority = priority;
        this.submittedNanos = submittedNanos;
        this.hasDeadline = timeout != null;
        this.deadlineNanos = timeout == null ? 0 : submittedNanos + timeout.toNanos();
        this.entries = new RequestQueue.Entry[size];
        this.outcomes = new @Nullable Outcome[size];
        this.open = size;
    }

    /// Whether the deadline has passed.
    boolean expired(long now) {
        return hasDeadline && now - deadlineNanos >= 0;
    }

    /// Whether there is nothing more to come.
    boolean ended() {
        return open == 0 || dropped != null;
    }

    void complete(int index, Outcome outcome, long startedNanos, long now) {
        outcomes[index] = outcome;
        // A text that joined one which was running already has not waited.
        long started = Math.max(startedNanos, submittedNanos);
        queueNanos += started - submittedNanos;
        inferenceNanos += now - started;
        if (--open == 0) {
            done.countDown();
        }
    }

    void drop(Drop reason) {
        dropped = reason;
        done.countDown();
    }

    /// Waits until there is nothing more to come; false when there is after `patience`.
    public boolean await(Duration patience) throws InterruptedException {
        return done.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Why the texts were dropped, or null where each has its outcome.
    public @Nullable Drop dropped() {
        return dropped;
    }

    /// The number of texts.
    public int size() {
        return outcomes.length;
    }

    /// The outcome of text `i`.
    public Outcome outcome(int i) {
        Outcome outcome = outcomes[i];
        if (outcome == null) {
            throw new IllegalStateException("text " + i + " has no outcome");
        }
        return outcome;
    }

    /// How long a text waited for a worker, in the mean.
    public Duration queueTime() {
        return Duration.ofNanos(queueNanos / Math.max(1, outcomes.length));
    }

    /// How long a text was with a worker, in the mean.
    public Duration inferenceTime() {
        return Duration.ofNanos(inferenceNanos / Math.max(1, outcomes.length));
    }
}
