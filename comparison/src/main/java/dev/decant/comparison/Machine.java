package dev.decant.comparison;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The machine that a comparison ran on.
///
/// @param processor its model, as the system names it
/// @param processors how many this process may use
/// @param features instruction sets that decide the speed of inference, such as `avx512_vnni`
/// @param memoryBytes of the machine, -1 where unknown
/// @param system operating system, its version and architecture
/// @param java the Java version and its virtual machine
/// @param loadBefore the system's load average over the last minute when the comparison began, -1 where unknown
public record Machine(
        String processor,
        int processors,
        List<String> features,
        long memoryBytes,
        String system,
        String java,
        double loadBefore) {
    private static final Set<String> TOLD =
            Set.of("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp", "i8mm", "sve");

    /// This machine, now.
    public static Machine here() {
        String processor = "";
        List<String> features = new ArrayList<>();
        for (String line : lines("/proc/cpuinfo")) {
            String value = line.substring(line.indexOf(':') + 1).strip();
            if (line.startsWith("model name") && processor.isEmpty()) {
                processor = value;
            } else if ((line.startsWith("flags") || line.startsWith("Features")) && features.isEmpty()) {
                Arrays.stream(value.split(" ", -1))
                        .filter(TOLD::contains)
                        .sorted()
                        .forEach(features::add);
            }
        }
        return new Machine(
                processor.isEmpty() ? System.getProperty("os.arch") : processor,
                Runtime.getRuntime().availableProcessors(),
                List.copyOf(features),
                memory("MemTotal:"),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.version() + " (" + System.getProperty("java.vm.name") + ")",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /// The bytes that programs can have before the system has to swap, or -1 where it does not say.
    static long availableBytes() {
        return memory("MemAvailable:");
    }

    private static long memory(String member) {
        for (String line : lines("/proc/meminfo")) {
            if (line.startsWith(member)) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return -1;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of(); // Not Linux.
        }
    }
}
