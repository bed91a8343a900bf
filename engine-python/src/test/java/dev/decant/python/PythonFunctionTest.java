package dev.decant.python;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PythonFunctionTest {
    private PythonRuntime python;
    private PythonModule module;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        python = Pythons.start();
        module = python.load(Pythons.script(folder, "values_script.py", """
                import array

                kept = []

                def same(value):
                    return value

                def look(value):
                    return repr(value)

                def kind(value):
                    return type(value).__name__

                def of(expression):
                    return eval(expression)

                def total(numbers):
                    return sum(numbers)

                def twice(numbers):
                    for i in range(len(numbers)):
                        numbers[i] *= 2

                def keep(view):
                    kept.append(view)

                def kept_first():
                    return kept[-1][0]

                def pair(a, b):
                    return [a, b]

                def named(a, *, b=1, c=2):
                    return [a, b, c]

                def floats(n):
                    return array.array('f', range(n))

                class Text(str):
                    pass

                class Number(float):
                    pass

                class Scalar:
                    ndim = 0
                    def item(self):
                        return 0.25
                """));
    }

    @AfterAll
    void stop() {
        if (python != null) {
            python.close();
        }
    }

    private @Nullable Object call(String function, @Nullable Object... arguments) throws PythonStartException {
        return module.function(function).call(arguments);
    }

    private static PythonBuffer buffer(@Nullable Object value) {
        return (PythonBuffer) Objects.requireNonNull(value);
    }

    @Test
    void plainValuesComeBackAsTheyWent() throws Exception {
        for (@Nullable
        Object value : Arrays.<@Nullable Object>asList(
                null,
                true,
                false,
                0L,
                -1L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                0.5,
                Double.NaN,
                Double.NEGATIVE_INFINITY,
                -0.0,
                "",
                "plain",
                "a\0b",
                List.of(),
                List.of(1L, "two", List.of(3.0)),
                Map.of(),
                Map.of("key", Map.of(1L, "one")))) {
            assertThat(call("same", value)).isEqualTo(value);
        }
        assertThat((byte[]) call("same", (Object) new byte[] {0, -1, 127})).containsExactly(0, -1, 127);
    }

    @Test
    void integersBeyond64BitsAreExact() throws Exception {
        for (BigInteger value : List.of(
                BigInteger.TWO.pow(63),
                BigInteger.TWO.pow(63).negate().subtract(BigInteger.ONE),
                BigInteger.TEN.pow(5000).negate())) {
            assertThat(call("same", value)).isEqualTo(value);
        }
        assertThat(call("of", "2**64")).isEqualTo(BigInteger.TWO.pow(64));
        assertThat(call("of", "-2**63")).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void everyTextComesBackUnchanged() throws Exception {
        long seed = Long.getLong("decant.seed", 20_260_101L);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            int length = random.nextInt(40);
            int most = new int[] {0x80, 0x100, 0x800, 0x10000}[random.nextInt(4)];
            StringBuilder text = new StringBuilder();
            for (int j = 0; j < length; j++) {
                // Surrogates, paired and alone, are in the widest range.
                if (random.nextInt(10) == 0 && most == 0x10000) {
                    text.appendCodePoint(0x10000 + random.nextInt(0x100000));
                } else {
                    text.append((char) random.nextInt(most));
                }
            }
            String sent = text.toString();
            assertThat(call("same", sent)).as("seed %d, text %d", seed, i).isEqualTo(sent);
            assertThat(call("total", List.of((long) sent.length())))
                    .as("seed %d, text %d", seed, i)
                    .isEqualTo((long) sent.length());
        }
        assertThat(call("look", "\ud800?")).isEqualTo("'\\ud800?'");
        assertThat(call("look", "\ufeffx")).isEqualTo("'\\ufeffx'");
        assertThat(call("same", List.of("\udc00", "ä", "?", "😀"))).isEqualTo(List.of("\udc00", "ä", "?", "😀"));
    }

    @Test
    void aListOfTextsArrivesAsItIsWhateverIsMixedInIt() throws Exception {
        long seed = Long.getLong("decant.seed", 20_260_103L);
        Random random = new Random(seed);
        String[] units = {"plain", "caf\u00e9", "\u00ff", "?", "\u6587\u5b57", "\ud83d\ude00", "\ud800", "\0", ""};
        List<Object> before = List.of();
        for (int i = 0; i < 500; i++) {
            int kinds = 1 + random.nextInt(units.length);
            List<Object> list = new ArrayList<>();
            int size = random.nextInt(20);
            for (int j = 0; j < size; j++) {
                list.add(units[random.nextInt(kinds)].repeat(random.nextInt(5)));
            }
            if (random.nextInt(5) == 0) {
                list.add((long) i);
            }
            assertThat(call("same", list)).as("seed %d, list %d", seed, i).isEqualTo(list);
            // From a thread that keeps its buffers for the next call, two of them at once.
            List<Object> other = before;
            assertThat(python.run(() -> call("pair", list, other)))
                    .as("seed %d, lists %d and %d", seed, i, i - 1)
                    .isEqualTo(List.of(list, other));
            before = list;
        }
        List<String> large = List.of("x".repeat(900_000), "y".repeat(900_000));
        assertThat(call("same", large)).isEqualTo(large);
    }

    @Test
    void dictsOfAnySizeKeepTheirOrder() throws Exception {
        for (int size : List.of(0, 1, 2, 8, 9, 100)) {
            Object map = call("of", "{str(i): i for i in reversed(range(" + size + "))}");
            Map<Object, Object> expected = new LinkedHashMap<>();
            for (long i = size - 1L; i >= 0; i--) {
                expected.put("" + i, i);
            }
            assertThat(map).isEqualTo(expected).hasToString(expected.toString());
            assertThat(expected).isEqualTo(map).hasSameHashCodeAs(map);
        }
    }

    @Test
    void aTextOfTenMegabytesPassesWhole() throws Exception {
        for (String unit : List.of("x", "é", "😀")) {
            String text = unit.repeat(10 << 20);
            assertThat(call("same", text)).isEqualTo(text);
        }
    }

    @Test
    void javaNumbersBecomeIntOrFloat() throws Exception {
        assertThat(call("look", List.of((byte) 1, (short) 2, 3, 4L, 1.5f, 2.5, 'c')))
                .isEqualTo("[1, 2, 3, 4, 1.5, 2.5, 'c']");
        assertThat(call("kind", (Object) new Object[] {1})).isEqualTo("list");
        assertThat(call("kind", Collections.singleton(1))).isEqualTo("list");
    }

    @Test
    void instancesOfSubclassesAndScalarsBecomePlainValues() throws Exception {
        assertThat(call("of", "Text('t')")).isEqualTo("t");
        assertThat(call("of", "Number(0.5)")).isEqualTo(0.5);
        assertThat(call("of", "Scalar()")).isEqualTo(0.25);
        assertThat(call("of", "(1, [True, None])")).isEqualTo(List.of(1L, Arrays.asList(true, null)));
        assertThat(call("of", "__import__('collections').OrderedDict(b=1, a=2)"))
                .hasToString("{b=1, a=2}");
    }

    @Test
    void whatHasNoCounterpartIsRefusedByName() {
        assertThatThrownBy(() -> call("same", new Object()))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("java.lang.Object");
        assertThatThrownBy(() -> call("of", "{1, 2}"))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("a Python set");
        assertThatThrownBy(() -> call("of", "(i for i in ())"))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("a Python generator");
        assertThatThrownBy(() -> call("of", "(lambda l: l.append(l) or l)([])"))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("nested deeper");
        List<Object> cycle = new java.util.ArrayList<>();
        cycle.add(cycle);
        assertThatThrownBy(() -> call("same", cycle))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void arraysArriveAsTypedBuffers() throws Exception {
        assertThat(call("total", (Object) new float[] {0.5f, 1.5f})).isEqualTo(2.0);
        assertThat(call("total", (Object) new double[] {0.1})).isEqualTo(0.1);
        assertThat(call("total", (Object) new int[] {1, -2})).isEqualTo(-1L);
        assertThat(call("total", (Object) new long[] {Long.MAX_VALUE})).isEqualTo(Long.MAX_VALUE);
        assertThat(call("total", (Object) new short[] {7})).isEqualTo(7L);
        assertThat(call("total", (Object) new float[0])).isEqualTo(0L);
    }

    @Test
    void aDirectBufferIsSharedWithoutACopyAndOnlyDuringTheCall() throws Exception {
        FloatBuffer buffer = ByteBuffer.allocateDirect(16)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(new float[] {1, 2, 3, 4})
                .flip();
        buffer.position(1);
        call("twice", buffer);
        assertThat(buffer.get(0)).isEqualTo(1);
        assertThat(buffer.get(1)).isEqualTo(4);
        assertThat(buffer.get(3)).isEqualTo(8);
        call("keep", buffer);
        assertThatThrownBy(() -> call("kept_first"))
                .isInstanceOf(PythonException.class)
                .hasMessageContaining("released memoryview");
        assertThatThrownBy(() -> call("twice", ByteBuffer.allocateDirect(8).asFloatBuffer()))
                .isInstanceOf(PythonConversionException.class)
                .hasMessageContaining("byte order");
    }

    @Test
    void anArrayComesOutWithoutACopyUntilItIsClosed() throws Exception {
        PythonBuffer floats = buffer(call("floats", 3));
        assertThat(floats.toFloatArray()).containsExactly(0, 1, 2);
        assertThat(floats.format()).isEqualTo("f");
        assertThat(floats.shape()).containsExactly(3);
        assertThatThrownBy(floats::toLongArray).isInstanceOf(PythonConversionException.class);
        floats.close();
        floats.close();
        assertThatThrownBy(floats::segment).isInstanceOf(IllegalStateException.class);
        try (PythonBuffer bytes = buffer(call("of", "bytearray(b'abc')"))) {
            assertThat(bytes.toByteArray()).containsExactly('a', 'b', 'c');
        }
    }

    @Test
    void keywordArgumentsAreNamed() throws Exception {
        assertThat(module.function("named").callWith(Map.of("c", 5), "x")).isEqualTo(List.of("x", 1L, 5L));
        assertThatThrownBy(() -> module.function("named").callWith(Map.of("d", 5), "x"))
                .isInstanceOf(PythonException.class)
                .hasMessageContaining("TypeError");
    }

    @Test
    void aMissingFunctionIsToldWithThoseThereAre() {
        assertThatThrownBy(() -> module.function("nothing"))
                .isInstanceOf(PythonStartException.class)
                .hasMessageContaining("has no function nothing")
                .hasMessageContaining("floats, keep, kept_first, kind");
        assertThatThrownBy(() -> module.function("kept")).isInstanceOf(PythonStartException.class);
    }

    @Test
    void functionsAreListedWithTheirSignatures() {
        assertThat(module.functions())
                .contains(new PythonModule.Signature("named", "(a, *, b=1, c=2)", ""))
                .noneMatch(each -> each.name().equals("Scalar"));
    }
}
