package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The program in a JVM of its own, as its user would start it; what it prints goes to files in `folder`.
record Program(Process process, Path out, Path err) implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 120;

    /// How a run ended.
    record End(int code, String out, String err) {
        End hasCode(int expected) {
            assertThat(code).as("exit code; it said:%n%s", err).isEqualTo(expected);
            assertThat(err).doesNotContain("\tat ").doesNotContain("Exception in thread");
            return this;
        }
    }

    static Program start(Path folder, String... arguments) throws IOException {
        return start(folder, List.of(), List.of(), arguments);
    }

    /// @param before words before the command, such as a shell that sets a limit; its last words are those behind
    /// @param java options of the JVM
    static Program start(Path folder, List<String> before, List<String> java, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "-Xlog:disable"));
        command.addAll(java);
        command.add("dev.decant.cli.Decant");
        command.addAll(List.of(arguments));
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return new Program(builder.start(), out, err);
    }

    static End run(Path folder, String... arguments) throws IOException, InterruptedException {
        try (Program program = start(folder, arguments)) {
            return program.end();
        }
    }

    End end() throws IOException, InterruptedException {
        assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("it ends; it said:%n%s", said())
                .isTrue();
        return new End(process.exitValue(), Files.readString(out), said());
    }

    String said() throws IOException {
        return Files.readString(err);
    }

    /// Waits for something that the program does, as long as it runs; false when it ended before.
    boolean until(Condition condition) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("it said:%n%s", said()).isLessThan(deadline);
            if (process.waitFor(1, TimeUnit.MILLISECONDS)) {
                return condition.holds();
            }
        }
        return true;
    }

    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException;
    }

    /// As `kill -9` does.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
