package dev.decant.pipeline;

import dev.decant.batch.InferenceRequest;
import dev.decant.batch.RequestQueue;
import dev.decant.data.Outcome;
import dev.decant.engine.Engine;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Workers that share one engine and take batches from one bounded queue: batches that are cut when they are
/// submitted, or a [RequestQueue], of which a batch is cut when a worker is free.
///
/// Each worker is a platform thread that runs a batch to its end: retries, bisection, outcomes. A
/// watch thread cancels calls that last too long, and replaces a worker whose call does not end
/// even then, as long as the calls that hang and those that run fit into the engine's concurrency;
/// what the lost call answers later is ignored. Past that, and after a fatal fault of the engine,
/// the group is broken: it takes no more batches and its open requests stay without outcome.
///
/// The engine is not owned: it is closed by whoever opened it, once no call is inside.
public final class InstanceGroup {
    /// No wait is longer than this without another look at the state.
    static final Duration LOOK = Duration.ofMillis(100);

    private final Engine engine;
    private final FaultPolicy policy;
    private final RunMetrics metrics;
    private final Ticker ticker;
    private final Supply supply;
    private final @Nullable BlockingQueue<BatchJob> submitted;
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();

    // Guards workers, stuck and closing. A worker's lock may be taken inside it, never the reverse.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Worker> workers = new ArrayList<>();
    private int stuck;
    private int started;
    private volatile boolean closing;
    private final Thread watch;

    /// Where batches come from.
    private interface Supply {
        /// The next batch, or null when none comes within about that time.
        @Nullable
        BatchJob poll(Duration patience) throws InterruptedException;

        /// The batches, or texts, that wait.
        int waiting();
    }

    /// Starts the workers, for batches that are submitted.
    ///
    /// @param workers how many calls run at once; at most the engine's concurrency is used
    /// @param queueCapacity the most batches that wait for a worker, at least 1
    public InstanceGroup(
            Engine engine, int workers, int queueCapacity, FaultPolicy policy, RunMetrics metrics, Ticker ticker) {
        this(engine, workers, new ArrayBlockingQueue<>(queueCapacity), null, policy, metrics, ticker);
    }

    /// Starts the workers, for the requests of a queue. The queue is closed by its owner, before [#shutdown].
    ///
    /// @param workers how many calls run at once; at most the engine's concurrency is used
    public InstanceGroup(
            Engine engine, int workers, RequestQueue requests, FaultPolicy policy, RunMetrics metrics, Ticker ticker) {
        this(engine, workers, null, requests, policy, metrics, ticker);
    }

    private InstanceGroup(
            Engine engine,
            int workers,
            @Nullable BlockingQueue<BatchJob> submitted,
            @Nullable RequestQueue requests,
            FaultPolicy policy,
            RunMetrics metrics,
            Ticker ticker) {
        this.engine = engine;
        this.policy = policy;
        this.metrics = metrics;
        this.ticker = ticker;
        this.submitted = submitted;
        this.supply = requests != null ? cutting(requests) : taking(Objects.requireNonNull(submitted));
        this.watch = Thread.ofPlatform().name("decant-watch").daemon().unstarted(this::watch);
        lock.lock();
        try {
            for (int i = 0; i < Math.clamp(workers, 1, engine.concurrency()); i++) {
                startWorker(null);
            }
        } finally {
            lock.unlock();
        }
        watch.start();
    }

    private static Supply taking(BlockingQueue<BatchJob> queue) {
        return new Supply() {
            @Override
            public @Nullable BatchJob poll(Duration patience) throws InterruptedException {
                return queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public int waiting() {
                return queue.size();
            }
        };
    }

    private Supply cutting(RequestQueue queue) {
        return new Supply() {
            @Override
            public @Nullable BatchJob poll(Duration patience) throws InterruptedException {
                List<InferenceRequest> batch = queue.take(patience);
                return batch == null ? null : new BatchJob(batch, policy, metrics, ticker.nanos());
            }

            @Override
            public int waiting() {
                return queue.figures().rows();
            }
        };
    }

    private void startWorker(@Nullable BatchJob takenOver) {
        Worker worker = new Worker(this, started++, takenOver);
        workers.add(worker);
        worker.thread.start();
    }

    Engine engine() {
        return engine;
    }

    RunMetrics metrics() {
        return metrics;
    }

    Ticker ticker() {
        return ticker;
    }

    /// Hands a batch to the workers; waits for room in the queue for `patience` at most.
    ///
    /// @return whether the batch was taken: not after [#shutdown], nor when the group is broken
    public boolean submit(List<InferenceRequest> requests, Duration patience) throws InterruptedException {
        BlockingQueue<BatchJob> queue = submitted;
        if (queue == null) {
            throw new IllegalStateException("this group takes its batches from a request queue");
        }
        BatchJob job = new BatchJob(requests, policy, metrics, ticker.nanos());
        long deadline = ticker.nanos() + patience.toNanos();
        while (!closing && broken.get() == null) {
            long left = Math.min(deadline - ticker.nanos(), LOOK.toNanos());
            if (queue.offer(job, Math.max(left, 0), TimeUnit.NANOSECONDS)) {
                return true;
            }
            if (left <= 0) {
                return false;
            }
        }
        return false;
    }

    /// Why no more batches can be run, or null as long as they can.
    public @Nullable String broken() {
        return broken.get();
    }

    /// Whether [#shutdown] has been called.
    boolean closing() {
        return closing;
    }

    void breakDown(String reason) {
        broken.compareAndSet(null, reason);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The worker's next job, or null when it should end.
    @Nullable
    BatchJob take() {
        while (broken.get() == null) {
            // Looked at first: nothing is submitted once the group closes.
            boolean last = closing;
            BatchJob job = null;
            try {
                job = supply.poll(last ? Duration.ZERO : LOOK);
            } catch (InterruptedException ignored) {
                continue; // Woken to look again.
            }
            if (job != null) {
                metrics.queued(ticker.nanos() - job.submittedNanos, supply.waiting());
                return job;
            }
            if (last) {
                return null;
            }
        }
        return null;
    }

    void ended(Worker worker) {
        lock.lock();
        try {
            if (!workers.remove(worker)) {
                stuck--; // Given up before, and back now.
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        lock.lock();
        try {
            while (!closing || !workers.isEmpty()) {
                long now = ticker.nanos();
                for (Worker worker : List.copyOf(workers)) {
                    switch (worker.inspect(now, policy)) {
                        case Worker.Verdict.FINE -> {}
                        case Worker.Verdict.CANCELLED -> metrics.timeout();
                        case Worker.Verdict.STUCK -> giveUp(worker);
                    }
                }
                changed.awaitNanos(
                        Math.min(LOOK.toNanos(), policy.batchTimeout().toNanos()));
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void giveUp(Worker worker) {
        BatchJob job = worker.disown();
        if (job == null) {
            return; // It ended after all.
        }
        workers.remove(worker);
        stuck++;
        metrics.replacedWorker();
        String message =
                "the engine did not answer within " + policy.batchTimeout().toMillis() + " ms";
        if (stuck + workers.size() >= engine.concurrency()) {
            broken.compareAndSet(
                    null,
                    message + " and did not end its call when cancelled; with " + stuck
                            + " such calls no worker can be replaced (raise --batch-timeout if the model is slow)");
            return;
        }
        job.failed(Outcome.Kind.TIMEOUT, message);
        startWorker(job);
    }

    /// Takes no more batches and waits until those taken have run, for `patience` at most; what has not
    /// run by then is left without outcome.
    ///
    /// @return the calls that are still inside the engine: as long as there are any it must not be closed
    public int shutdown(Duration patience) throws InterruptedException {
        closing = true;
        long deadline = ticker.nanos() + patience.toNanos();
        lock.lock();
        try {
            workers.forEach(Worker::wake);
            changed.signalAll();
            while (!workers.isEmpty()) {
                long left = deadline - ticker.nanos();
                if (left <= 0) {
                    broken.compareAndSet(null, "closed while calls were running");
                    break;
                }
                changed.awaitNanos(Math.min(left, LOOK.toNanos()));
            }
            broken.compareAndSet(null, "closed");
            return workers.size() + stuck;
        } finally {
            lock.unlock();
        }
    }
}
