package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.decant.python.PythonInstallation;
import dev.decant.python.PythonStartException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a machine, a disk or a model does to a run, with the real program: one clear line, no row lost, and on with
/// `--resume`.
class FaultsTest {
    private static final int ROWS = 2_000;

    /// Scores by length, slowly enough to be met in its work; does what a text tells it to.
    private static final String SCRIPT = """
            import ctypes, os, sys, time, _thread

            def process_batch(texts):
                time.sleep(0.002)
                results = [{"label": "L" + str(len(t) % 3), "score": len(t) / 100} for t in texts]
                for text in texts:
                    if text == "throw":
                        raise ValueError("no such wine")
                    if text == "few":
                        return results[1:]
                    if text == "many":
                        return results + results
                    if text == "hang":
                        while True:
                            time.sleep(0.01)
                    if text == "exit":
                        sys.exit(7)
                    if text == "end the thread":
                        _thread.exit()
                    if text == "stuck" and not os.path.exists(__file__ + "healed"):
                        ctypes.PyDLL(None).sleep(1000)
                return results
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void needsPython() {
        try {
            PythonInstallation ignored = PythonInstallation.of(PythonInstallation.defaultPython());
        } catch (PythonStartException e) {
            Assumptions.abort("skipped, no usable Python: " + e.getMessage());
        }
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String script() throws IOException {
        return Files.writeString(folder.resolve("ml_processor.py"), SCRIPT).toString();
    }

    private static String rows(int count) {
        StringBuilder text = new StringBuilder("id,text\n");
        for (int i = 0; i < count; i++) {
            text.append(i).append(",a fine wine number ").append(i).append('\n');
        }
        return text.toString();
    }

    private Path input(String text) throws IOException {
        return Files.writeString(folder.resolve("in.csv"), text);
    }

    private String[] command(String output, String... more) throws IOException {
        String[] command = {"classify", path("in.csv"), "--text", "text", "--script", script(), "-o", path(output)};
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return all;
    }

    /// The file that a run without a fault writes.
    private byte[] expected() throws Exception {
        Program.run(folder, command("expected.csv")).hasCode(0);
        return Files.readAllBytes(folder.resolve("expected.csv"));
    }

    private void goesOn(byte[] expected) throws Exception {
        Program.End end = Program.run(folder, command("out.csv", "--resume")).hasCode(0);
        assertThat(end.err()).contains("of them by earlier runs");
        assertThat(Files.readAllBytes(folder.resolve("out.csv"))).isEqualTo(expected);
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
        assertThat(folder.resolve("out.csv.checkpoint")).doesNotExist();
    }

    @Test
    void aDiskThatIsFullEndsTheRunAndKeepsWhatIsDone() throws Exception {
        assumeTrue(Files.exists(Path.of("/bin/bash")), "skipped: no bash here, whose ulimit stands for a full disk");
        input(rows(ROWS));
        byte[] expected = expected();
        // No file may grow past 40 blocks of 1 KB: a write fails in the middle of a window.
        List<String> limited = List.of("/bin/bash", "-c", "ulimit -f 40; exec \"$@\"", "bash");
        try (Program program = Program.start(folder, limited, List.of(), command("out.csv"))) {
            Program.End end = program.end().hasCode(1);
            assertThat(end.err()).contains("decant: the output failed: ", "--resume");
        }
        assertThat(Files.size(folder.resolve("out.csv.part"))).isBetween(1L, 40L * 1024);
        goesOn(expected);
    }

    @Test
    void aDeviceThatIsFullIsNamedInOneLine() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "skipped: no /dev/full here");
        input(rows(100));
        Program.End end = Program.run(
                        folder,
                        "classify",
                        path("in.csv"),
                        "--text",
                        "text",
                        "--script",
                        script(),
                        "-o",
                        "/dev/full",
                        "--output-format",
                        "csv")
                .hasCode(1);
        assertThat(end.err()).contains("decant: the output failed: ");
    }

    @Test
    void anInputThatEndsInMidRowLosesNoRowBeforeIt() throws Exception {
        String rows = rows(100);
        input(rows.substring(0, rows.length() - 10) + "\n100,\"never closed");
        Program.End end = Program.run(folder, command("out.csv")).hasCode(3);
        assertThat(end.err()).contains("rows      101 in = 100 scored + 1 failed + 0 skipped", "malformed");
        assertThat(Files.readAllLines(folder.resolve("out.csv"))).hasSize(102);
    }

    @Test
    void anInputThatEndsInMidGzipKeepsTheRowsBeforeIt() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(rows(20_000).getBytes(StandardCharsets.UTF_8));
        }
        byte[] cut = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 10);
        Path in = Files.write(folder.resolve("in.csv.gz"), cut);
        String[] command = {"classify", in.toString(), "--text", "text", "--script", script(), "-o", path("out.csv")};
        Program.End end = Program.run(folder, command).hasCode(2);
        assertThat(end.err()).contains("in.csv.gz: the gzip data is damaged or ends too early after line");
        assertThat(Files.readAllLines(folder.resolve("out.csv.part"))).hasSizeGreaterThan(100);
        // The mended file is another input.
        Files.write(in, bytes.toByteArray());
        String[] again = Arrays.copyOf(command, command.length + 1);
        again[command.length] = "--resume";
        assertThat(Program.run(folder, again).hasCode(2).err()).contains("the input was", "start anew with --force");
    }

    @Test
    void whatIsAppendedWhileARunReadsIsNotInTheOutputAndTheRunSaysSo() throws Exception {
        Path in = input(rows(ROWS));
        byte[] expected = expected();
        try (Program program = Program.start(folder, command("out.csv"))) {
            Path checkpoint = folder.resolve("out.csv.checkpoint");
            assertThat(program.until(() -> Files.exists(checkpoint))).isTrue();
            Files.writeString(in, "2000,one more\n2001,and half a ro", StandardOpenOption.APPEND);
            assertThat(program.end().hasCode(0).err()).contains("in.csv has grown since it was opened");
        }
        assertThat(Files.readAllBytes(folder.resolve("out.csv"))).isEqualTo(expected);
    }

    @Test
    void anInputThatIsCutWhileItIsReadEndsTheRun() throws Exception {
        // Longer than what is read ahead.
        Path in = input(rows(20_000));
        try (Program program = Program.start(folder, command("out.csv"))) {
            Path checkpoint = folder.resolve("out.csv.checkpoint");
            assertThat(program.until(() -> Files.exists(checkpoint))).isTrue();
            try (RandomAccessFile file = new RandomAccessFile(in.toFile(), "rw")) {
                file.setLength(70_000);
            }
            assertThat(program.end().hasCode(2).err()).contains("in.csv: cannot be read", "it was cut meanwhile");
        }
        assertThat(folder.resolve("out.csv")).doesNotExist();
    }

    @Test
    void anOutputThatCannotBeIsRefusedBeforeAnythingIsLoaded() throws Exception {
        input(rows(10));
        Program.End missing = Program.run(
                        folder,
                        "classify",
                        path("in.csv"),
                        "--text",
                        "text",
                        "--script",
                        script(),
                        "-o",
                        path("no/out.csv"))
                .hasCode(2);
        assertThat(missing.err()).contains("the folder " + path("no") + " does not exist; make it first");
        // Root may write to any folder of a disk, but not to this one.
        Path readOnly = Path.of("/proc/self");
        assumeTrue(Files.isDirectory(readOnly), "skipped: no folder here that root may not write to");
        Program.End denied = Program.run(
                        folder,
                        "classify",
                        path("in.csv"),
                        "--text",
                        "text",
                        "--script",
                        script(),
                        "-o",
                        "/proc/self/out.csv")
                .hasCode(2);
        assertThat(denied.err().lines()).hasSize(1).first().asString().startsWith("decant: /proc/self/out.csv: ");
    }

    @Test
    void aHeapThatIsTooSmallIsToldInOneLineAndTheRunGoesOnInALargerOne() throws Exception {
        // One long record in the middle: as the text of a row it takes more than this heap has.
        String rows = rows(ROWS);
        int half = rows.indexOf("\n1000,") + 1;
        input(rows.substring(0, half) + "x," + "long ".repeat(1 << 20) + "\n" + rows.substring(half));
        try (Program program = Program.start(folder, List.of(), List.of("-Xmx14m"), command("out.csv"))) {
            Program.End end = program.end();
            // The record is malformed where the bound on records, which follows the heap, says so first.
            assertThat(end.code()).as(end.err()).isIn(1, 3);
            if (end.code() == 1) {
                assertThat(end.err()).contains("out of memory", "DECANT_JAVA_OPTS");
            } else {
                assertThat(end.err()).contains("2,001 in = 2,000 scored + 1 failed", "malformed");
            }
            assertThat(end.err()).doesNotContain("\tat ");
        }
        try (Program program = Program.start(folder, List.of(), List.of("-Xmx6m"), command("out2.csv"))) {
            Program.End end = program.end();
            assertThat(end.code()).as(end.err()).isNotZero();
            assertThat(end.err()).doesNotContain("\tat ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "throw, ValueError: no such wine",
        "few, results",
        "many, results",
        "hang, 'did not answer within'",
        "exit, SystemExit",
        "end the thread, SystemExit"
    })
    void anEngineThatFailsCostsTheRowThatMakesIt(String text, String told) throws Exception {
        String rows = rows(200);
        int half = rows.indexOf("\n100,") + 1;
        input(rows.substring(0, half) + "x," + text + "\n" + rows.substring(half));
        Program.End end = Program.run(folder, command("out.csv", "--batch-timeout", "500ms"))
                .hasCode(3);
        assertThat(end.err()).contains("rows      201 in = 200 scored + 1 failed + 0 skipped");
        List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
        assertThat(lines.get(101)).startsWith("x," + text + ",,,").contains(told);
    }

    @Test
    void anEngineThatStaysStuckEndsTheRunWhichCanGoOn() throws Exception {
        String rows = rows(ROWS);
        int late = rows.indexOf("\n1500,") + 1;
        input(rows.substring(0, late) + "x,stuck\n" + rows.substring(late));
        Program.End end = Program.run(folder, command("out.csv", "--batch-timeout", "500ms"))
                .hasCode(1);
        assertThat(end.err()).contains("the engine failed: ", "did not answer within", "--resume");
        assertThat(Files.readAllLines(folder.resolve("out.csv.part"))).hasSizeGreaterThan(500);
        // The same script, and what kept it is gone.
        Path healed = Path.of(script() + "healed");
        Files.writeString(healed, "");
        byte[] expected = expected();
        goesOn(expected);
    }

    @Test
    void aSecondRunOnTheSameOutputIsRefusedWithTheNumberOfTheFirst() throws Exception {
        input(rows(ROWS));
        try (Program first = Program.start(folder, command("out.csv"))) {
            assertThat(first.until(() -> Files.exists(folder.resolve("out.csv.part"))))
                    .isTrue();
            Path other = Files.createDirectory(folder.resolve("other"));
            Program.End second =
                    Program.run(other, command("out.csv", "--force")).hasCode(2);
            assertThat(second.err())
                    .contains("out.csv: is being written by another run (process "
                            + first.process().pid() + ")");
            first.end().hasCode(0);
        }
        assertThat(Files.readAllLines(folder.resolve("out.csv"))).hasSize(ROWS + 1);
    }

    @Test
    void withOneBadRowInEachBatchAllOthersAreScoredWithinTheBoundOnFurtherCalls() throws Exception {
        StringBuilder text = new StringBuilder("id,text\n");
        for (int i = 0; i < 1_024; i++) {
            // All of one length: batches are the rows as they stand.
            text.append(i)
                    .append(i % 32 == 13 ? ",throw\n" : ",wines\n".replace("wines", "w" + (1_000 + i)))
                    .append("");
        }
        input(text.toString());
        Program.End end = Program.run(
                        folder,
                        command(
                                "out.csv",
                                "--max-batch-rows",
                                "32",
                                "--max-batch-tokens",
                                "100000",
                                "--report",
                                path("report.json")))
                .hasCode(3);
        assertThat(end.err()).contains("rows      1,024 in = 992 scored + 32 failed + 0 skipped");
        String report = Files.readString(folder.resolve("report.json"));
        long batches = member(report, "batches");
        // Identical texts of a window share one request: as many bad rows run as there are windows with one.
        assertThat(member(report, "extra_calls")).isLessThanOrEqualTo(batches * (2 * 5 + 1));
        assertThat(member(report, "extra_calls")).isPositive();
    }

    private static long member(String json, String name) {
        var matcher =
                java.util.regex.Pattern.compile("\"" + name + "\" : (\\d+)").matcher(json);
        assertThat(matcher.find()).as(name).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
