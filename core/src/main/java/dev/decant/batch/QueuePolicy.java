package dev.decant.batch;

import java.time.Duration;

/// How much may wait in a [RequestQueue], and for how long it waits for company.
///
/// A request is taken as long as what waits is below all bounds, however large it is itself: so one text
/// and a batch are refused at the same moment, and no request is too large to be taken at all. What waits
/// is thus less than a bound plus one request. Bulk rows are not counted, since each job has a few in the
/// queue only.
///
/// @param maxRows rows that wait, at least 1
/// @param maxTokens their cost, at least 1
/// @param maxTime how long what waits will take, at the rate at which the workers got on of late; zero: no bound. So
/// a server that becomes slower takes fewer requests, and those it takes are answered as soon as before
/// @param maxDelay how long a batch that is not full waits for more rows while a worker is free; zero: not at all
/// @param bulkWorkers workers that may be busy, with whatever it is, once a bulk batch has started while other requests
/// come: all but one leave one free; at least 1
public record QueuePolicy(int maxRows, long maxTokens, Duration maxTime, Duration maxDelay, int bulkWorkers) {
    /// 1,024 rows of 256 tokens, two seconds, no delay, bulk rows where nothing else runs.
    public static final QueuePolicy DEFAULT =
            new QueuePolicy(1_024, 1_024 * 256, Duration.ofSeconds(2), Duration.ZERO, 1);

    public QueuePolicy {
        if (maxRows < 1 || maxTokens < 1 || bulkWorkers < 1) {
            throw new IllegalArgumentException("a queue has room for one row, and a worker for bulk rows");
        }
        if (maxTime.isNegative() || maxDelay.isNegative()) {
            throw new IllegalArgumentException("a time is 0 or more, not " + maxTime + " and " + maxDelay);
        }
    }

    /// This policy with other bounds.
    public QueuePolicy withBounds(int maxRows, long maxTokens) {
        return new QueuePolicy(maxRows, maxTokens, maxTime, maxDelay, bulkWorkers);
    }

    /// This policy with another bound on the time.
    public QueuePolicy withMaxTime(Duration maxTime) {
        return new QueuePolicy(maxRows, maxTokens, maxTime, maxDelay, bulkWorkers);
    }

    /// This policy with another delay.
    public QueuePolicy withMaxDelay(Duration maxDelay) {
        return new QueuePolicy(maxRows, maxTokens, maxTime, maxDelay, bulkWorkers);
    }

    /// This policy with so many workers for bulk rows.
    public QueuePolicy withBulkWorkers(int bulkWorkers) {
        return new QueuePolicy(maxRows, maxTokens, maxTime, maxDelay, bulkWorkers);
    }
}
