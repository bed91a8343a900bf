package dev.decant.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// Runs the program inside the test.
record Cli(int code, String out, String err) {
    static Cli run(String... args) {
        return runWith("", args);
    }

    static Cli runWith(String stdin, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Decant.run(
                new Streams(
                        new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                        out,
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false),
                args);
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /// The lines for people.
    List<String> errLines() {
        return err.lines().toList();
    }

    static Path root() {
        return Path.of(System.getProperty("decant.root", ".."));
    }

    /// A file beside the project that is no part of it; skips the test where it is not there.
    static Path shared(String name) {
        Path file = Path.of(System.getProperty(
                        "decant.shared", root().resolve("../shared").toString()))
                .resolve("data")
                .resolve(name);
        Assumptions.assumeTrue(Files.exists(file), () -> "no " + name + " beside the project (decant.shared)");
        return file;
    }
}
