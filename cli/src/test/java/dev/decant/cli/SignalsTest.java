package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Signals to the real program, in a JVM of its own.
@Timeout(value = 120)
class SignalsTest {
    @TempDir
    private Path folder;

    private Process start(Path output) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.decant.cli.Decant",
                        "classify",
                        "-",
                        "--text",
                        "text",
                        "-o",
                        output.toString())
                .start();
    }

    /// As a shell does for what it starts in the background; a child inherits it.
    private static boolean interruptIsIgnored() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("SigIgn:")) {
                long ignored = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
                return (ignored & 2) != 0;
            }
        }
        return false;
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void aSignalFinishesWhatIsInFlightAndHasItsExitCode(String signal, int code) throws Exception {
        assumeFalse(System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win"), "no signals on Windows");
        assumeFalse(
                signal.equals("INT") && interruptIsIgnored(),
                "this build runs with SIGINT ignored, and so its children");
        Path output = folder.resolve("out.csv");
        Path part = folder.resolve("out.csv.part");
        Process process = start(output);
        try (OutputStream in = process.getOutputStream();
                BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            // More than the first windows, and then the pipe stays open: the run waits for more.
            StringBuilder rows = new StringBuilder("id,text\n");
            for (int i = 0; i < 300; i++) {
                rows.append(i).append(",a fine wine number ").append(i).append('\n');
            }
            in.write(rows.toString().getBytes(StandardCharsets.UTF_8));
            in.flush();
            while (process.isAlive() && (!Files.exists(part) || Files.size(part) < 1_000)) {
                assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
            }
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            List<String> told = err.lines().toList();
            assertThat(process.exitValue()).as(String.join("\n", told)).isEqualTo(code);
            assertThat(told).anyMatch(line -> line.contains("SIG" + signal));
            assertThat(output).doesNotExist();
            List<String> written = Files.readAllLines(part);
            long in0 = told.stream()
                    .filter(line -> line.contains(" in = "))
                    .mapToLong(line -> Long.parseLong(
                            line.replaceAll(".*?([\\d,]+) in = .*", "$1").replace(",", "")))
                    .findFirst()
                    .orElseThrow();
            // Whole rows, from the first on, as many as the summary says.
            assertThat(written).hasSize((int) in0 + 1);
            for (int i = 1; i < written.size(); i++) {
                assertThat(written.get(i)).startsWith((i - 1) + ",a fine wine number " + (i - 1) + ",");
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void anOutputPipeThatIsClosedEndsTheRunQuietly() throws Exception {
        Path input = folder.resolve("in.csv");
        StringBuilder rows = new StringBuilder("text\n");
        for (int i = 0; i < 5_000; i++) {
            rows.append("wine ").append(i).append('\n');
        }
        Files.writeString(input, rows);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.decant.cli.Decant",
                        "classify",
                        input.toString(),
                        "-o",
                        "-")
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("text,label,score,error");
        }
        try (BufferedReader err = process.errorReader(StandardCharsets.UTF_8)) {
            List<String> told = err.lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(141);
            assertThat(told).noneMatch(line -> !line.contains("rows/s"));
        } finally {
            process.destroyForcibly();
        }
    }
}
