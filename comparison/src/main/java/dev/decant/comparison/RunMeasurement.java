package dev.decant.comparison;

import java.time.Duration;
import java.util.List;

/// The figures of one run of one approach.
///
/// @param wallSeconds from the start of its first process to the end of the last
/// @param readySeconds from that start until the model was loaded
/// @param firstResultSeconds from that start to the first labels
/// @param itemsPerSecond rows for each second after loading
/// @param cpuSeconds of all processes and threads, -1 where the system does not say
/// @param batchP50Ms the median time of a batch, or of a request where this program sends the rows one by one
/// @param meanBatchRows rows in a batch
/// @param workers batches, or processes, that ran at once
/// @param clientCpuSeconds what this program spent on sending the rows; 0 where the approach reads them itself
/// @param otherCpuSeconds what the rest of the machine did meanwhile, -1 where that is not known
public record RunMeasurement(
        double wallSeconds,
        double readySeconds,
        double firstResultSeconds,
        double itemsPerSecond,
        double cpuSeconds,
        long voluntarySwitches,
        long involuntarySwitches,
        double batchP50Ms,
        double batchP99Ms,
        double meanBatchRows,
        int workers,
        int threadsPerWorker,
        double clientCpuSeconds,
        double otherCpuSeconds,
        TreeMemory memory) {

    /// What was sampled of the process tree's memory, in bytes.
    ///
    /// @param peakPss -1 where the system does not say
    /// @param shared what the measuring process shares of `peakPss`, and a user would not see divided
    /// @param processes the most at once
    /// @param samples how many were taken
    /// @param samplingCpuSeconds what that cost
    public record TreeMemory(
            long peakPss,
            long peakUss,
            long shared,
            int processes,
            int samples,
            double samplingCpuSeconds,
            List<Point> curve) {}

    /// Memory at one moment, in bytes.
    ///
    /// @param seconds since the start of the first process
    public record Point(double seconds, long pss, long uss) {}

    static RunMeasurement of(Observation.Ended seen, RunFigures told) {
        double ready = Duration.between(seen.startedAt(), told.startedAt()).toNanos() / 1e9;
        TreeSampler.Curve memory = seen.memory();
        return new RunMeasurement(
                seen.wallSeconds(),
                ready,
                ready + told.secondsToFirstRows(),
                told.elapsedSeconds() > 0 ? told.rowsIn() / told.elapsedSeconds() : 0,
                seen.usage().cpuSeconds(),
                seen.usage().voluntarySwitches(),
                seen.usage().involuntarySwitches(),
                told.p50Ms(),
                told.p99Ms(),
                told.meanRows(),
                told.workers(),
                told.threadsPerWorker(),
                seen.clientCpuSeconds(),
                seen.otherCpuSeconds(),
                new TreeMemory(
                        memory.peakPss(),
                        memory.peakUss(),
                        memory.shared(),
                        memory.processes(),
                        memory.taken(),
                        memory.cpuSeconds(),
                        memory.samples().stream()
                                .map(sample -> new Point(sample.seconds(), sample.pss(), sample.uss()))
                                .toList()));
    }
}
