package dev.decant.comparison;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// What the kernel has counted for the child processes that this process has waited for, and for those that they
/// have waited for in turn: `getrusage(RUSAGE_CHILDREN)`.
///
/// The difference over one child's life is exact, however short its own children lived; nothing is sampled. Linux
/// on 64 bits only.
///
/// @param cpuSeconds user and system time of all threads
/// @param voluntarySwitches context switches of a thread that waited
/// @param involuntarySwitches context switches of a thread whose processor was taken away
record ChildUsage(double cpuSeconds, long voluntarySwitches, long involuntarySwitches) {
    private static final int RUSAGE_CHILDREN = -1;
    /// struct rusage: two pairs of seconds and microseconds, then fourteen counters, all of 64 bits.
    private static final int LONGS = 18;

    private static final int VOLUNTARY = 16;
    private static final int INVOLUNTARY = 17;

    /// The counts so far, or empty where this is not known.
    static Optional<ChildUsage> soFar() {
        if (!System.getProperty("os.name", "").equals("Linux") || ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        MethodHandle getrusage = linker.downcallHandle(
                libc.findOrThrow("getrusage"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(ValueLayout.JAVA_LONG, LONGS);
            int failed = (int) getrusage.invokeExact(RUSAGE_CHILDREN, usage);
            if (failed != 0) {
                return Optional.empty();
            }
            double user = at(usage, 0) + at(usage, 1) / 1e6;
            double system = at(usage, 2) + at(usage, 3) / 1e6;
            return Optional.of(new ChildUsage(user + system, at(usage, VOLUNTARY), at(usage, INVOLUNTARY)));
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage", e);
        }
    }

    private static long at(MemorySegment usage, int index) {
        return usage.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    ChildUsage since(ChildUsage earlier) {
        return new ChildUsage(
                cpuSeconds - earlier.cpuSeconds,
                voluntarySwitches - earlier.voluntarySwitches,
                involuntarySwitches - earlier.involuntarySwitches);
    }
}
