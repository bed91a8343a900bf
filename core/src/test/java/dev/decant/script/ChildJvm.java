package dev.decant.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A JVM of its own for one program of the tests, ended when its time is over.
public final class ChildJvm {
    /// Far more than any needs, also on a busy machine.
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    private final Process process;
    private final Path out;
    private final Path err;

    /// What a child has said.
    public record Result(int exitCode, String out, String err) {}

    private ChildJvm(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /// Starts a program with the class path of this JVM and what it was told of interpreters.
    public static ChildJvm start(Path folder, List<String> jvmOptions, Class<?> program, String... arguments)
            throws IOException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        for (String property : List.of("decant.python", "decant.metacall", "decant.root")) {
            String value = System.getProperty(property);
            if (value != null) {
                command.add("-D" + property + "=" + value);
            }
        }
        command.addAll(jvmOptions); // The last one of a property wins.
        command.add(program.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(Map.of("PYTHONDONTWRITEBYTECODE", "1"));
        return new ChildJvm(builder.start(), out, err);
    }

    public static Result run(Path folder, Class<?> program, String... arguments) throws Exception {
        return start(folder, List.of(), program, arguments).await();
    }

    public Process process() {
        return process;
    }

    /// The child's end; fails when it does not come.
    public Result await() throws Exception {
        try {
            boolean ended = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            Result result = new Result(
                    ended ? process.exitValue() : -1,
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
            assertThat(ended).as("ended in time; it said: %s", result).isTrue();
            return result;
        } finally {
            process.destroyForcibly();
        }
    }

    /// Waits until the child's standard output has that text.
    public void awaitOutput(String text) throws Exception {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!Files.readString(out, StandardCharsets.UTF_8).contains(text)) {
            assertThat(process.isAlive() && System.nanoTime() < deadline)
                    .as("'%s' was not said; the child said %s", text, Files.readString(err))
                    .isTrue();
            boolean ignored = process.waitFor(20, TimeUnit.MILLISECONDS);
        }
    }
}
