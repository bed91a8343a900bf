package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.pipeline.WindowPolicy;
import dev.decant.python.PythonInstallation;
import dev.decant.python.PythonStartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random points, and on with `--resume`, until the file is done.
///
/// The seed is printed; `-Ddecant.seed=N` runs it again, though not to the instruction: the system has its say in when
/// a kill arrives.
class KillTest {
    /// Tells each text it is called with, so that what was done twice can be counted.
    private static final String SCRIPT = """
            import os, time
            log = os.open(os.environ["DECANT_TEST_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

            def process_batch(texts):
                time.sleep(0.0005)
                os.write(log, b"." * len(texts))
                return [{"label": "L" + str(len(t) % 3), "score": len(t) / 100} for t in texts]
            """;

    @TempDir
    private Path folder;

    private static long seed() {
        return Long.getLong("decant.seed", System.nanoTime());
    }

    private Path input(int rows) throws IOException {
        StringBuilder text = new StringBuilder("id,text\n");
        for (int i = 0; i < rows; i++) {
            text.append(i)
                    .append(",\"a fine wine, number ")
                    .append(i)
                    .append(i % 7 == 0 ? "\nof many" : "")
                    .append("\"\n");
        }
        return Files.writeString(folder.resolve("in.csv"), text);
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    private String[] resume(String script, Path output) {
        return new String[] {
            "classify",
            folder.resolve("in.csv").toString(),
            "--text",
            "text",
            "--script",
            script,
            "-o",
            output.toString(),
            "--resume"
        };
    }

    private Program start(Path log, String... arguments) throws IOException {
        return Program.start(folder, List.of("env", "DECANT_TEST_LOG=" + log), List.of(), arguments);
    }

    @Test
    void killedAtFiftyPointsARunWritesTheSameBytes() throws Exception {
        needsPython();
        int rows = 20_000;
        input(rows);
        String script =
                Files.writeString(folder.resolve("ml_processor.py"), SCRIPT).toString();
        Path expected = folder.resolve("expected.csv");
        Path log = folder.resolve("log");
        try (Program program = start(folder.resolve("log0"), resume(script, expected))) {
            program.end().hasCode(0);
        }
        long seed = seed();
        System.out.println("KillTest: decant.seed=" + seed);
        Random random = new Random(seed);
        Path output = folder.resolve("out.csv");
        Path checkpoint = folder.resolve("out.csv.checkpoint");
        int kills = 0;
        int begun = 0;
        long mostAgain = 0;
        boolean done = false;
        boolean endedByItself = false;
        while (!done) {
            long before = sizeOf(log);
            long committed = committed(checkpoint);
            // Some while the JVM and Python start, most in the middle of the rows.
            long target = before + (random.nextInt(8) == 0 ? 0 : random.nextInt(2 * rows / 50 + 512));
            try (Program program = start(log, resume(script, output))) {
                done = kills >= 50
                        ? program.process().waitFor(2, TimeUnit.MINUTES)
                        : !program.until(() -> sizeOf(log) >= target) || ended(program, random);
                if (done) {
                    program.end().hasCode(0);
                    endedByItself = true;
                    break;
                }
                program.kill();
                kills++;
            }
            // A kill may come so late that all is done, and the checkpoint gone.
            long now = Files.exists(output) ? rows : committed(checkpoint);
            long again = committed + sizeOf(log) - before - now;
            mostAgain = Math.max(mostAgain, again);
            begun += Files.exists(output) ? 0 : 1;
            assertThat(Files.exists(output) && Files.exists(folder.resolve("out.csv.part")))
                    .as("decant.seed=%d: an output and a part of it", seed)
                    .isFalse();
            done = Files.exists(output);
        }
        System.out.printf(
                "KillTest: %d kills, %d of them before the output had its name; at most %d rows were done again, %d in all%n",
                kills, begun, mostAgain, sizeOf(log) - rows);
        assertThat(kills).as("decant.seed=%d", seed).isGreaterThan(10);
        assertThat(Files.readAllBytes(output)).as("decant.seed=%d", seed).isEqualTo(Files.readAllBytes(expected));
        assertThat(mostAgain).as("decant.seed=%d", seed).isLessThanOrEqualTo(WindowPolicy.DEFAULT.maxRows());
        if (!endedByItself) {
            // The last kill came behind the output's name. The next run takes away what is left, and where there was
            // no checkpoint any more it says that the output exists.
            int code = Files.exists(checkpoint) ? 0 : 2;
            try (Program program = start(log, resume(script, output))) {
                program.end().hasCode(code);
            }
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(file -> file.toString().contains("out.csv.")))
                    .as("decant.seed=%d", seed)
                    .isEmpty();
        }
    }

    private static boolean ended(Program program, Random random) throws InterruptedException {
        return program.process().waitFor(random.nextInt(8_000), TimeUnit.MICROSECONDS);
    }

    private static long committed(Path checkpoint) throws IOException {
        if (!Files.exists(checkpoint)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(checkpoint)) {
            return lines.filter(line -> line.startsWith("rows in="))
                    .mapToLong(line -> Long.parseLong(line.substring("rows in=".length())))
                    .sum();
        }
    }

    @Test
    void theModelOnBoardGoesOnToTheSameBytesInGzipToo() throws Exception {
        input(1_500);
        Path expected = folder.resolve("expected.jsonl.gz");
        String input = folder.resolve("in.csv").toString();
        Program.run(folder, "classify", input, "--text", "text", "-o", expected.toString())
                .hasCode(0);
        Path output = folder.resolve("out.jsonl.gz");
        Path part = folder.resolve("out.jsonl.gz.part");
        String[] command = {"classify", input, "--text", "text", "-o", output.toString(), "--resume"};
        for (int kills = 0; kills < 3; kills++) {
            long before = sizeOf(part);
            try (Program program = Program.start(folder, command)) {
                assertThat(program.until(() -> sizeOf(part) > before)).isTrue();
                program.kill();
            }
        }
        Program.End end = Program.run(folder, command).hasCode(0);
        assertThat(end.err()).contains("rows      1,500 in = 1,500 scored", "of them by earlier runs");
        assertThat(Files.readAllBytes(output)).isEqualTo(Files.readAllBytes(expected));
    }

    private static void needsPython() {
        try {
            PythonInstallation ignored = PythonInstallation.of(PythonInstallation.defaultPython());
        } catch (PythonStartException e) {
            Assumptions.abort("skipped, no usable Python: " + e.getMessage());
        }
    }
}
