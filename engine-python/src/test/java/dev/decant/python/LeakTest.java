package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.script.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ten million calls and a hundred thousand exceptions leave memory where it was.
final class LeakTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsPython() {
        Pythons.start().close();
    }

    @Test
    void callsAndExceptionsLeaveNothingBehind() throws Exception {
        Path script = Pythons.script(folder, "leak_script.py", """
                import gc, sys

                def empty():
                    pass

                def batch(texts, options):
                    return [{"label": "x" + t[:3], "score": len(t) / 7, "more": (1, 2**70, t)} for t in texts]

                def fail(n):
                    raise ValueError("number %d" % n)

                def wrong():
                    return [1, {2}]

                def blocks():
                    gc.collect()
                    return sys.getallocatedblocks()
                """);
        ChildJvm.Result result = ChildJvm.start(
                        folder,
                        List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"),
                        Program.class,
                        script.toString())
                .await();
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        long[] figures = result.out()
                .lines()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .mapToLong(Long::parseLong)
                .toArray();
        assertThat(figures[2] - figures[0]).as("blocks of Python's memory").isLessThan(1_000);
        // 10 bytes for each exception would be 1 MB; the JVM's own memory breathes by some megabytes.
        assertThat(figures[3] - figures[1])
                .as("kB of the process outside the heap")
                .isLessThan(32_000);
    }

    /// Prints blocks and kilobytes after a first round, and after a hundred times as much.
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            try (PythonRuntime python = Pythons.start()) {
                PythonModule module = python.load(Path.of(arguments[0]));
                python.run(() -> {
                    // The first round compiles and fills caches.
                    round(module, 1_000_000, 10_000);
                    print(module);
                    round(module, 10_000_000, 100_000);
                    print(module);
                    return true;
                });
            }
        }

        private static void round(PythonModule module, int calls, int exceptions) throws Exception {
            PythonFunction empty = module.function("empty");
            for (int i = 0; i < calls; i++) {
                Object ignored = empty.call();
            }
            PythonFunction batch = module.function("batch");
            PythonFunction fail = module.function("fail");
            PythonFunction wrong = module.function("wrong");
            List<String> texts = List.of("abc", "é😀", "a text of some length");
            for (int i = 0; i < exceptions; i++) {
                try {
                    Object ignored = batch.call(texts, Map.of("k", new float[] {i}, "b", List.of(true, i)));
                    ignored = fail.call(i);
                } catch (PythonException expected) {
                    // Counted by its being thrown 100,000 times.
                }
                try {
                    Object ignored = wrong.call();
                } catch (PythonConversionException expected) {
                    // The same.
                }
            }
        }

        private static void print(PythonModule module) throws Exception {
            System.gc();
            System.out.println(module.function("blocks").call() + " " + residentAnonymous());
        }

        /// Resident memory that is not of files; the Java heap in it is of a fixed size and touched from the start.
        private static long residentAnonymous() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("RssAnon:")) {
                    return Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            throw new IOException("no RssAnon");
        }
    }
}
