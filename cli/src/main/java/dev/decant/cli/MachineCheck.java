package dev.decant.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Looks at the JDK and the memory.
final class MachineCheck {
    private static final int JDK = 25;
    /// The default model with its JVM takes about 100 MB.
    private static final long NEEDED = 150L << 20;

    private MachineCheck() {}

    static Finding jdk() {
        int feature = Runtime.version().feature();
        String found = "Java " + Runtime.version() + " in " + System.getProperty("java.home");
        return feature >= JDK
                ? Finding.ok("jdk", found)
                : Finding.bad("jdk", found + ": install a JDK " + JDK + " and set DECANT_JAVA_HOME to it");
    }

    static Finding memory() {
        long available = available();
        if (available < 0) {
            return Finding.ok("memory", "this system does not say how much is free");
        }
        String found = String.format(Locale.ROOT, "%,d MB free", available >> 20);
        return available >= NEEDED
                ? Finding.ok("memory", found)
                : Finding.bad(
                        "memory",
                        found + ", and the default model needs " + (NEEDED >> 20)
                                + " MB: end other programs, or raise the container's limit");
    }

    private static long available() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException ignored) {
            // Not Linux.
        }
        return -1;
    }
}
