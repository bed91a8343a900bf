package dev.decant.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a user's script can do wrong, each in a JVM of its own: the other rows are right, the message names the
/// fault, the exit code says it. Every engine over scripts has a subclass.
public abstract class ScriptFaultContract {
    private static final String LONG = "10000000";

    /// Scores a text by its length; a text of a fault does `FAULT`.
    private static final String SCRIPT = """
            IMPORTS
            def process_batch(texts):
                results = []
                for text in texts:
                    if text == "bad":
                        FAULT
                    else:
                        results.append({"label": "L%d" % len(text), "score": 0.5})
                return results
            """;

    @TempDir
    Path folder;

    /// What opens the engine in the other JVM.
    protected abstract Class<? extends ScriptRun.Opener> opener();

    private ChildJvm.Result run(String imports, String fault, String timeout, List<String> texts) throws Exception {
        return start(imports, fault, timeout, texts).await();
    }

    private ChildJvm start(String imports, String fault, String timeout, List<String> texts) throws Exception {
        String script = SCRIPT.replace("IMPORTS", imports).replace("FAULT", fault.replace("\n", "\n            "));
        return startScript(script, timeout, texts);
    }

    private ChildJvm startScript(String script, String timeout, List<String> texts) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String text : texts) {
            // By hand: an encoder would replace lone surrogates.
            ByteBuffer bytes = ByteBuffer.allocate(2 * text.length()).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asCharBuffer().put(text);
            lines.add(Base64.getEncoder().encodeToString(bytes.array()));
        }
        Path file = Files.writeString(folder.resolve("ml_processor.py"), script);
        Path input = Files.write(folder.resolve("texts.txt"), lines, StandardCharsets.US_ASCII);
        return ChildJvm.start(
                folder,
                List.of(),
                ScriptRun.class,
                opener().getName(),
                file.toString(),
                input.toString(),
                timeout,
                "process_batch");
    }

    /// One bad row among good ones: it fails alone with that message.
    private ChildJvm.Result oneRowFails(String imports, String fault, String message) throws Exception {
        ChildJvm.Result result = run(imports, fault, LONG, List.of("a", "bb", "bad", "dddd", "eeeee"));
        assertThat(result.out().lines())
                .as(result.err())
                .hasSize(6)
                .contains("0 L1 0.5", "1 L2 0.5", "3 L4 0.5", "4 L5 0.5", "ending Completed[]")
                .anySatisfy(line -> assertThat(line).startsWith("2 ").contains(message));
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err()).contains("the JVM ends in order");
        return result;
    }

    private void allRight(String imports, String fault, String label) throws Exception {
        ChildJvm.Result result = run(imports, fault, LONG, List.of("a", "bad", "ccc"));
        assertThat(result.out())
                .as(result.err())
                .isEqualTo("0 L1 0.5\n1 " + label + "\n2 L3 0.5\nending Completed[]\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void anExceptionFailsItsRowAlone() throws Exception {
        oneRowFails(
                "",
                "raise ValueError('no such word')",
                "ENGINE_FAULT: process_batch raised ValueError: no such word (ml_processor.py, line 6)");
    }

    @Test
    void aScriptThatSwallowsItsExceptionAndReturnsNothingLosesNoRow() throws Exception {
        oneRowFails("", "return []", "WRONG_RESULT: the engine gave 0 results for 1 texts");
    }

    @Test
    void sysExitFailsItsRowAlone() throws Exception {
        oneRowFails("import sys", "sys.exit(5)", "process_batch raised SystemExit: 5");
    }

    @Test
    void exitOfTheProcessFailsItsRowAlone() throws Exception {
        oneRowFails("import os", "os._exit(0)", "os._exit(0) was called");
    }

    @Test
    void deepRecursionFailsItsRowAlone() throws Exception {
        oneRowFails("def deep(n): return deep(n) + 1", "deep(0)", "RecursionError");
    }

    @Test
    void aScoreThatIsNoNumberFailsItsRowAlone() throws Exception {
        oneRowFails(
                "", "results.append({'label': 'x', 'score': float('nan')})", "has the score NaN: it must be finite");
        oneRowFails(
                "", "results.append({'label': 'x', 'score': 10 ** 400})", "a score that is a int and no finite number");
        oneRowFails("", "results.append({'label': 'x', 'score': '0.5'})", "a score that is a str and no finite number");
        oneRowFails(
                "", "results.append({'label': None, 'score': 1})", "has a label that is a NoneType: it must be a str");
        oneRowFails("", "results.append({'score': 1})", "the result of process_batch has no 'label'");
    }

    @Test
    void aNumberBeyond64BitsIsAScore() throws Exception {
        allRight("", "results.append({'label': 'big', 'score': 2 ** 70})", "big 1.1805916E21");
    }

    @Test
    void aGeneratorIsNamed() throws Exception {
        oneRowFails("", "return (r for r in results)", "process_batch returned a generator: it must return a list");
        ChildJvm.Result result = startScript("def process_batch(texts):\n    yield {}\n", LONG, List.of("a"))
                .await();
        assertThat(result.err()).contains("it is a generator: return a list instead of using yield");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void aScriptThatCannotBeLoadedIsNamedWithItsLine() throws Exception {
        ChildJvm.Result syntax = startScript("def process_batch(texts)\n    pass\n", LONG, List.of("a"))
                .await();
        assertThat(syntax.err()).contains("cannot load").contains("SyntaxError").contains("ml_processor.py, line 1");
        assertThat(syntax.exitCode()).isEqualTo(2);
        ChildJvm.Result missing =
                startScript("import no_such_module\n", LONG, List.of("a")).await();
        assertThat(missing.err()).contains("ModuleNotFoundError: No module named 'no_such_module'");
        assertThat(missing.exitCode()).isEqualTo(2);
        ChildJvm.Result signature = startScript("def process_batch(texts, more): pass\n", LONG, List.of("a"))
                .await();
        assertThat(signature.err())
                .contains("process_batch cannot be called with a list of texts: its parameters are (texts, more)");
        assertThat(signature.exitCode()).isEqualTo(2);
        ChildJvm.Result absent =
                startScript("def classify(texts): pass\n", LONG, List.of("a")).await();
        assertThat(absent.err()).contains("has no function process_batch; it has classify");
        assertThat(absent.exitCode()).isEqualTo(2);
    }

    @Test
    void theJvmKeepsItsSignalsWhateverTheScriptInstalls() throws Exception {
        allRight(
                "import faulthandler\nfaulthandler.enable()",
                "faulthandler.enable(); results.append({'label': 'x', 'score': 1})",
                "x 1.0");
        ChildJvm child = start(
                "import signal\nfor s in (signal.SIGTERM, signal.SIGINT, signal.SIGSEGV):\n"
                        + "    signal.signal(s, signal.SIG_IGN)",
                "while True: pass",
                LONG,
                List.of("a", "a", "a", "a", "a", "a", "a", "a", "bad"));
        child.awaitOutput("7 L1 0.5");
        child.process().destroy(); // SIGTERM.
        ChildJvm.Result result = child.await();
        assertThat(result.exitCode()).isEqualTo(143);
        assertThat(result.err()).contains("the JVM ends in order");
    }

    @Test
    void threadsLeftRunningDoNotKeepTheProcess() throws Exception {
        allRight("""
                import threading, time
                def work():
                    while True:
                        time.sleep(0.001)
                threading.Thread(target=work, daemon=True).start()
                threading.Thread(target=work, daemon=False).start()
                """, "results.append({'label': 'x', 'score': 1})", "x 1.0");
    }

    @Test
    void userCodeMaySpawnProcesses() throws Exception {
        allRight("""
                import multiprocessing
                def square(n):
                    return n * n
                """, """
                assert multiprocessing.get_start_method() == 'spawn'
                with multiprocessing.Pool(1) as pool:
                    results.append({'label': 'x', 'score': sum(pool.map(square, [1, 2]))})
                """, "x 5.0");
    }

    @Test
    void whatIsPrintedLeavesStandardOutputClean() throws Exception {
        ChildJvm.Result result = run(
                "print('imported')",
                "print('no newline \\ud800', end=''); results.append({'label': 'x', 'score': 1})",
                LONG,
                List.of("bad"));
        assertThat(result.out()).isEqualTo("0 x 1.0\nending Completed[]\n");
        assertThat(result.err()).contains("imported\n").contains("no newline \\ud800");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void anyTextReachesTheScriptAsItIs() throws Exception {
        ChildJvm.Result result = run(
                "", "pass", LONG, List.of("😀", "a\0b", "\ud800", "x\udc00y", "x".repeat(10 << 20), "é".repeat(1000)));
        assertThat(result.out())
                .as(result.err())
                .isEqualTo(
                        "0 L1 0.5\n1 L3 0.5\n2 L1 0.5\n3 L3 0.5\n4 L10485760 0.5\n5 L1000 0.5\nending Completed[]\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aBatchThatHangsInPythonCodeIsEndedAndItsRowFailsAlone() throws Exception {
        ChildJvm.Result result = run("", "while True: pass", "2000", List.of("a", "bad", "ccc"));
        assertThat(result.out())
                .as(result.err())
                .contains("0 L1 0.5\n1 TIMEOUT: the engine did not answer within")
                .contains("\n2 L3 0.5\nending Completed[]\n");
        assertThat(result.exitCode()).isEqualTo(3);
    }

    @Test
    void aBatchThatStaysStuckEndsTheRunWithWhatWasCommitted() throws Exception {
        ChildJvm.Result result = run(
                "import time", "time.sleep(100000)", "2000", List.of("a", "a", "a", "a", "a", "a", "a", "a", "bad"));
        assertThat(result.out())
                .as(result.err())
                .contains("7 L1 0.5\n")
                .contains("ending EngineFault")
                .contains("did not end its call when cancelled");
        assertThat(result.exitCode()).isEqualTo(1);
    }
}
