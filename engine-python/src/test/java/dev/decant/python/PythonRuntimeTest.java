package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.script.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class PythonRuntimeTest {
    @TempDir
    Path folder;

    private static final String SCRIPT = """
            import os, threading, time

            inside = 0
            most = 0
            marks = []

            def add(a, b):
                return a + b

            def crowd():
                global inside, most
                inside += 1
                most = max(most, inside)
                time.sleep(0.0001)  # Gives the GIL up.
                inside -= 1
                return most

            def spin(mark):
                open(mark, 'w').close()
                while True:
                    pass

            def nap(mark, seconds):
                open(mark, 'w').close()
                time.sleep(seconds)
                return 'slept'

            def on_main():
                return threading.current_thread() is threading.main_thread()

            def variable(name):
                return os.environ.get(name)
            """;

    private PythonModule load(PythonRuntime python) throws Exception {
        return python.load(Pythons.script(folder, "runtime_script.py", SCRIPT));
    }

    @Test
    void callsFromTwoThousandVirtualThreadsAreAllAnswered() throws Exception {
        try (PythonRuntime python = Pythons.start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            PythonFunction add = load(python).function("add");
            List<Future<@Nullable Object>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                long n = i;
                answers.add(callers.submit(() -> add.call(n, 1)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(i + 1L);
            }
        }
    }

    @Test
    void noMoreCallsRunAtOnceThanTheParallelismAllows() throws Exception {
        for (int parallelism : List.of(1, 3)) {
            try (PythonRuntime python = Pythons.start(PythonOptions.DEFAULT.withParallelism(parallelism));
                    ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                PythonFunction crowd = load(python).function("crowd");
                List<Future<@Nullable Object>> answers = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    answers.add(callers.submit(() -> crowd.call()));
                }
                long most = 0;
                for (Future<@Nullable Object> answer : answers) {
                    if (answer.get() instanceof Long seen) {
                        most = Math.max(most, seen);
                    }
                }
                assertThat(most).isEqualTo(parallelism);
            }
        }
    }

    @Test
    void aCallThatTakesTooLongIsCancelled() throws Exception {
        try (PythonRuntime python = Pythons.start(PythonOptions.DEFAULT.withCallTimeout(Duration.ofMillis(500)))) {
            PythonModule module = load(python);
            assertThatThrownBy(() -> module.function("spin").call(mark("timeout")))
                    .isInstanceOf(PythonTimeoutException.class)
                    .hasMessage("Python did not answer within 500 ms");
            assertThat(module.function("add").call(1, 2)).isEqualTo(3L);
        }
    }

    @Test
    void anInterruptedCallerEndsItsCall() throws Exception {
        try (PythonRuntime python = Pythons.start()) {
            PythonModule module = load(python);
            Path mark = Path.of(mark("interrupt"));
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    module.function("spin").call(mark.toString());
                } catch (Throwable t) {
                    thrown.set(t);
                }
            });
            await(mark);
            caller.interrupt();
            caller.join();
            assertThat(thrown.get())
                    .isInstanceOfAny(CancellationException.class, PythonException.class)
                    .satisfies(
                            t -> assertThat(String.valueOf(t.getMessage())).containsAnyOf("Cancelled", "interrupted"));
            assertThat(module.function("add").call(1, 2)).isEqualTo(3L);
        }
    }

    @Test
    void anInterruptedCallerThatWaitsForAnotherCallGivesUpAtOnce() throws Exception {
        try (PythonRuntime python = Pythons.start()) {
            PythonModule module = load(python);
            PythonFunction add = module.function("add");
            Path mark = Path.of(mark("busy"));
            Thread busy = Thread.ofPlatform().start(() -> {
                try {
                    Object ignored = call(module, "spin", mark.toString());
                } catch (PythonException | CancellationException expected) {
                    // It spins until it is interrupted.
                }
            });
            await(mark);
            AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
            Thread waiting = Thread.ofPlatform().unstarted(() -> {
                Thread.currentThread().interrupt();
                try {
                    Object ignored = add.call(1, 2);
                } catch (Throwable t) {
                    thrown.set(t);
                }
            });
            waiting.start();
            waiting.join();
            assertThat(thrown.get()).isInstanceOf(CancellationException.class);
            assertThat(busy.isAlive()).isTrue();
            busy.interrupt();
            busy.join();
            assertThat(add.call(1, 2)).isEqualTo(3L);
        }
    }

    @Test
    void closeLetsCallsEndAndRefusesFurtherOnes() throws Exception {
        PythonRuntime python = Pythons.start();
        PythonModule module = load(python);
        PythonFunction add = module.function("add");
        Path mark = Path.of(mark("close"));
        AtomicReference<@Nullable Object> answer = new AtomicReference<>();
        Thread caller = Thread.ofPlatform().start(() -> answer.set(call(module, "nap", mark.toString(), 0.2)));
        await(mark);
        python.close();
        caller.join();
        assertThat(answer.get()).isEqualTo("slept");
        assertThatThrownBy(() -> add.call(1, 2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the Python runtime is closed");
        python.close();
    }

    @Test
    void closeCancelsCallsThatDoNotEnd() throws Exception {
        PythonRuntime python = Pythons.start();
        PythonModule module = load(python);
        Path mark = Path.of(mark("spin"));
        CountDownLatch ended = new CountDownLatch(1);
        Thread.ofPlatform().start(() -> {
            try {
                Object ignored = call(module, "spin", mark.toString());
            } catch (PythonException e) {
                ended.countDown();
            }
        });
        await(mark);
        python.close();
        assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        try (PythonRuntime again = Pythons.start()) {
            assertThat(load(again).function("add").call(1, 2)).isEqualTo(3L);
        }
    }

    @Test
    void aTaskOnAPythonThreadCallsDirectly() throws Exception {
        try (PythonRuntime python = Pythons.start()) {
            PythonFunction add = load(python).function("add");
            assertThat(python.run(() -> {
                        Thread here = Thread.currentThread();
                        long sum = 0;
                        for (int i = 0; i < 1000; i++) {
                            Object next = add.call(sum, i);
                            sum = next instanceof Long n ? n : -1;
                        }
                        assertThat(Thread.currentThread()).isSameAs(here).isInstanceOf(PythonThread.class);
                        return sum;
                    }))
                    .isEqualTo(499_500L);
            assertThatThrownBy(() -> python.run(() -> {
                        throw new java.io.IOException("its own");
                    }))
                    .isInstanceOf(java.io.IOException.class);
        }
    }

    @Test
    void aTaskLoadsFilesFromAnyPythonThread() throws Exception {
        try (PythonRuntime python = Pythons.start(PythonOptions.DEFAULT.withParallelism(2))) {
            PythonFunction onMain = load(python).function("on_main");
            Path further = Pythons.script(folder, "loaded_by_a_task.py", "def answer(): return 42\n");
            CountDownLatch both = new CountDownLatch(2);
            ConcurrentLinkedQueue<@Nullable Object> threads = new ConcurrentLinkedQueue<>();
            try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
                List<Future<@Nullable Object>> answers = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    answers.add(pool.submit(() -> python.run(() -> {
                        threads.add(onMain.call());
                        both.countDown();
                        // Together, so that one of them is not on the main thread.
                        assertThat(both.await(1, TimeUnit.MINUTES)).isTrue();
                        return python.load(further).function("answer").call();
                    })));
                }
                for (Future<@Nullable Object> answer : answers) {
                    assertThat(answer.get(1, TimeUnit.MINUTES)).isEqualTo(42L);
                }
            }
            assertThat(threads).containsExactlyInAnyOrder(true, false);
        }
    }

    @Test
    void calledOnceAtATimeUserCodeIsOnPythonsMainThread() throws Exception {
        // With one Python thread only: other tests of this JVM may have made more.
        ChildJvm.Result result = ChildJvm.run(
                folder,
                CallOnce.class,
                Pythons.script(folder, "runtime_script.py", SCRIPT).toString(),
                "on_main");
        assertThat(result.out()).as(result.err()).isEqualTo("true\n");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void callsOneAfterAnotherStayOnPythonsMainThreadThoughThereAreOthers() throws Exception {
        try (PythonRuntime python = Pythons.start(PythonOptions.DEFAULT.withParallelism(3))) {
            PythonFunction onMain = load(python).function("on_main");
            for (int i = 0; i < 300; i++) {
                assertThat(onMain.call()).as("call %d", i).isEqualTo(true);
            }
        }
    }

    @Test
    void theEnvironmentGivenIsSeenByTheScript() throws Exception {
        try (PythonRuntime python =
                Pythons.start(PythonOptions.DEFAULT.withEnvironment(Map.of("DECANT_TEST_VARIABLE", "ä")))) {
            assertThat(load(python).function("variable").call("DECANT_TEST_VARIABLE"))
                    .isEqualTo("ä");
        }
    }

    @Test
    void aFileNamedAsALibraryDoesNotReplaceIt() throws Exception {
        try (PythonRuntime python = Pythons.start()) {
            PythonModule json =
                    python.load(Pythons.script(folder, "json.py", "def answer(): return __import__('csv').__name__\n"));
            assertThat(json.function("answer").call()).isEqualTo("csv");
            PythonModule other = python.load(Pythons.script(
                    folder, "user.py", "import sys\ndef dumps(x): return sys.modules['threading'].__name__\n"));
            assertThat(other.function("dumps").call(1)).isEqualTo("threading");
        }
    }

    @Test
    void filesOfTheWorkingFolderDoNotStandForTheStandardLibrary() throws Exception {
        for (String name : List.of("sysconfig.py", "inspect.py", "threading.py", "io.py")) {
            Path ignored = Pythons.script(folder, name, "raise RuntimeError('the working folder was imported')\n");
        }
        Path script = Files.createDirectory(folder.resolve("scripts"));
        String path =
                Pythons.script(script, "calm.py", "def call(): return 'calm'\n").toString();
        ChildJvm.Result result = ChildJvm.run(folder, CallOnce.class, path, "call");
        assertThat(result.out()).as(result.err()).isEqualTo("calm\n");
    }

    @Test
    void whatCannotBeStartedSaysWhatToDo() throws Exception {
        assertThatThrownBy(() -> PythonInstallation.of("no-such-python"))
                .isInstanceOf(PythonStartException.class)
                .hasMessageContaining("cannot run no-such-python: install Python 3");
        Path old = executable("old", "implementation=cpython\ndecant:minor=3.8\ndecant:executable=/old");
        assertThatThrownBy(() -> PythonInstallation.of(old.toString()))
                .isInstanceOf(PythonStartException.class)
                .hasMessageContaining(
                        "is cpython 3.8, which is not supported: use CPython 3.9, 3.10, 3.11, 3.12, 3.13");
        Path alone = executable(
                "alone",
                "implementation=cpython\ndecant:minor=3.12\ndecant:executable=/alone/python\ndecant:base_prefix="
                        + folder);
        assertThatThrownBy(() -> PythonInstallation.of(alone.toString()))
                .isInstanceOf(PythonStartException.class)
                .hasMessageContaining("there is no shared library of /alone/python: install it")
                .hasMessageContaining("apt install libpython3.12");
        Path broken = folder.resolve("broken");
        Files.writeString(broken, "#!/bin/sh\necho oh no\nexit 1\n");
        assertThat(broken.toFile().setExecutable(true)).isTrue();
        assertThatThrownBy(() -> PythonInstallation.of(broken.toString()))
                .isInstanceOf(PythonStartException.class)
                .hasMessageContaining("does not work: oh no");
    }

    private Path executable(String name, String facts) throws Exception {
        Path file = folder.resolve(name);
        Files.writeString(file, "#!/bin/sh\ncat <<'END'\ndecant:" + facts + "\nEND\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private String mark(String name) {
        return folder.resolve(name).toString();
    }

    /// Waits until the script has made the file.
    private void await(Path mark) throws Exception {
        try (var watch = folder.getFileSystem().newWatchService()) {
            folder.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            while (!Files.exists(mark)) {
                var key = watch.poll(1, TimeUnit.MINUTES);
                assertThat(key).as("the script began").isNotNull();
                key.reset();
            }
        }
    }

    private static @Nullable Object call(PythonModule module, String function, @Nullable Object... arguments) {
        try {
            return module.function(function).call(arguments);
        } catch (PythonStartException e) {
            throw new AssertionError(e);
        }
    }
}
