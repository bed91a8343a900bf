package dev.decant.server.model;

import dev.decant.batch.RequestQueue;
import dev.decant.metrics.RunMetrics;

/// A model in figures, over all versions that have served under its name.
///
/// @param workers calls that run at once; 0 where it does not serve
/// @param rows where its texts went
/// @param batches how they ran
/// @param queue what waits now, and all that has ever waited
public record ModelFigures(
        boolean ready, int workers, RunMetrics.Rows rows, RunMetrics.Batches batches, RequestQueue.Figures queue) {}
