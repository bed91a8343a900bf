package dev.decant.batch;

import java.time.Duration;

/// What a [RequestQueue] says to a request that wants in.
public sealed interface Admission {
    /// It waits, and its outcomes come in the submission.
    record Accepted(Submission submission) implements Admission {}

    /// There is no room.
    ///
    /// @param retryAfter how long the queue takes to empty at the rate at which it did lately
    record Full(Duration retryAfter) implements Admission {}

    /// The queue takes no more requests: its model is about to go, or is broken.
    record Closed() implements Admission {}
}
