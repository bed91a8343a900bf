package dev.decant.pipeline;

import dev.decant.batch.BatchPolicy;
import dev.decant.batch.DynamicBatcher;
import dev.decant.data.ClosedOutputException;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.engine.Engine;
import dev.decant.metrics.MemoryRecorder;
import dev.decant.metrics.ProcessTree;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs all rows of a source through an engine into a sink: each row ends as exactly one outcome, in
/// input order.
///
/// Rows are read in windows, prepared, batched by cost and run by the workers of an [InstanceGroup];
/// the caller's thread writes each window once all its rows have outcomes. Memory is bounded by a
/// few windows, whatever the input's length. One run at a time; engine, source and sink stay the
/// caller's to close.
public final class Pipeline {
    /// Batches that wait for a worker: enough that none is ever idle at a seam between windows.
    private static final int QUEUED_FOR_EACH_WORKER = 64;

    private final Engine engine;
    private final PipelineOptions options;
    private final ProgressListener listener;
    private final AtomicReference<@Nullable String> stop = new AtomicReference<>();

    public Pipeline(Engine engine, PipelineOptions options) {
        this(engine, options, ProgressListener.NONE);
    }

    public Pipeline(Engine engine, PipelineOptions options, ProgressListener listener) {
        this.engine = engine;
        this.options = options;
        this.listener = listener;
    }

    /// Asks a run to stop: it reads no more, writes the windows it has accepted, and returns.
    /// Callable from any thread, before the run too; further calls do nothing.
    ///
    /// @param reason told in the report
    public void stop(String reason) {
        stop.compareAndSet(null, reason);
    }

    /// Runs until the input ends, [#stop] is called, or something breaks that no retry mends.
    ///
    /// @throws InterruptedException when the calling thread is interrupted; the sink is not finished then
    public RunReport run(Source source, Sink sink) throws InterruptedException {
        return run(source, sink, RunMetrics.Rows.NONE);
    }

    /// Runs as [#run(Source, Sink)] does, from the row on that an earlier run did not come to.
    ///
    /// @param source stands at the first row that is still to be done
    /// @param before what earlier runs have written; counted in the report and the progress
    public RunReport run(Source source, Sink sink, RunMetrics.Rows before) throws InterruptedException {
        RunMetrics metrics = new RunMetrics();
        Ticker ticker = options.ticker();
        long start = ticker.nanos();
        Duration cpuBefore = ProcessTree.cpu();
        BatchPolicy batches = options.batches().forModel(engine.model());
        int workers = Math.min(options.workers(), engine.concurrency());
        InstanceGroup group =
                new InstanceGroup(engine, workers, workers * QUEUED_FOR_EACH_WORKER, options.faults(), metrics, ticker);
        MemoryRecorder memory = MemoryRecorder.start(options.memoryInterval(), ticker);
        WindowReader reader = new WindowReader(source, engine, options.windows(), metrics, ticker);
        Preparation preparation = new Preparation(reader, new DynamicBatcher(batches), group);
        Run run = new Run(source, sink, before, metrics, group, reader, preparation, start);
        try {
            preparation.start();
            Ending ending = run.commitAll();
            preparation.stop();
            int openCalls = group.shutdown(patience());
            return new RunReport(
                    source.name(),
                    engine.model(),
                    options,
                    workers,
                    ending,
                    before.plus(metrics.rows()),
                    before,
                    metrics.batches(),
                    metrics.stages(),
                    Duration.ofNanos(ticker.nanos() - start),
                    Duration.ofNanos(Math.max(0, run.firstRowNanos - start)),
                    ProcessTree.cpu().minus(cpuBefore),
                    memory.curve(),
                    openCalls);
        } finally {
            preparation.stop();
            group.breakDown("the run has ended");
            memory.close();
        }
    }

    /// As long as one call may take; the batches themselves are done when it is asked for.
    private Duration patience() {
        return options.faults().batchTimeout().plus(options.faults().grace());
    }

    /// The state of one run, on the caller's thread.
    private final class Run {
        private final Source source;
        private final Sink sink;
        private final RunMetrics.Rows before;
        private final RunMetrics metrics;
        private final InstanceGroup group;
        private final WindowReader reader;
        private final Preparation preparation;
        private final long start;
        private long firstRowNanos;

        Run(
                Source source,
                Sink sink,
                RunMetrics.Rows before,
                RunMetrics metrics,
                InstanceGroup group,
                WindowReader reader,
                Preparation preparation,
                long start) {
            this.source = source;
            this.sink = sink;
            this.before = before;
            this.metrics = metrics;
            this.group = group;
            this.reader = reader;
            this.preparation = preparation;
            this.start = start;
            this.firstRowNanos = start;
        }

        Ending commitAll() throws InterruptedException {
            int idle = 0;
            while (true) {
                boolean last = preparation.ended();
                Window window = preparation.take();
                if (stop.get() != null) {
                    preparation.stop();
                }
                if (window == null) {
                    // When stopping, a source that blocks in its read is not waited for.
                    if (last || (stop.get() != null && idle++ >= 2)) {
                        return atTheEnd();
                    }
                    listener.progress(progress());
                    continue;
                }
                idle = 0;
                if (!awaitDone(window)) {
                    return atTheEnd();
                }
                try {
                    commit(window);
                } catch (ClosedOutputException e) {
                    group.breakDown("nobody reads the output");
                    return new Ending.OutputClosed();
                } catch (IOException e) {
                    group.breakDown("the output failed");
                    return new Ending.OutputFault(line(e));
                }
                preparation.release();
                listener.progress(progress());
            }
        }

        private boolean awaitDone(Window window) throws InterruptedException {
            while (!window.awaitDone(InstanceGroup.LOOK.toMillis())) {
                if (group.broken() != null && !window.awaitDone(0)) {
                    return false;
                }
                if (stop.get() != null) {
                    preparation.stop();
                }
                listener.progress(progress());
            }
            return true;
        }

        private void commit(Window window) throws IOException {
            long before = options.ticker().nanos();
            for (int i = 0; i < window.size(); i++) {
                sink.write(window.row(i), window.outcome(i));
            }
            sink.commit();
            // Counted once they are safe: the report never counts a row that was not written.
            for (int i = 0; i < window.size(); i++) {
                metrics.outcome(window.outcome(i));
            }
            long after = options.ticker().nanos();
            metrics.written(after - before);
            if (firstRowNanos == start) {
                firstRowNanos = after;
            }
        }

        private Ending atTheEnd() {
            Throwable fault = preparation.fault();
            String broken = group.broken();
            String reason = stop.get();
            switch (fault) {
                case null -> {}
                case IOException e -> {
                    return new Ending.InputFault(line(e));
                }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(fault);
            }
            if (broken != null) {
                return new Ending.EngineFault(broken);
            }
            if (!preparation.exhausted()) {
                return new Ending.Stopped(reason == null ? "interrupted" : reason);
            }
            try {
                sink.finish();
            } catch (ClosedOutputException e) {
                return new Ending.OutputClosed();
            } catch (IOException e) {
                return new Ending.OutputFault(line(e));
            }
            return new Ending.Completed();
        }

        private ProgressListener.Progress progress() {
            return new ProgressListener.Progress(
                    before.plus(metrics.rows()),
                    before,
                    before.in() + reader.rowsRead(),
                    source.progress(),
                    Duration.ofNanos(options.ticker().nanos() - start));
        }
    }

    private static String line(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
