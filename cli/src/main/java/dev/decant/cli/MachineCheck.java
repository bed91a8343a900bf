package dev.decant.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Looks at the JDK, the memory, and for a libmetacall.
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

    /// Where MetaCall's own loaders look for it.
    static Finding metaCall() {
        List<String> folders = new ArrayList<>();
        for (String variable : List.of("METACALL_INSTALL_PATH", "LOADER_LIBRARY_PATH", "LD_LIBRARY_PATH")) {
            String value = System.getenv(variable);
            if (value != null) {
                folders.addAll(List.of(value.split(File.pathSeparator)));
            }
        }
        folders.addAll(List.of("/usr/local/lib", "/usr/lib", "/usr/lib64", "/gnu/lib"));
        String name = System.mapLibraryName("metacall");
        for (String folder : folders) {
            for (Path candidate : List.of(Path.of(folder, name), Path.of(folder, "lib", name))) {
                if (!folder.isEmpty() && Files.isRegularFile(candidate)) {
                    return Finding.ok("metacall", candidate.toString());
                }
            }
        }
        return Finding.none(
                "metacall",
                "no " + name + "; needed only to run scripts through MetaCall: install it and"
                        + " set METACALL_INSTALL_PATH to its folder");
    }
}
