package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.python.PythonInstallation;
import dev.decant.python.PythonStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A user's Python file from the command line: `classify --script`, `run`, `doctor`.
class ScriptTest {
    private static final String PLAIN =
            Cli.root().resolve("examples/python/ml_processor_plain.py").toString();

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsPython() {
        try {
            PythonInstallation ignored = PythonInstallation.of(PythonInstallation.defaultPython());
        } catch (PythonStartException e) {
            Assumptions.abort("skipped, no usable Python: " + e.getMessage());
        }
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aScriptLabelsAFileWithoutAModel() throws IOException {
        Path reviews = Cli.root().resolve("examples/reviews.csv");
        Cli cli = Cli.run(
                "classify", reviews.toString(), "--text", "description", "--script", PLAIN, "-o", path("out.csv"));
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).contains("0 failed", "model ml_processor_plain.py:process_batch, 1 worker");
        assertThat(cli.out()).isEmpty();
        List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
        assertThat(lines.getFirst()).endsWith("description,label,score,error");
        assertThat(lines).filteredOn(line -> line.contains(",POSITIVE,0.")).hasSizeGreaterThan(100);
    }

    @Test
    void rowsThatTheScriptCannotScoreFailAloneAndTheExitCodeSaysSo() throws IOException {
        String script = file("halves.py", """
                def classify(texts):
                    return [{"label": "n", "score": 1 / float(text)} for text in texts]
                """);
        String input = file("numbers.csv", "id,text\n1,2\n2,0\n3,x\n4,4\n");
        Cli cli = Cli.run(
                "classify", input, "--text", "text", "--script", script, "--function", "classify", "-o", path("o.csv"));
        assertThat(cli.code()).as(cli.err()).isEqualTo(ExitCode.FAILED_ROWS);
        assertThat(Files.readAllLines(folder.resolve("o.csv")))
                .containsExactly(
                        "id,text,label,score,error",
                        "1,2,n,0.5,",
                        "2,0,,,\"classify raised ZeroDivisionError: float division by zero (halves.py, line 2)\"",
                        "3,x,,,\"classify raised ValueError: could not convert string to float: 'x' (halves.py, line 2)\"",
                        "4,4,n,0.25,");
    }

    @Test
    void autoMeasuresTwoWorkersForAScriptAndKeepsOneWhereTwoDisturbEachOther() throws IOException {
        // Its first call tells of a long run; 2,000 rows are short then.
        String script = file("alone.py", """
                import os, time

                inside = 0
                calls = 0
                met = os.path.join(os.path.dirname(__file__), "met")

                def process_batch(texts):
                    global inside, calls
                    calls += 1
                    inside += 1
                    try:
                        time.sleep(0.5 if calls == 1 else 0.02 if calls < 40 else 0)
                        if inside > 1:
                            open(met, "w").close()
                            raise ValueError("two at once")
                        return [{"label": "fine", "score": 0.75} for _ in texts]
                    finally:
                        inside -= 1
                """);
        StringBuilder rows = new StringBuilder("text\n");
        for (int i = 0; i < 2_000; i++) {
            rows.append("a fine wine. ".repeat(40)).append(i).append('\n');
        }
        String input = file("rows.csv", rows.toString());
        Cli cli = Cli.run(
                "classify",
                input,
                "--text",
                "text",
                "--script",
                script,
                "--workers",
                "auto",
                "--threads",
                "2",
                "--report",
                path("run.json"),
                "-o",
                path("out.csv"));
        assertThat(cli.code()).as(cli.err()).isZero();
        assertThat(cli.err()).contains("0 failed", "1 worker");
        assertThat(folder.resolve("met")).as("two workers were tried").exists();
        assertThat(Files.readString(folder.resolve("run.json"))).contains("\"workers_measured\" : true");

        Files.delete(folder.resolve("met"));
        Cli unsaid = Cli.run(
                "classify", input, "--text", "text", "--script", script, "--threads", "2", "-o", path("other.csv"));
        assertThat(unsaid.code()).as(unsaid.err()).isZero();
        assertThat(folder.resolve("met"))
                .as("two at once, though nobody has allowed it")
                .doesNotExist();
    }

    @Test
    void whatTheScriptPrintsIsNotInTheOutput() throws IOException {
        String script = file("chatty.py", """
                print("loaded")
                def process_batch(texts):
                    print("called")
                    return [{"label": "x", "score": 1}] * len(texts)
                """);
        Cli cli = Cli.runWith("text\na\nb\n", "classify", "-", "--script", script, "-o", "-", "--quiet");
        assertThat(cli.out()).isEqualTo("text,label,score,error\na,x,1.0,\nb,x,1.0,\n");
        assertThat(cli.code()).isZero();
    }

    @Test
    void whatNativeCodeAndChildProcessesWriteIsNotInTheOutputEither() throws Exception {
        String script = file("native.py", """
                import os, subprocess, sys
                os.write(1, b"import\\n")
                def process_batch(texts):
                    os.write(1, b"batch\\n")
                    subprocess.run([sys.executable, "-c", "print('child')"], check=True)
                    return [{"label": "x", "score": 1}] * len(texts)
                """);
        StringBuilder rows = new StringBuilder("text\n");
        StringBuilder expected = new StringBuilder("text,label,score,error\n");
        for (int i = 0; i < 40; i++) {
            String text = i + "é".repeat(5_000); // More than a pipe holds, and than is written at once.
            rows.append(text).append('\n');
            expected.append(text).append(",x,1.0,\n");
        }
        Path err = folder.resolve("err.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.decant.cli.Decant",
                        "classify",
                        file("rows.csv", rows.toString()),
                        "--script",
                        script,
                        "--max-batch-tokens",
                        "100000",
                        "-o",
                        "-")
                .redirectError(err.toFile())
                .start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
            assertThat(out).as(Files.readString(err)).isEqualTo(expected.toString());
            assertThat(process.exitValue()).isZero();
            assertThat(Files.readString(err)).contains("import\n", "batch\n", "child\n");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aScriptThatCannotBeUsedIsRefusedInOneLine() throws IOException {
        String broken = file("broken.py", "def process_batch(texts:\n");
        Cli syntax = Cli.runWith("text\na\n", "classify", "-", "--script", broken, "-o", "-");
        assertThat(syntax.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(syntax.errLines()).singleElement().asString().contains("cannot load", "SyntaxError", "broken.py");
        Cli absent = Cli.runWith("text\na\n", "classify", "-", "--script", path("none.py"), "-o", "-");
        assertThat(absent.errLines()).containsExactly("decant: there is no Python file " + path("none.py"));
        Cli python =
                Cli.runWith("text\na\n", "classify", "-", "--script", PLAIN, "--python", "no-such-python", "-o", "-");
        assertThat(python.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(python.errLines()).singleElement().asString().contains("cannot run no-such-python");
    }

    @Test
    void optionsThatDoNotGoWithAScriptAreRefused() {
        assertThat(Cli.runWith("text\na\n", "classify", "-", "--script", PLAIN, "--scores", "-o", "-")
                        .err())
                .contains("use --top-k K");
        assertThat(Cli.runWith("text\na\n", "classify", "-", "--script", PLAIN, "--max-length", "9", "-o", "-")
                        .err())
                .contains("take one of the two");
        Cli alone = Cli.runWith("text\na\n", "classify", "-", "--python", "python3", "-o", "-");
        assertThat(alone.err()).contains("name it with --script FILE");
        assertThat(alone.code()).isEqualTo(ExitCode.UNUSABLE);
    }

    @Test
    void runListsFunctionsOrCallsOne() throws IOException {
        Cli list = Cli.run("run", PLAIN);
        assertThat(list.code()).as(list.err()).isZero();
        assertThat(list.out())
                .contains("process_batch(texts: list[str]) -> list[dict]  # Labels each text POSITIVE or NEGATIVE");
        String script = file("values.py", """
                import array
                def same(*values, **names): return list(values)
                def odd(): return [float("nan"), 2**70, b"ab", array.array("H", [1, 65535]), (None, True), {1: "é"}]
                def fail(): return 1 / 0
                """);
        assertThat(Cli.run("run", script, "same", "[1, 2.5, null]", "\"t\"", "{\"k\": [true]}")
                        .out())
                .isEqualTo("[[1,2.5,null],\"t\",{\"k\":[true]}]\n");
        assertThat(Cli.run("run", script, "odd").out())
                .isEqualTo("[\"NaN\",1180591620717411303424,\"YWI=\",[1,65535],[null,true],{\"1\":\"é\"}]\n");
        Cli failed = Cli.run("run", script, "fail");
        assertThat(failed.code()).isEqualTo(ExitCode.FAULT);
        assertThat(failed.err()).contains("Traceback (most recent call last):", "line 4, in fail", "ZeroDivisionError");
        Cli unquoted = Cli.run("run", script, "same", "text");
        assertThat(unquoted.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(unquoted.err())
                .contains("argument 1 of same is no JSON value: text (a text needs quotes: '\"text\"')");
        Cli absent = Cli.run("run", script, "other");
        assertThat(absent.code()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(absent.err()).contains("has no function other; it has fail, odd, same");
    }

    @Test
    void doctorSaysALineForEachPartAndWhetherTheMainJobCanRun() {
        Cli cli = Cli.run("doctor");
        assertThat(cli.code()).as(cli.out()).isZero();
        assertThat(cli.out().lines())
                .allMatch(line -> line.matches("(ok|none) +\\S+ +\\S.*"))
                .anyMatch(line -> line.startsWith("ok    jdk "))
                .anyMatch(line -> line.startsWith("ok    model "))
                .anyMatch(line -> line.startsWith("ok    libpython "));
        Cli other = Cli.run("doctor", "--python", "no-such-python");
        assertThat(other.code()).isZero();
        assertThat(other.out()).contains("none  python     cannot run no-such-python: install Python 3");
    }

    @Test
    void doctorFailsWhereTheModelCannotBeUsed() {
        String before = System.getProperty("decant.model");
        System.setProperty("decant.model", path("nowhere"));
        try {
            Cli cli = Cli.run("doctor");
            assertThat(cli.code()).isEqualTo(ExitCode.FAULT);
            assertThat(cli.out()).containsPattern("bad   model .*nowhere");
        } finally {
            if (before == null) {
                System.clearProperty("decant.model");
            } else {
                System.setProperty("decant.model", before);
            }
        }
    }
}
