package dev.decant.python;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// The Pythons of this machine, for tests: one in this JVM, the others in child JVMs.
final class Pythons {
    private Pythons() {}

    /// A runtime of the usual python; the test is skipped where there is none that can be used.
    static PythonRuntime start() {
        return start(PythonOptions.DEFAULT);
    }

    static PythonRuntime start(PythonOptions options) {
        try {
            return PythonRuntime.start(options.withPython(chosen()));
        } catch (PythonStartException e) {
            return Assumptions.abort("skipped, no usable Python: " + e.getMessage());
        }
    }

    /// The python of the system property `decant.python`; null, which is the usual one, where it is not set.
    static @Nullable String chosen() {
        return System.getProperty("decant.python");
    }

    /// An engine over a script; the test is skipped where there is no usable Python.
    static PythonEngine engine(PythonEngineOptions options) throws PythonStartException {
        start(options.python()).close();
        return PythonEngine.open(options.withPython(options.python().withPython(chosen())));
    }

    /// One installation for each version and place, from the PATH and from pyenv.
    static List<PythonInstallation> all() {
        List<String> candidates = new ArrayList<>(List.of("python3", "/usr/bin/python3"));
        PythonInstallation.SUPPORTED.forEach(version -> candidates.add("python" + version));
        String root = System.getenv("PYENV_ROOT");
        Path versions =
                (root == null ? Path.of(System.getProperty("user.home"), ".pyenv") : Path.of(root)).resolve("versions");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> folders = Files.list(versions)) {
                folders.sorted().forEach(folder -> candidates.add(folder + "/bin/python"));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        Map<Path, PythonInstallation> found = new LinkedHashMap<>();
        for (String candidate : candidates) {
            try {
                PythonInstallation installation = PythonInstallation.of(candidate);
                found.putIfAbsent(installation.library(), installation);
            } catch (PythonStartException ignored) {
                // Not there, or not one that is supported.
            }
        }
        return List.copyOf(found.values());
    }

    /// A script in a folder of a test.
    static Path script(Path folder, String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
