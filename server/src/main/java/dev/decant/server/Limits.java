package dev.decant.server;

import java.time.Duration;

/// How much one client may ask for, and how long it may take.
///
/// @param maxBodyBytes the longest body of a request, jobs apart, at least 1
/// @param maxTexts the most texts in a request, at least 1
/// @param maxTextChars the longest text, in UTF-16 units, at least 1
/// @param requestTimeout how long a request may wait for its answer where it does not say itself
/// @param readTimeout how long a client may take to send a request; of a job's body, each further part of it
/// @param writeTimeout how long a client may leave an answer, or a part of a job's, untaken
/// @param idleTimeout how long a connection may be open between two requests
/// @param hangUpCheck after how long a request that waits is checked for a client that has gone
/// @param maxConnections the most connections; further ones wait to be accepted
/// @param maxJobs the most bulk jobs at once, at least 1
/// @param maxJobBytes the longest body of a job, which is kept on the disk while the job runs, at least 1
public record Limits(
        int maxBodyBytes,
        int maxTexts,
        int maxTextChars,
        Duration requestTimeout,
        Duration readTimeout,
        Duration writeTimeout,
        Duration idleTimeout,
        Duration hangUpCheck,
        int maxConnections,
        int maxJobs,
        long maxJobBytes) {
    /// 2 MiB, 1,024 texts of 100,000 characters; a minute for an answer, 30 s for a request, 75 s between two.
    public static final Limits DEFAULT = new Limits(
            2 << 20,
            1_024,
            100_000,
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(75),
            Duration.ofMillis(100),
            4_096,
            2,
            1L << 30);

    public Limits {
        if (maxBodyBytes < 1
                || maxTexts < 1
                || maxTextChars < 1
                || maxConnections < 1
                || maxJobs < 1
                || maxJobBytes < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        for (Duration time : new Duration[] {requestTimeout, readTimeout, writeTimeout, idleTimeout, hangUpCheck}) {
            if (!time.isPositive()) {
                throw new IllegalArgumentException("a time limit is more than 0, not " + time);
            }
        }
    }
}
