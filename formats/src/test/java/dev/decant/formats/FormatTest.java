package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTest {
    @ParameterizedTest
    @CsvSource({
        "a.csv, CSV",
        "dir.jsonl/a.CSV, CSV",
        "a.csv.gz, CSV",
        "a.tsv, TSV",
        "a.tab.gz, TSV",
        "a.jsonl, JSONL",
        "a.ndjson, JSONL",
        "A.NDJSON.GZ, JSONL",
        "-, CSV"
    })
    void theNameSaysTheFormat(String name, Format format) throws DataException {
        assertThat(Format.of(name)).isEqualTo(format);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reviews", "reviews.txt", "reviews.gz", "reviews.json", "csv"})
    void anotherNameIsRefusedWithTheOption(String name) {
        assertThatThrownBy(() -> Format.of(name))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(name + ": ")
                .hasMessageContaining("--format")
                .hasMessageContaining("--output-format");
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputOptions.defaults().withDelimiter('"'))
                .withMessageContaining("--delimiter");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutputOptions.defaults().withDelimiter('\n'))
                .withMessageContaining("--delimiter");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InputOptions.defaults().withLimit(-2))
                .withMessageContaining("--limit");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OutputOptions.defaults().withTopK(0))
                .withMessageContaining("--top-k");
    }
}
