package dev.decant.comparison;

import java.time.Instant;
import java.util.List;

/// How a process tree ended, and what was seen of it from outside.
sealed interface Observation {
    /// It ended with exit code 0.
    ///
    /// @param startedAt just before the process was made
    /// @param wallSeconds until its end
    /// @param usage CPU time and context switches of the tree
    /// @param clientCpuSeconds what this program spent on asking it; 0 where it asks nothing
    /// @param otherCpuSeconds what the rest of the machine did meanwhile, -1 where that is not known
    record Ended(
            Instant startedAt,
            double wallSeconds,
            ChildUsage usage,
            TreeSampler.Curve memory,
            double clientCpuSeconds,
            double otherCpuSeconds)
            implements Observation {}

    /// It did not.
    ///
    /// @param exitCode -1 where it had none: it could not be started, or was ended by force
    /// @param reason in one line
    /// @param tail the last lines that it printed
    record Broken(int exitCode, String reason, List<String> tail) implements Observation {}
}
