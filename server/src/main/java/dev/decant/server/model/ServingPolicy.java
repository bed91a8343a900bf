package dev.decant.server.model;

import dev.decant.batch.BatchPolicy;
import dev.decant.batch.QueuePolicy;
import dev.decant.pipeline.FaultPolicy;
import java.time.Duration;

/// How models serve.
///
/// @param batches how large a batch may be
/// @param queue how much may wait for each model
/// @param faults what is done about failing calls
/// @param drainPatience how long a model that goes waits for the requests that it has accepted
public record ServingPolicy(BatchPolicy batches, QueuePolicy queue, FaultPolicy faults, Duration drainPatience) {
    /// Each policy's own default, and half a minute to drain.
    public static final ServingPolicy DEFAULT =
            new ServingPolicy(BatchPolicy.DEFAULT, QueuePolicy.DEFAULT, FaultPolicy.DEFAULT, Duration.ofSeconds(30));
}
