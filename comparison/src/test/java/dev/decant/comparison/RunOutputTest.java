package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run leaves behind: its labels and its figures.
class RunOutputTest {
    @TempDir
    private Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("file"), content);
    }

    @Test
    void labelsAreReadInOrderWhateverElseIsInARow() throws IOException {
        Labels labels = Labels.read(file("""
                {"index": "0", "text": "x", "nested": {"label": "no", "more": [1, 2]}, "label": "GOOD", "score": 0.9}
                {"index": "1", "label": null, "error": "too long"}
                {"index": 2, "label": "BAD"}
                """));
        assertThat(labels.values()).containsExactly("GOOD", "", "BAD");
        assertThat(labels.counts()).isEqualTo(Map.of("GOOD", 1, "", 1, "BAD", 1));
    }

    @Test
    void aMissingOrMisplacedRowIsNamed() throws IOException {
        Path file = file("{\"index\": \"0\", \"label\": \"a\"}\n{\"index\": \"2\", \"label\": \"a\"}\n");
        assertThatThrownBy(() -> Labels.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("labels: row 2 where row 1 was due");
    }

    @Test
    void brokenJsonIsAFaultOfTheRunAndNotOfOurs() throws IOException {
        Path file = file("{\"index\": \"0\", \"lab");
        assertThatThrownBy(() -> Labels.read(file)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> RunFigures.read(file)).isInstanceOf(IOException.class);
    }

    @Test
    void aMissingMemberIsNamed() throws IOException {
        Path file = file("{\"started_at\": \"2026-01-01T00:00:00Z\", \"rows\": {\"in\": 3}}");
        assertThatThrownBy(() -> RunFigures.read(file))
                .isInstanceOf(IOException.class)
                .hasMessage("file has no seconds_to_first_rows");
    }

    @Test
    void rowsAreWrittenAsAnyCsvReaderReadsThem() throws IOException {
        Path file = folder.resolve("rows.csv");
        RowsFile.write(file, List.of("plain", "say \"so\", twice", "two\nlines", "lone \ud800 surrogate"));
        assertThat(Files.readString(file)).isEqualTo("""
                index,text
                0,"plain"
                1,"say ""so"", twice"
                2,"two
                lines"
                3,"lone ? surrogate"
                """);
    }
}
