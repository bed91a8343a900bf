package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Outcome;
import dev.decant.metrics.RunMetrics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointTest {
    private static final String CHARACTERS = "abc=\\\n\r \t\u00e9\u2028\ud83d\ude00\"'#";

    private static final List<Outcome.Kind> KINDS = List.of(Outcome.Kind.values());

    static java.util.stream.LongStream seeds() {
        return Inputs.seeds(50);
    }

    private static String text(Random random) {
        int[] points = CHARACTERS.codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    private static SequencedMap<String, String> map(Random random) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            map.put(text(random), text(random));
        }
        return map;
    }

    private static Checkpoint random(Random random) {
        Map<Outcome.Kind, Long> failures = new EnumMap<>(Outcome.Kind.class);
        Map<String, Long> labels = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            failures.put(KINDS.get(random.nextInt(KINDS.size())), random.nextLong(1000));
            labels.put(text(random), random.nextLong(Long.MAX_VALUE));
        }
        long scored = random.nextLong(1L << 40);
        long failed = random.nextLong(1L << 40);
        long skipped = random.nextLong(1L << 40);
        RunMetrics.Rows rows = new RunMetrics.Rows(
                scored + failed + skipped, scored, failed, skipped, random.nextLong(1000), 0, failures, labels);
        return new Checkpoint(
                map(random), map(random), rows, random.nextLong(Long.MAX_VALUE), random.nextLong(1L << 32));
    }

    @ParameterizedTest(name = "decant.seed={0}")
    @MethodSource("seeds")
    void whatIsWrittenIsReadAgain(long seed) throws DataException {
        Checkpoint checkpoint = random(new Random(seed));
        Checkpoint read = Checkpoint.decode("c", checkpoint.encode());
        assertThat(read).isEqualTo(checkpoint);
        assertThat(read.settings().sequencedKeySet().toArray())
                .isEqualTo(checkpoint.settings().sequencedKeySet().toArray());
    }

    @ParameterizedTest(name = "decant.seed={0}")
    @MethodSource("seeds")
    void halfACheckpointOrAChangedOneIsNone(long seed) {
        Random random = new Random(seed);
        byte[] bytes = random(random).encode();
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Checkpoint.decode("c", part)).isInstanceOf(DataException.class);
        }
        for (int i = 0; i < 200; i++) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> Checkpoint.decode("c", changed)).isInstanceOf(DataException.class);
        }
    }

    @Test
    void anotherVersionIsToldFromDamage() {
        byte[] bytes = "decant-checkpoint 2\nsomething new\n".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Checkpoint.decode("out.csv.checkpoint", bytes))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "out.csv.checkpoint: is a checkpoint of version \"2\", and this Decant reads version 1; go on"
                                + " with the Decant that wrote it, or start anew with --force");
    }

    @Test
    void whatDiffersIsNamedWithBothValues() {
        SequencedMap<String, String> was = new LinkedHashMap<>(Map.of("--top-k", "1"));
        SequencedMap<String, String> is = new LinkedHashMap<>(Map.of("--top-k", "2"));
        was.put("--device", "");
        is.put("--device", "cpu");
        was.put("the script", "1 byte");
        Checkpoint checkpoint = new Checkpoint(was, new LinkedHashMap<>(), RunMetrics.Rows.NONE, 0, 0);
        assertThat(checkpoint.differences(is))
                .isEqualTo("--top-k was \"1\" and is \"2\"; --device was not given and is \"cpu\"; the script was"
                        + " \"1 byte\" and is not given");
        assertThat(checkpoint.differences(was)).isEmpty();
    }
}
