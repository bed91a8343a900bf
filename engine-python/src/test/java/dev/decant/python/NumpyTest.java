package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.decant.script.ChildJvm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// numpy inside the JVM: its scalars, its arrays without a copy, and arrays that outlive the call that lent their
/// memory.
final class NumpyTest {
    @TempDir
    Path folder;

    @Test
    void scalarsArePlainValuesAndArraysAreShared() throws Exception {
        Path python = Path.of(System.getProperty("decant.root"), "target/python-venv/bin/python");
        assumeThat(Files.isExecutable(python))
                .as("skipped, no target/python-venv: tools/python-venv.sh makes it")
                .isTrue();
        Path script = Pythons.script(folder, "numpy_script.py", """
                import numpy

                kept = []

                def scalars():
                    return [numpy.float32(0.125), numpy.float64(0.25), numpy.int8(-3), numpy.uint64(2**63),
                            numpy.bool_(True), numpy.str_("text"), numpy.array(0.75)]

                def process_batch(texts):
                    return [{"label": numpy.str_(t), "score": numpy.float16(0.5)} for t in texts]

                def grid():
                    return numpy.arange(6, dtype=numpy.float32).reshape(2, 3)

                def strided():
                    return numpy.arange(10)[::2]

                def add_one(view):
                    array = numpy.asarray(view)
                    array += 1
                    return float(array.sum())

                def keep(view):
                    kept.append(numpy.asarray(view))

                def sum_kept():
                    return [float(each.sum()) for each in kept]
                """);
        ChildJvm.Result result = ChildJvm.start(
                        folder, List.of("-Ddecant.python=" + python), Program.class, script.toString())
                .await();
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).isEqualTo("done\n");
    }

    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws Exception {
            Path script = Path.of(arguments[0]);
            try (PythonRuntime python = Pythons.start()) {
                PythonModule module = python.load(script);
                assertThat(module.function("scalars").call())
                        .isEqualTo(
                                Arrays.asList(0.125, 0.25, -3L, java.math.BigInteger.TWO.pow(63), true, "text", 0.75));
                try (PythonBuffer grid = buffer(module.function("grid").call())) {
                    assertThat(grid.shape()).containsExactly(2, 3);
                    assertThat(grid.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
                }
                try {
                    Object strided = module.function("strided").call();
                    throw new AssertionError(strided);
                } catch (PythonException e) {
                    assertThat(e.getMessage()).contains("not C-contiguous");
                }
                FloatBuffer lent = floats(1, 2, 3);
                assertThat(module.function("add_one").call(lent)).isEqualTo(9.0);
                assertThat(lent.get(0)).isEqualTo(2);
                keepManyAndForgetThem(module);
                Object sums = module.function("sum_kept").call();
                assertThat((List<?>) Objects.requireNonNull(sums)).hasSize(200).allMatch(Double.valueOf(4096)::equals);
            }
            try (PythonEngine engine = PythonEngine.open(
                    PythonEngineOptions.of(script).withPython(PythonOptions.DEFAULT.withPython(Pythons.chosen())))) {
                assertThat(engine.run(dev.decant.engine.Batch.of(List.of(engine.prepare("a"))))
                                .getFirst()
                                .scores())
                        .containsExactly(new dev.decant.data.LabelScore("a", 0.5f));
            }
            System.out.println("done");
        }

        /// Java forgets the buffers; numpy's arrays over them must go on to read what was in them.
        private static void keepManyAndForgetThem(PythonModule module) throws Exception {
            for (int i = 0; i < 200; i++) {
                float[] ones = new float[4096];
                Arrays.fill(ones, 1);
                Object none = module.function("keep").call(floats(ones));
                assertThat(none).isNull();
                System.gc();
                // New memory where the old would be, were it free.
                assertThat(ByteBuffer.allocateDirect(4 * 4096).get(0)).isZero();
            }
        }

        private static FloatBuffer floats(float... values) {
            FloatBuffer buffer = ByteBuffer.allocateDirect(4 * values.length)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            return buffer.put(values).flip();
        }

        private static PythonBuffer buffer(@Nullable Object value) {
            return (PythonBuffer) Objects.requireNonNull(value);
        }
    }
}
