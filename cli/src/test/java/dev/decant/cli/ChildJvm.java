package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own with the class path of the tests; what it prints goes to a file in `folder`.
record ChildJvm(Path folder, Duration deadline) {
    /// Runs it to its end, which must be a good one; gives what it wrote to its standard output.
    String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(arguments);
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("XDG_CACHE_HOME", folder.toAbsolutePath().toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(deadline.toSeconds(), TimeUnit.SECONDS))
                    .as("%s ends within %s", arguments, deadline)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(out);
        assertThat(process.exitValue())
                .as("exit code of %s; it printed:%n%s%n%s", arguments, printed, Files.readString(err))
                .isZero();
        return printed;
    }
}
