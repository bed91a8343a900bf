package dev.decant.metrics;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The memory and CPU time of a process and all processes below it.
///
/// Memory is what Linux counts in `/proc/PID/smaps_rollup`: PSS (each shared page divided by the
/// number of its users, so that a tree's sum counts it once) and USS (pages nobody else uses). Other
/// systems give no such figure: [#memory()] is empty there. Callable from any thread; one reading
/// costs about a millisecond for each hundred megabytes.
public final class ProcessTree {
    private static final int MOST_PROCESSES = 4_096;

    private ProcessTree() {}

    /// The memory of this process's tree now, or empty where the system does not say.
    public static Optional<Memory> memory() {
        return memory(processes(ProcessHandle.current().pid()));
    }

    /// The memory of these processes now, or empty where none of them is there or the system does not say.
    public static Optional<Memory> memory(List<Long> processes) {
        long pss = 0;
        long uss = 0;
        long rss = 0;
        boolean found = false;
        for (long process : processes) {
            List<String> lines;
            try {
                lines = Files.readAllLines(Path.of("/proc", Long.toString(process), "smaps_rollup"));
            } catch (IOException e) {
                continue; // Gone meanwhile, or not this kind of system.
            }
            found = true;
            for (String line : lines) {
                if (line.startsWith("Pss:")) {
                    pss += kilobytes(line);
                } else if (line.startsWith("Private_Clean:") || line.startsWith("Private_Dirty:")) {
                    uss += kilobytes(line);
                } else if (line.startsWith("Rss:")) {
                    rss += kilobytes(line);
                }
            }
        }
        return found ? Optional.of(new Memory(pss << 10, uss << 10, rss << 10, processes.size())) : Optional.empty();
    }

    /// The ids of a process and all below it, at most 4,096 or so. Linux lists each thread's children; asking
    /// for all processes of the machine, as ProcessHandle does, costs tens of milliseconds.
    public static List<Long> processes(long root) {
        List<Long> tree = new ArrayList<>();
        tree.add(root);
        for (int i = 0; i < tree.size() && i < MOST_PROCESSES; i++) {
            String[] threads = new File("/proc/" + tree.get(i) + "/task").list();
            for (String thread : threads == null ? new String[0] : threads) {
                try {
                    String children =
                            Files.readString(Path.of("/proc", tree.get(i).toString(), "task", thread, "children"));
                    for (String child : children.split(" ", -1)) {
                        if (!child.isBlank()) {
                            tree.add(Long.parseLong(child));
                        }
                    }
                } catch (IOException e) {
                    // The thread has ended, or the kernel does not tell.
                }
            }
        }
        return tree;
    }

    private static long kilobytes(String line) {
        int end = line.length() - " kB".length();
        int start = line.lastIndexOf(' ', end - 1) + 1;
        return Long.parseLong(line, start, end, 10);
    }

    /// CPU time of this process so far, all its threads together; its finished children are not in it.
    public static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// Memory of a process tree, in bytes.
    ///
    /// @param pss proportional set size
    /// @param uss unique set size
    /// @param rss resident set size
    /// @param processes how many processes it counts
    public record Memory(long pss, long uss, long rss, int processes) {}
}
