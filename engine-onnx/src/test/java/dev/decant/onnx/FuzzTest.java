package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.fuzz.Fuzzing;
import dev.decant.onnx.tokenizer.TokenizerFuzz;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A short run of each fuzz target; CONTRIBUTING.md has the command for a long one.
class FuzzTest {
    @ParameterizedTest
    @ValueSource(classes = {ModelFolderFuzz.class, TokenizerFuzz.class})
    void everySeedHolds(Class<?> target) throws Exception {
        assertThat(new Fuzzing(target).replay()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"dev.decant.onnx.ModelFolderFuzz, 800", "dev.decant.onnx.tokenizer.TokenizerFuzz, 20000"})
    void noInputBreaksWhatIsPromised(Class<?> target, int runs) throws Exception {
        assertThat(new Fuzzing(target).run(runs)).isGreaterThanOrEqualTo(runs);
    }
}
