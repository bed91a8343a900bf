package dev.decant.metacall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class MetaCallRuntimeTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsMetaCall() {
        MetaCallInstallation ignored = MetaCalls.needed();
    }

    private MetaCallScript script(String text) throws Exception {
        return MetaCallRuntime.start(MetaCalls.chosen()).load(MetaCalls.script(folder, "runtime_script.py", text));
    }

    @Test
    void functionsAreListedInTheirOrder() throws Exception {
        MetaCallScript script = script("""
                import json
                def second(texts: list[str], *, more=1) -> dict:
                    \"\"\"The sum é.

                    And more.\"\"\"
                first = lambda: 1
                def _own(): pass
                """);
        assertThat(script.functions())
                .containsExactly(
                        new MetaCallScript.Signature("second", "(texts: list[str], *, more=1) -> dict", "The sum é."),
                        new MetaCallScript.Signature("first", "()", ""));
    }

    @Test
    void valuesPassAsJson() throws Exception {
        MetaCallScript script = script("""
                import array
                def same(*values): return values
                def odd(): return float("nan"), 2**70, b"ab", array.array("H", [1, 65535]), {1: None, "k": -float("inf")}
                """);
        assertThat(script.call("same", List.of("[1, 2.5, null]", "\"\\u0000é\"", "{\"k\": [true]}")))
                .isEqualTo("[[1, 2.5, null], \"\\u0000\\u00e9\", {\"k\": [true]}]");
        assertThat(script.call("odd", List.of()))
                .isEqualTo(
                        "[\"NaN\", 1180591620717411303424, \"YWI=\", [1, 65535], {\"1\": null, \"k\": \"-Infinity\"}]");
    }

    @Test
    void exceptionsHaveTheirTracebackWithoutDecantsOwnFrames() throws Exception {
        MetaCallScript script = script("""
                def outer(n): return inner(n)
                def inner(n):
                    try:
                        return 1 / n
                    except ZeroDivisionError as e:
                        raise ConnectionError("a\\n  b") from e
                def odd(): return {1}
                """);
        assertThatThrownBy(() -> script.call("outer", List.of("0")))
                .isInstanceOfSatisfying(MetaCallException.class, e -> {
                    assertThat(e.getMessage()).isEqualTo("ConnectionError: a b (runtime_script.py, line 6)");
                    assertThat(e.isTransient()).isTrue();
                    assertThat(e.traceback())
                            .contains("ZeroDivisionError: division by zero", "direct cause", "line 1, in outer")
                            .endsWith("ConnectionError: a\n  b\n")
                            .doesNotContain("guarded", "<decant>");
                });
        assertThatThrownBy(() -> script.call("odd", List.of()))
                .isInstanceOf(MetaCallException.class)
                .hasMessage("odd returned a set, which has no counterpart in JSON");
        assertThatThrownBy(() -> script.call("none", List.of()))
                .isInstanceOf(MetaCallStartException.class)
                .hasMessageEndingWith("runtime_script.py has no function none; it has inner, odd, outer");
    }

    @Test
    void whyAFileCannotBeLoadedIsSaid() {
        assertThatThrownBy(() -> script("import no_such_module\n"))
                .isInstanceOf(MetaCallStartException.class)
                .hasMessageContaining("cannot load " + folder)
                .hasMessageEndingWith(
                        "ModuleNotFoundError: No module named 'no_such_module' (runtime_script.py, line 1)");
        assertThatThrownBy(() -> script("def broken(:\n")).hasMessageContaining("SyntaxError: invalid syntax");
        assertThatThrownBy(() -> script("import sys\nsys.exit(3)\n")).hasMessageContaining("SystemExit: 3");
        assertThatThrownBy(() -> MetaCallRuntime.start(MetaCalls.chosen()).load(folder.resolve("none.py")))
                .hasMessage("there is no Python file " + folder.resolve("none.py"));
    }

    /// MetaCall calls the JVM Python's executable, and puts the working folder before the standard library.
    @Test
    void childProcessesArePythonsAndTheWorkingFolderHidesNothing() throws Exception {
        MetaCallScript script = script("""
                import os, subprocess, sys
                def child():
                    return subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout
                def standard_library_comes_first():
                    own = [i for i, folder in enumerate(sys.path) if os.path.realpath(folder or ".") == os.getcwd()]
                    return all(i > sys.path.index(os.path.dirname(os.__file__)) for i in own)
                """);
        assertThat(script.call("child", List.of())).isEqualTo("\"42\\n\"");
        assertThat(script.call("standard_library_comes_first", List.of())).isEqualTo("true");
    }

    @Test
    void variablesReachTheScriptBeforeItIsLoaded() throws Exception {
        Path file = MetaCalls.script(
                folder, "variables.py", "import os\nseen = os.environ['DECANT_É']\ndef get(): return seen\n");
        MetaCallScript script = MetaCallRuntime.start(MetaCalls.chosen()).load(file, Map.of("DECANT_É", "ü"));
        assertThat(script.call("get", List.of())).isEqualTo("\"\\u00fc\"");
    }

    @Test
    void aTaskMovesToTheOneThreadAndItsCallsStayThere() throws Exception {
        MetaCallScript script = script("""
                import threading
                def thread(): return threading.get_ident()
                """);
        MetaCallRuntime runtime = MetaCallRuntime.start(MetaCalls.chosen());
        String here = script.call("thread", List.of());
        assertThat(runtime.run(() -> {
                    assertThat(Thread.currentThread().getName()).isEqualTo("metacall");
                    return script.call("thread", List.of());
                }))
                .isEqualTo(here);
        assertThatThrownBy(() -> runtime.run(() -> {
                    throw new java.io.IOException("told");
                }))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("told");
    }

    @Test
    void thereIsOneMetaCallForEachProcess() throws Exception {
        MetaCallRuntime runtime = MetaCallRuntime.start(MetaCalls.chosen());
        assertThat(MetaCallRuntime.start(MetaCalls.chosen())).isSameAs(runtime);
        assertThat(runtime.pythonVersion()).matches("3\\.\\d+\\.\\d+.*");
        assertThat(runtime.installation().version()).matches("\\d+\\.\\d+.*");
        for (String name : List.of("metacall", "py_loader")) {
            Path ignored = Files.createFile(folder.resolve(System.mapLibraryName(name)));
        }
        assertThatThrownBy(() -> MetaCallRuntime.start(folder))
                .isInstanceOf(MetaCallStartException.class)
                .hasMessageContaining("one MetaCall for each process");
    }
}
