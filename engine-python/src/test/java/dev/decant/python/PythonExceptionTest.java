package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PythonExceptionTest {
    private Path folder;
    private PythonRuntime python;
    private PythonModule module;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        this.folder = folder;
        python = Pythons.start();
        module = python.load(Pythons.script(folder, "errors_script.py", """
                def inner():
                    raise ValueError("first line\\nsecond line")

                def outer():
                    try:
                        inner()
                    except ValueError as e:
                        raise KeyError("key") from e

                def deep(n):
                    return deep(n + 1)

                class Mute(Exception):
                    def __str__(self):
                        raise RuntimeError

                def mute():
                    raise Mute

                def leave(status):
                    import sys
                    sys.exit(status)

                def leave_at_once():
                    import os
                    os._exit(3)

                def lost():
                    raise ConnectionResetError("peer")
                """));
    }

    @AfterAll
    void stop() {
        if (python != null) {
            python.close();
        }
    }

    private PythonException raised(String function, Object... arguments) {
        return catchThrowableOfType(
                PythonException.class, () -> module.function(function).call(arguments));
    }

    @Test
    void messageIsOneLineWithTypeTextAndPlace() {
        PythonException e = raised("inner");
        assertThat(e).hasMessage("ValueError: first line second line (errors_script.py, line 2)");
        assertThat(e.type()).isEqualTo("ValueError");
        assertThat(e.text()).isEqualTo("first line\nsecond line");
        assertThat(e.isTransient()).isFalse();
        assertThat(raised("lost").isTransient()).isTrue();
    }

    @Test
    void tracebackIsAsPythonPrintsItWithItsCauses() {
        String file = folder.resolve("errors_script.py").toString();
        assertThat(raised("outer").traceback()).isEqualTo("""
                        Traceback (most recent call last):
                          File "FILE", line 6, in outer
                            inner()
                          File "FILE", line 2, in inner
                            raise ValueError("first line\\nsecond line")
                        ValueError: first line
                        second line

                        The above exception was the direct cause of the following exception:

                        Traceback (most recent call last):
                          File "FILE", line 8, in outer
                            raise KeyError("key") from e
                        KeyError: 'key'
                        """.replace("FILE", file));
    }

    @Test
    void pythonFramesAreOnTopOfTheCallersJavaFrames() {
        StackTraceElement[] stack = raised("outer").getStackTrace();
        assertThat(stack[0].getMethodName()).isEqualTo("outer");
        assertThat(stack[0].getLineNumber()).isEqualTo(8);
        assertThat(stack)
                .anyMatch(frame -> frame.getClassName().equals(getClass().getName()));
    }

    @Test
    void deepRecursionIsAnExceptionOfBoundedSize() {
        PythonException e = raised("deep", 0);
        assertThat(e.type()).isEqualTo("RecursionError");
        assertThat(e.frames()).hasSizeBetween(50, 100);
        assertThat(e.traceback()).contains("[frames of the recursion left out]");
    }

    @Test
    void exceptionsWithoutATextOrThatEndTheProcessAreExceptions() {
        assertThat(raised("mute").getMessage()).contains("Mute: <its text cannot be had: RuntimeError>");
        assertThat(raised("leave", 3)).hasMessage("SystemExit: 3 (errors_script.py, line 22)");
        assertThat(raised("leave_at_once").getMessage()).contains("os._exit(3) was called");
    }
}
