package dev.decant.benchmarks;

import dev.decant.python.PythonBuffer;
import dev.decant.python.PythonFunction;
import dev.decant.python.PythonModule;
import dev.decant.python.PythonOptions;
import dev.decant.python.PythonRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What a call from Java into Python costs: `benchmarks/bridge/limit.c` does the same work in C.
///
/// `empty`: no arguments, None back. `batch`: 32 texts of 300 characters in, 32 dicts of label and score out. `buffer`:
/// 4 MB of floats in and out, without a copy. `handedOver`: `empty` from a thread that is none of Python's.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class BridgeBenchmark {
    /// Calls in one task: to move a task takes up to 50 us, which would be 50 ns of each of 1,000 calls.
    static final int CALLS = 100_000;

    private static final int BATCHES = 1_000;
    private static final int TEXTS = 32;
    private static final int LENGTH = 300;

    private final List<String> texts = texts();
    private final FloatBuffer numbers =
            ByteBuffer.allocateDirect(4 << 20).order(ByteOrder.nativeOrder()).asFloatBuffer();
    private @Nullable PythonRuntime python;
    private @Nullable PythonFunction empty;
    private @Nullable PythonFunction batch;
    private @Nullable PythonFunction buffer;

    static Path script() {
        return Path.of(System.getProperty("decant.root", "."), "benchmarks", "bridge", "bridge_target.py");
    }

    static List<String> texts() {
        Random random = new Random(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < LENGTH; j++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    @Setup
    public void start() throws Exception {
        PythonRuntime started =
                PythonRuntime.start(PythonOptions.DEFAULT.withPython(System.getProperty("decant.python")));
        PythonModule module = started.load(script());
        python = started;
        empty = module.function("empty");
        batch = module.function("process_batch");
        buffer = module.function("buffer");
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("not set up");
        }
        return value;
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void empty(Blackhole hole) throws Exception {
        PythonFunction function = there(empty);
        hole.consume(there(python).run(() -> {
            for (int i = 0; i < CALLS; i++) {
                hole.consume(function.call());
            }
            return CALLS;
        }));
    }

    @Benchmark
    @OperationsPerInvocation(BATCHES)
    public void batch(Blackhole hole) throws Exception {
        PythonFunction function = there(batch);
        hole.consume(there(python).run(() -> {
            for (int i = 0; i < BATCHES; i++) {
                hole.consume(function.call(texts));
            }
            return BATCHES;
        }));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void buffer(Blackhole hole) throws Exception {
        PythonFunction function = there(buffer);
        hole.consume(there(python).run(() -> {
            for (int i = 0; i < CALLS; i++) {
                if (function.call(numbers) instanceof PythonBuffer result) {
                    hole.consume(result.segment());
                    result.close();
                }
            }
            return CALLS;
        }));
    }

    @Benchmark
    public @Nullable Object handedOver() {
        return there(empty).call();
    }
}
