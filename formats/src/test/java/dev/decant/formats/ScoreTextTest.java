package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScoreTextTest {
    static long[] seeds() {
        return Inputs.seeds(5).toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "0.99979264, 0.99979264",
        "1.234E-5, 0.00001234",
        "1e-5, 0.00001",
        "1, 1.0",
        "0, 0.0",
        "-2.5, -2.5",
        "1e10, 10000000000",
        "0.001, 0.001",
        "9.999e-4, 0.0009999"
    })
    void isPlainAndShort(float score, String text) {
        assertThat(ResultColumns.text(score)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void isTheSameFloatAndNoLongerThanNeeded(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            float score = i % 2 == 0 ? random.nextFloat() : Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(score)) {
                continue;
            }
            String text = ResultColumns.text(score);
            assertThat(text).as("seed %d", seed).matches("-?[0-9]+(\\.[0-9]+)?");
            assertThat(Float.parseFloat(text)).as("seed %d, %s", seed, text).isEqualTo(score);
            assertThat(new BigDecimal(text).stripTrailingZeros().precision())
                    .as("seed %d, %s", seed, text)
                    .isLessThanOrEqualTo(9);
        }
    }
}
