package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.fuzz.Fuzzing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A short run of each fuzz target; CONTRIBUTING.md has the command for a long one.
class FuzzTest {
    @ParameterizedTest
    @ValueSource(classes = {CsvFuzz.class, JsonLinesFuzz.class, ParquetFuzz.class, CheckpointFuzz.class})
    void everySeedHolds(Class<?> target) throws Exception {
        assertThat(new Fuzzing(target).replay()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({
        "dev.decant.formats.CsvFuzz, 5000",
        "dev.decant.formats.JsonLinesFuzz, 2000",
        "dev.decant.formats.ParquetFuzz, 1000",
        "dev.decant.formats.CheckpointFuzz, 20000"
    })
    void noInputBreaksWhatIsPromised(Class<?> target, int runs) throws Exception {
        assertThat(new Fuzzing(target).run(runs)).isGreaterThanOrEqualTo(runs);
    }
}
