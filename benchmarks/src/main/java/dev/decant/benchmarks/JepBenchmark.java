package dev.decant.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The same calls as [BridgeBenchmark]'s through JEP, which `benchmarks/bridge/run` builds and puts on the class path;
/// by
/// method handles, since it is there for this alone.
///
/// JEP hands the list over as a proxy, and its interpreter belongs to one thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JepBenchmark {
    private final List<String> texts = BridgeBenchmark.texts();
    private @Nullable Object interpreter;

    /// Found when first used, so that the other benchmarks do without JEP.
    private static final class Jep {
        static final MethodHandle NEW;
        static final MethodHandle EXEC;
        static final MethodHandle INVOKE;
        static final MethodHandle CLOSE;

        static {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            try {
                Class<?> type = Class.forName("jep.SharedInterpreter");
                NEW = lookup.findConstructor(type, MethodType.methodType(void.class))
                        .asType(MethodType.methodType(Object.class));
                EXEC = lookup.findVirtual(type, "exec", MethodType.methodType(void.class, String.class))
                        .asType(MethodType.methodType(void.class, Object.class, String.class));
                INVOKE = lookup.findVirtual(
                                type, "invoke", MethodType.methodType(Object.class, String.class, Object[].class))
                        .asFixedArity()
                        .asType(MethodType.methodType(Object.class, Object.class, String.class, Object[].class));
                CLOSE = lookup.findVirtual(type, "close", MethodType.methodType(void.class))
                        .asType(MethodType.methodType(void.class, Object.class));
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    @Setup
    public void start() throws Throwable {
        Object made = (Object) Jep.NEW.invokeExact();
        Jep.EXEC.invokeExact(
                made,
                "import sys; sys.path.insert(0, '" + BridgeBenchmark.script().getParent() + "')");
        Jep.EXEC.invokeExact(made, "from bridge_target import *");
        interpreter = made;
    }

    @TearDown
    public void stop() throws Throwable {
        Jep.CLOSE.invokeExact(interpreter);
    }

    @Benchmark
    public Object empty() throws Throwable {
        return (Object) Jep.INVOKE.invokeExact(interpreter, "empty", new Object[0]);
    }

    @Benchmark
    public Object batch() throws Throwable {
        return (Object) Jep.INVOKE.invokeExact(interpreter, "process_batch", new Object[] {texts});
    }
}
