package dev.decant.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.decant.engine.Batch;
import dev.decant.engine.Engine;
import dev.decant.engine.EngineException;
import dev.decant.engine.Prepared;
import dev.decant.metacall.MetaCallEngine;
import dev.decant.metacall.MetaCallEngineOptions;
import dev.decant.metacall.MetaCallInstallation;
import dev.decant.metacall.MetaCallRuntime;
import dev.decant.metacall.MetaCallStartException;
import dev.decant.python.PythonEngine;
import dev.decant.python.PythonEngineOptions;
import dev.decant.python.PythonFunction;
import dev.decant.python.PythonOptions;
import dev.decant.python.PythonRuntime;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// The same script through MetaCall and through the embedded Python, a process for each.
///
/// `empty`: no arguments, None back, from the thread that Python runs on; `metacallfv_s` itself, without Decant's shim.
/// `batch`: the engine's run of 32 texts of 300 characters, from the same thread. `batchHandedOver`: the same from a
/// thread that is none of Python's, as a worker calls it.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MetaCallBenchmark {
    private static final int CALLS = 100_000;

    @Param({"python", "metacall"})
    private String engine = "";

    private @Nullable Subject subject;

    /// What is measured: an engine and the way to the thread that Python runs on.
    private abstract static class Subject {
        final Engine engine;
        final Batch batch;

        Subject(Engine engine) throws EngineException {
            this.engine = engine;
            List<Prepared> rows = new ArrayList<>();
            for (String text : BridgeBenchmark.texts()) {
                rows.add(engine.prepare(text));
            }
            this.batch = Batch.of(rows);
        }

        abstract void run(Callable<Boolean> task) throws Exception;

        abstract void empty(Blackhole hole);
    }

    private static final class Python extends Subject {
        private final PythonRuntime runtime;
        private final PythonFunction function;

        Python(PythonOptions options) throws IOException, EngineException {
            super(PythonEngine.open(
                    PythonEngineOptions.of(BridgeBenchmark.script()).withPython(options)));
            runtime = PythonRuntime.start(options);
            function = runtime.load(BridgeBenchmark.script()).function("empty");
        }

        @Override
        void run(Callable<Boolean> task) throws Exception {
            boolean ignored = runtime.run(task);
        }

        @Override
        void empty(Blackhole hole) {
            hole.consume(function.call());
        }
    }

    private static final class MetaCall extends Subject {
        private static final String SCRIPT = "def empty():\n    return None\n";

        private final MetaCallRuntime runtime;
        private final MemorySegment none = Arena.global().allocate(8);
        private long function;

        MetaCall() throws Exception {
            super(MetaCallEngine.open(MetaCallEngineOptions.of(BridgeBenchmark.script())));
            runtime = MetaCallRuntime.start(null);
            run(() -> {
                function = Api.load(SCRIPT, "empty");
                return function != 0;
            });
        }

        @Override
        void run(Callable<Boolean> task) throws Exception {
            boolean ignored = runtime.run(task);
        }

        @Override
        void empty(Blackhole hole) {
            try {
                long value = (long) Api.CALL.invokeExact(function, none.address(), 0L);
                hole.consume(value);
                Api.DESTROY.invokeExact(value);
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }
    }

    /// MetaCall's own functions; found when first used, so that the other engine does without.
    private static final class Api {
        static final MethodHandle LOAD = link(
                "metacall_load_from_memory", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
        static final MethodHandle FUNCTION =
                link("metacall_handle_function", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
        static final MethodHandle CALL =
                link("metacallfv_s", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
        static final MethodHandle DESTROY = link("metacall_value_destroy", FunctionDescriptor.ofVoid(JAVA_LONG));

        /// Loads Python code; gives one of its functions, 0 when that fails.
        static long load(String code, String function) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment handle = arena.allocate(JAVA_LONG);
                MemorySegment buffer = arena.allocateFrom(code);
                int failed = (int) LOAD.invokeExact(arena.allocateFrom("py"), buffer, buffer.byteSize(), handle);
                return failed != 0
                        ? 0
                        : (long) FUNCTION.invokeExact(handle.get(JAVA_LONG, 0), arena.allocateFrom(function));
            } catch (Throwable t) {
                throw new IllegalStateException(t);
            }
        }

        private static MethodHandle link(String name, FunctionDescriptor shape) {
            try {
                Path library = MetaCallInstallation.find(null).library();
                return Linker.nativeLinker()
                        .downcallHandle(
                                SymbolLookup.libraryLookup(library, Arena.global())
                                        .findOrThrow(name),
                                shape);
            } catch (MetaCallStartException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    /// Runs this benchmark where there is a MetaCall; says why not where there is none.
    public static void main(String[] arguments) throws IOException {
        try {
            MetaCallInstallation found = MetaCallInstallation.find(null);
            System.out.println("MetaCall " + found.version() + ", " + found.library());
        } catch (MetaCallStartException e) {
            System.out.println("MetaCallBenchmark is skipped: " + e.getMessage());
            return;
        }
        Main.main(Stream.concat(Stream.of("MetaCallBenchmark"), Arrays.stream(arguments))
                .toArray(String[]::new));
    }

    @Setup
    public void start() throws Exception {
        subject = engine.equals("python")
                ? new Python(PythonOptions.DEFAULT.withPython(System.getProperty("decant.python")))
                : new MetaCall();
    }

    private Subject subject() {
        Subject present = subject;
        if (present == null) {
            throw new IllegalStateException("not set up");
        }
        return present;
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void empty(Blackhole hole) throws Exception {
        Subject measured = subject();
        measured.run(() -> {
            for (int i = 0; i < CALLS; i++) {
                measured.empty(hole);
            }
            return true;
        });
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void batch(Blackhole hole) throws Exception {
        Subject measured = subject();
        measured.run(() -> {
            for (int i = 0; i < CALLS; i++) {
                hole.consume(measured.engine.run(measured.batch));
            }
            return true;
        });
    }

    @Benchmark
    public Object batchHandedOver() throws EngineException {
        Subject measured = subject();
        return measured.engine.run(measured.batch);
    }
}
