package dev.decant.comparison;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A python, and those of the packages that the approaches use which are installed for it.
///
/// @param command what it was named as
/// @param version such as `3.11.2`; empty where it cannot be run
/// @param packages versions by name
/// @param fault why it cannot be run, where it cannot
public record PythonProgram(String command, String version, Map<String, String> packages, Optional<String> fault) {
    static final List<String> PACKAGES = List.of("numpy", "onnxruntime", "tokenizers", "torch", "transformers");

    private static final int PATIENCE_SECONDS = 60;
    private static final String QUESTION = """
            import sys
            sys.path = [folder for folder in sys.path if folder]
            from importlib import metadata
            print('python=%d.%d.%d' % sys.version_info[:3])
            for name in sys.argv[1:]:
                try:
                    print(name + '=' + metadata.version(name))
                except metadata.PackageNotFoundError:
                    pass
            """;

    /// Asks a python executable; a bare name is looked up on the PATH. One that cannot be run is told in `fault`.
    public static PythonProgram ask(String python) throws IOException, InterruptedException {
        // One with a folder is to be found from everywhere.
        String command = python.contains("/") ? Path.of(python).toAbsolutePath().toString() : python;
        List<String> question = new ArrayList<>(List.of(command, "-c", QUESTION));
        question.addAll(PACKAGES);
        Path answers = Files.createTempFile("decant-python", ".txt");
        try {
            Process process = new ProcessBuilder(question)
                    .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(answers.toFile())
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return faulty(command, python + " does not answer; name another python with --python");
            }
            if (process.exitValue() != 0) {
                return faulty(
                        command,
                        python + " ends with exit code " + process.exitValue() + "; name another python with --python");
            }
            Map<String, String> packages = new TreeMap<>();
            for (String line : Files.readAllLines(answers, StandardCharsets.UTF_8)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    packages.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            String version = packages.remove("python");
            return version == null
                    ? faulty(command, python + " is no python; name one with --python")
                    : new PythonProgram(command, version, Map.copyOf(packages), Optional.empty());
        } catch (IOException e) {
            return faulty(command, "cannot run " + python + ": install Python 3, or name one with --python");
        } finally {
            Files.deleteIfExists(answers);
        }
    }

    private static PythonProgram faulty(String command, String reason) {
        return new PythonProgram(command, "", Map.of(), Optional.of(reason));
    }

    /// Why a script that imports these packages cannot run, or empty where it can.
    Optional<String> obstacle(List<String> wanted) {
        if (fault.isPresent()) {
            return fault;
        }
        List<String> missing =
                wanted.stream().filter(name -> !packages.containsKey(name)).toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(" and ", missing) + " " + (missing.size() == 1 ? "is" : "are")
                        + " not installed for Python " + version + " (--python)");
    }

    boolean has(List<String> wanted) {
        return obstacle(wanted).isEmpty();
    }
}
