package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thousand real reviews: each comes out, in order, with its columns.
class WineReviewsTest {
    private static Path reviews() {
        String shared = System.getProperty("decant.shared");
        String root = System.getProperty("decant.root", "..");
        Path folder = shared != null ? Path.of(shared) : Path.of(root).resolve("../shared");
        Path file = folder.resolve("data/wine_reviews_1000.csv");
        assumeTrue(Files.exists(file), () -> file + " is not there: the test over real reviews is skipped");
        return file;
    }

    private static List<List<String>> records(Path file) throws IOException {
        char delimiter = file.toString().endsWith(".tsv") ? '\t' : ',';
        return CsvReader.builder().fieldSeparator(delimiter).ofCsvRecord(Files.readString(file)).stream()
                .map(CsvRecord::getFields)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csv", "tsv", "jsonl"})
    void everyReviewComesOut(String format, @TempDir Path folder) throws IOException {
        Path input = reviews();
        Path output = folder.resolve("labels." + format);
        InputOptions options = InputOptions.defaults().withTextColumn("description");
        try (Source source = Sources.open(input, options);
                Sink sink = Sinks.open(output, OutputOptions.defaults(), source)) {
            assertThat(Inputs.pass(source, sink)).isEqualTo(1000);
        }
        List<List<String>> expected = records(input);
        if (!format.equals("jsonl")) {
            List<List<String>> kept =
                    records(output).stream().map(row -> row.subList(0, 2)).toList();
            assertThat(kept).isEqualTo(expected);
            return;
        }
        try (Source source = Sources.open(output, options)) {
            assertThat(source.columns()).containsExactly("index", "description", "label", "score");
            List<List<String>> kept = new ArrayList<>();
            kept.add(expected.getFirst());
            for (Row row : Inputs.rest(source)) {
                assertThat(row).isInstanceOf(Row.Text.class);
                kept.add(row.fields().values().subList(0, 2).stream()
                        .map(Json::plain)
                        .toList());
            }
            assertThat(kept).isEqualTo(expected);
        }
    }
}
