package dev.decant.cli;

import dev.decant.batch.BatchPolicy;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.pipeline.Lookahead;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.WorkerLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how a run goes.
final class RunFlags {
    @Option(
            names = "--max-batch-tokens",
            paramLabel = "N",
            description = "The most tokens in a batch, padding included. Default: 512. A longer text runs alone.")
    private int maxBatchTokens = BatchPolicy.DEFAULT.maxBatchTokens();

    @Option(
            names = "--max-batch-rows",
            paramLabel = "N",
            description = "The most rows in a batch. Default: 8. Rows of a model whose scores depend on the batch"
                    + " (dynamic int8) always run alone.")
    private int maxBatchRows = BatchPolicy.DEFAULT.maxBatchRows();

    @Option(
            names = "--workers",
            paramLabel = "N|auto",
            description = "Batches that run at once. Default: auto, one for each thread, or one for all of them where"
                    + " a long run shows that to be faster. For a script 1: a higher number or auto says that its"
                    + " function may be called from several threads at once; auto then takes two with half the threads"
                    + " each, where a long run shows that to be faster and as right.")
    private @Nullable String workers;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads for inference, all workers together. Default: the number of processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--batch-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The longest that one batch may take: 500ms, 30s, 2m. Default: 1m.")
    private Duration batchTimeout = FaultPolicy.DEFAULT.batchTimeout();

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Further calls for a batch after a passing fault. Default: 2.")
    private int retries = FaultPolicy.DEFAULT.retries();

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N rows.")
    long limit = -1;

    /// The workers and threads of the run that this one goes on from, or null.
    @Nullable
    WorkerLayout earlier;

    /// The layout that these texts say; null where they say none.
    static @Nullable WorkerLayout layoutOf(@Nullable String workers, @Nullable String threads) {
        try {
            return new WorkerLayout(Integer.parseInt(workers), Integer.parseInt(threads));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    void tell(SequencedMap<String, String> settings) {
        settings.put("--max-batch-tokens", Integer.toString(maxBatchTokens));
        settings.put("--max-batch-rows", Integer.toString(maxBatchRows));
    }

    PipelineOptions pipeline() {
        if (batchTimeout.isZero()) {
            throw new IllegalArgumentException("--batch-timeout: more than 0");
        }
        if (retries < 0) {
            throw new IllegalArgumentException("--retries: 0 or more, not " + retries);
        }
        if (maxBatchTokens < 1 || maxBatchRows < 1) {
            throw new IllegalArgumentException("--max-batch-tokens and --max-batch-rows: 1 or more");
        }
        FaultPolicy faults = FaultPolicy.DEFAULT;
        return PipelineOptions.DEFAULT
                .withBatches(new BatchPolicy(maxBatchTokens, maxBatchRows))
                .withFaults(new FaultPolicy(retries, faults.backoff(), batchTimeout, faults.grace()));
    }

    /// Opens an engine for a run, whose first rows may be looked at.
    @FunctionalInterface
    interface Opening {
        WorkerLayout.Choice open(Lookahead input, PipelineOptions options) throws IOException, InterruptedException;
    }

    /// Whether the user has said how many threads or workers there are.
    boolean limitsThreads() {
        return threads != null || !auto();
    }

    private boolean auto() {
        return workers == null || workers.equals("auto");
    }

    /// Opens the engine for the workers asked for, and chooses their number where none is.
    WorkerLayout.Choice layout(WorkerLayout.Opener opener, Lookahead input, PipelineOptions options)
            throws IOException, InterruptedException {
        WorkerLayout same = earlier;
        if (same != null && !limitsThreads()) {
            // What one part of an output was made with is best for the other, too.
            return fixed(same, opener);
        }
        return auto()
                ? WorkerLayout.auto(budget(), opener, input, options)
                : fixed(WorkerLayout.of(count(), budget()), opener);
    }

    /// The same for a script: one worker unless the user has allowed more, by a number or by `auto`.
    WorkerLayout.Choice scriptLayout(WorkerLayout.Opener opener, Lookahead input, PipelineOptions options)
            throws IOException, InterruptedException {
        int budget = budget();
        if (!measuresScript()) {
            return fixedLayout(opener);
        }
        WorkerLayout same = earlier;
        if (same != null && threads == null) {
            return fixed(same, opener);
        }
        WorkerLayout other = WorkerLayout.of(Math.min(2, budget), budget);
        return WorkerLayout.faster(WorkerLayout.oneWorker(budget), other, opener, input, options);
    }

    /// Opens the engine for the workers asked for; for one where their number is not said.
    WorkerLayout.Choice fixedLayout(WorkerLayout.Opener opener) throws IOException {
        return fixed(WorkerLayout.of(auto() ? 1 : count(), budget()), opener);
    }

    /// Whether the user has allowed a script more than one worker, and leaves the choice to a measurement.
    boolean measuresScript() {
        return workers != null && auto();
    }

    private static WorkerLayout.Choice fixed(WorkerLayout layout, WorkerLayout.Opener opener) throws IOException {
        return new WorkerLayout.Choice(layout, opener.open(layout), false);
    }

    private int budget() {
        int budget = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        if (budget < 1 || budget > 1024) {
            throw new IllegalArgumentException("--threads: from 1 to 1024, not " + budget);
        }
        return budget;
    }

    private int count() {
        int count;
        try {
            count = Integer.parseInt(workers);
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count < 1 || count > 1024) {
            throw new IllegalArgumentException("--workers: auto, or a number from 1 to 1024, not " + workers);
        }
        return count;
    }
}
