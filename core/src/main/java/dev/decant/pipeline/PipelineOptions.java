package dev.decant.pipeline;

import dev.decant.batch.BatchPolicy;
import dev.decant.metrics.Ticker;
import java.time.Duration;

/// How a [Pipeline] runs.
///
/// @param workers how many engine calls run at once, at least 1; the engine's concurrency is a further bound
/// @param batches how large a batch may be; rows of a model that is not batch invariant run alone whatever it says
/// @param windows how much input is held at once
/// @param faults what is done about failing calls
/// @param memoryInterval how often the process tree's memory is sampled; zero: at the end only
/// @param ticker the clock
public record PipelineOptions(
        int workers,
        BatchPolicy batches,
        WindowPolicy windows,
        FaultPolicy faults,
        Duration memoryInterval,
        Ticker ticker) {
    /// A worker for each processor, and each policy's own default.
    public static final PipelineOptions DEFAULT = new PipelineOptions(
            Runtime.getRuntime().availableProcessors(),
            BatchPolicy.DEFAULT,
            WindowPolicy.DEFAULT,
            FaultPolicy.DEFAULT,
            Duration.ofMillis(500),
            Ticker.SYSTEM);

    public PipelineOptions {
        if (workers < 1) {
            throw new IllegalArgumentException("at least one worker is needed, not " + workers);
        }
    }

    /// These options with so many workers.
    public PipelineOptions withWorkers(int workers) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }

    /// These options with another bound on batches.
    public PipelineOptions withBatches(BatchPolicy batches) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }

    /// These options with another bound on windows.
    public PipelineOptions withWindows(WindowPolicy windows) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }

    /// These options with another way to meet faults.
    public PipelineOptions withFaults(FaultPolicy faults) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }

    /// These options with memory sampled so often; zero: at the end only.
    public PipelineOptions withMemoryInterval(Duration memoryInterval) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }

    /// These options with another clock.
    public PipelineOptions withTicker(Ticker ticker) {
        return new PipelineOptions(workers, batches, windows, faults, memoryInterval, ticker);
    }
}
