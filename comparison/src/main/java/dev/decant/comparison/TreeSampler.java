package dev.decant.comparison;

import dev.decant.metrics.ProcessTree;
import dev.decant.metrics.Ticker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Reads the memory of a process tree over its life, from outside.
///
/// Owns one daemon thread from [#start] to [#close()]. Keeps at most [#MOST_SAMPLES] samples, evenly spread; the peaks
/// are over all that were taken. What rises and falls between two samples is missed.
final class TreeSampler implements AutoCloseable {
    static final int MOST_SAMPLES = 240;
    /// Reading each mapping costs more than reading their sum, and changes little.
    private static final int SAMPLES_A_SHARING = 8;

    /// Memory at one moment, in bytes.
    ///
    /// @param seconds since the tree was started
    public record Sample(double seconds, long pss, long uss) {}

    /// What was seen.
    ///
    /// @param peakPss bytes, -1 where the system does not say
    /// @param shared the bytes in `peakPss` that the measuring process shares
    /// @param processes the most processes at once
    /// @param taken how many samples were taken, kept or not
    /// @param cpuSeconds what taking them cost, on the measuring process's side
    public record Curve(
            long peakPss,
            long peakUss,
            long shared,
            int processes,
            int taken,
            double cpuSeconds,
            List<Sample> samples) {}

    private final long root;
    private final SamplingPolicy policy;
    private final Ticker ticker;
    private final long origin;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final List<Sample> samples = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private SharedPages shared = SharedPages.NONE;
    private long peakPss = -1;
    private long peakUss = -1;
    private long sharedAtPeak;
    private int processes;
    private int taken;
    private int stride = 1;
    private long costNanos;
    private boolean closed;

    private TreeSampler(long root, SamplingPolicy policy, Ticker ticker, long origin) {
        this.root = root;
        this.policy = policy;
        this.ticker = ticker;
        this.origin = origin;
        this.thread = Thread.ofPlatform().name("decant-tree-sampler").daemon().unstarted(this::loop);
    }

    /// Starts sampling the tree below a process.
    ///
    /// @param origin the ticker's time at which that process was started
    static TreeSampler start(long root, SamplingPolicy policy, Ticker ticker, long origin) {
        TreeSampler sampler = new TreeSampler(root, policy, ticker, origin);
        sampler.thread.start();
        return sampler;
    }

    private void loop() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        lock.lock();
        try {
            while (!closed) {
                long before = threads.getCurrentThreadCpuTime();
                sample();
                costNanos += Math.max(0, threads.getCurrentThreadCpuTime() - before);
                long left = policy.waitNanos(costNanos / Math.max(1, taken));
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
        double seconds = (ticker.nanos() - origin) / 1e9;
        List<Long> tree = ProcessTree.processes(root);
        Optional<ProcessTree.Memory> read = ProcessTree.memory(tree);
        if (read.isEmpty()) {
            return; // Ended, or another kind of system.
        }
        seen.addAll(tree);
        if (taken % SAMPLES_A_SHARING == 0) {
            shared = SharedPages.withThisProcess(tree);
        }
        ProcessTree.Memory memory = read.get();
        long pss = memory.pss() + shared.pss();
        long uss = memory.uss() + shared.uss();
        if (pss > peakPss) {
            peakPss = pss;
            sharedAtPeak = shared.pss();
        }
        peakUss = Math.max(peakUss, uss);
        processes = Math.max(processes, memory.processes());
        if (taken % stride == 0) {
            samples.add(new Sample(seconds, pss, uss));
        }
        taken++;
        if (samples.size() == MOST_SAMPLES) {
            for (int i = MOST_SAMPLES - 1; i > 0; i -= 2) {
                samples.remove(i);
            }
            stride *= 2;
        }
    }

    /// What has been seen so far.
    Curve curve() {
        lock.lock();
        try {
            return new Curve(peakPss, peakUss, sharedAtPeak, processes, taken, costNanos / 1e9, List.copyOf(samples));
        } finally {
            lock.unlock();
        }
    }

    /// The ids of all processes that were ever in the tree.
    Set<Long> seen() {
        lock.lock();
        try {
            return Set.copyOf(seen);
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
}
