package dev.decant.pipeline;

import dev.decant.batch.InferenceRequest;
import dev.decant.data.Outcome;
import dev.decant.engine.Batch;
import dev.decant.engine.Cancellation;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prediction;
import dev.decant.engine.Prepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One thread of an [InstanceGroup], and the call that it has inside the engine.
///
/// The thread runs calls; the group's watch looks at them from outside. Both meet under this
/// object's monitor: whoever ends a call there first has its job, so a job never has two owners.
final class Worker implements Runnable {
    /// What the watch found.
    enum Verdict {
        /// No call, or one that is within its time.
        FINE,
        /// The call was past its time and has just been cancelled.
        CANCELLED,
        /// The call was cancelled long ago and has not ended.
        STUCK
    }

    /// A call inside the engine.
    private static final class Call {
        final Cancellation cancellation = new Cancellation();
        final long startNanos;
        long cancelledNanos;
        boolean cancelled;

        Call(long startNanos) {
            this.startNanos = startNanos;
        }
    }

    final Thread thread;
    private final InstanceGroup group;
    private @Nullable BatchJob job;
    private @Nullable Call call;
    private boolean disowned;
    private boolean idle;

    Worker(InstanceGroup group, int number, @Nullable BatchJob takenOver) {
        this.group = group;
        this.job = takenOver;
        this.thread =
                Thread.ofPlatform().name("decant-worker-" + number).daemon().unstarted(this);
    }

    @Override
    public void run() {
        try {
            BatchJob next = job;
            while (true) {
                if (next == null) {
                    setIdle(true);
                    next = group.take();
                    setIdle(false);
                }
                if (next == null || !runToItsEnd(next)) {
                    return;
                }
                next = null;
            }
        } catch (Throwable t) {
            // Never silently one worker less: requests would wait for ever.
            group.breakDown("a worker died: " + t);
        } finally {
            group.ended(this);
        }
    }

    /// False when this worker was given up or the group broke meanwhile.
    private boolean runToItsEnd(BatchJob batchJob) {
        List<InferenceRequest> part = batchJob.part();
        while (part != null) {
            if (group.broken() != null || !runPart(batchJob, part)) {
                return false;
            }
            part = batchJob.part();
        }
        return true;
    }

    private boolean runPart(BatchJob batchJob, List<InferenceRequest> part) {
        List<Prepared> rows = new ArrayList<>(part.size());
        long tokens = 0;
        for (InferenceRequest request : part) {
            rows.add(request.prepared());
            tokens += request.prepared().cost();
        }
        Call mine = begin(batchJob);
        Batch batch = new Batch(rows, mine.cancellation);
        List<Prediction> predictions = null;
        EngineException fault = null;
        try {
            predictions = group.engine().run(batch);
        } catch (EngineException e) {
            fault = e;
        } catch (OutOfMemoryError e) {
            // A smaller part may fit.
            fault = new EngineException(
                    EngineException.Fault.PERMANENT, "out of memory in the engine: " + e.getMessage(), e);
        } catch (Throwable e) {
            fault = new EngineException(EngineException.Fault.PERMANENT, "the engine threw " + e, e);
        }
        if (!end()) {
            return false;
        }
        long nanos = group.ticker().nanos() - mine.startNanos;
        group.metrics().call(part.size(), tokens, (long) batch.longest() * part.size(), nanos);
        if (fault == null) {
            batchJob.answered(predictions == null ? List.of() : predictions);
        } else if (fault.fault() == EngineException.Fault.FATAL) {
            group.breakDown(fault.getMessage());
            return false;
        } else if (mine.cancelled && fault.fault() == EngineException.Fault.PERMANENT) {
            batchJob.failed(
                    Outcome.Kind.TIMEOUT,
                    "the engine did not answer within " + nanos / 1_000_000 + " ms and was cancelled");
        } else {
            pause(batchJob.faulted(fault));
        }
        return true;
    }

    private synchronized Call begin(BatchJob batchJob) {
        Call begun = new Call(group.ticker().nanos());
        job = batchJob;
        call = begun;
        return begun;
    }

    /// Ends the present call; false when this worker was given up before.
    private synchronized boolean end() {
        if (call != null) {
            call.cancellation.clear();
        }
        call = null;
        job = null;
        // The interrupt was for the call; it must not reach the next wait.
        boolean ignored = Thread.interrupted();
        return !disowned;
    }

    private synchronized void setIdle(boolean waiting) {
        idle = waiting;
        if (!waiting) {
            // A wake-up that came too late must not reach the engine's call.
            boolean ignored = Thread.interrupted();
        }
    }

    /// Ends this worker's wait for a batch, if it is in one, so that it looks at the group's state.
    synchronized void wake() {
        if (idle) {
            thread.interrupt();
        }
    }

    /// Looks at the present call from the watch's thread.
    synchronized Verdict inspect(long now, FaultPolicy policy) {
        if (call == null) {
            return Verdict.FINE;
        }
        if (!call.cancelled) {
            if (now - call.startNanos < policy.batchTimeout().toNanos()) {
                return Verdict.FINE;
            }
            call.cancelled = true;
            call.cancelledNanos = now;
            call.cancellation.cancel();
            thread.interrupt();
            return Verdict.CANCELLED;
        }
        return now - call.cancelledNanos < policy.grace().toNanos() ? Verdict.FINE : Verdict.STUCK;
    }

    /// Takes the job away from a stuck worker; null when the call has just ended.
    synchronized @Nullable BatchJob disown() {
        if (call == null) {
            return null;
        }
        disowned = true;
        return job;
    }

    private void pause(Duration backoff) {
        long end = group.ticker().nanos() + backoff.toNanos();
        long left = backoff.toNanos();
        while (left > 0 && group.broken() == null) {
            LockSupport.parkNanos(Math.min(left, InstanceGroup.LOOK.toNanos()));
            left = end - group.ticker().nanos();
        }
    }
}
