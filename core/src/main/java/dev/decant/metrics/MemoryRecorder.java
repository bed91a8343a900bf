package dev.decant.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Samples the process tree's memory and the heap over a run.
///
/// Owns one daemon thread from [#start] to [#close()]. Keeps at most [#MAX_SAMPLES] samples: when
/// they are full every second one goes and the interval doubles, so that a run of any length has an
/// even curve. The peak is over all samples taken, kept or not.
public final class MemoryRecorder implements AutoCloseable {
    /// The most samples kept.
    public static final int MAX_SAMPLES = 240;

    private final Ticker ticker;
    private final long origin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread;
    private long intervalNanos;
    private long peakPss = -1;
    private long peakHeap;
    private long costNanos;
    private boolean closed;

    private MemoryRecorder(Duration interval, Ticker ticker) {
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.intervalNanos = interval.toNanos();
        this.thread = Thread.ofPlatform().name("decant-memory").daemon().unstarted(this::loop);
    }

    /// Starts sampling, once now and then once in each interval; with an interval of zero nothing is
    /// sampled but what [#curve()] sees.
    public static MemoryRecorder start(Duration interval, Ticker ticker) {
        MemoryRecorder recorder = new MemoryRecorder(interval, ticker);
        if (interval.isPositive()) {
            recorder.thread.start();
        }
        return recorder;
    }

    private void loop() {
        lock.lock();
        try {
            while (!closed) {
                sample();
                long left = intervalNanos;
                while (!closed && left > 0) {
                    left = closing.awaitNanos(left);
                }
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void sample() {
        long before = ticker.nanos();
        Optional<ProcessTree.Memory> memory = ProcessTree.memory();
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory() - runtime.freeMemory();
        long pss = memory.map(ProcessTree.Memory::pss).orElse(-1L);
        costNanos += ticker.nanos() - before;
        peakPss = Math.max(peakPss, pss);
        peakHeap = Math.max(peakHeap, heap);
        samples.add(new Sample((before - origin) / 1e9, pss, heap));
        if (samples.size() == MAX_SAMPLES) {
            for (int i = MAX_SAMPLES - 1; i > 0; i -= 2) {
                samples.remove(i);
            }
            intervalNanos *= 2;
        }
    }

    /// What has been seen so far, the present moment included.
    public Curve curve() {
        lock.lock();
        try {
            sample();
            return new Curve(peakPss, peakHeap, costNanos / 1e9, List.copyOf(samples));
        } finally {
            lock.unlock();
        }
    }

    /// Ends the sampling thread.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Memory at one moment.
    ///
    /// @param seconds since the start
    /// @param pss bytes of the process tree, -1 where the system does not say
    /// @param heap used bytes of the Java heap
    public record Sample(double seconds, long pss, long heap) {}

    /// Memory over a run, in bytes.
    ///
    /// @param peakPss the largest PSS sampled, -1 where the system does not say
    /// @param samplingSeconds the time that the sampling itself took
    public record Curve(long peakPss, long peakHeap, double samplingSeconds, List<Sample> samples) {}
}
