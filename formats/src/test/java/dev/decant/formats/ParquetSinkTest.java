package dev.decant.formats;

import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.jsonl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetSinkTest {
    private static final OutputOptions OPTIONS = OutputOptions.defaults();

    @TempDir
    private Path folder;

    private List<Map<String, Object>> convert(String text, InputOptions options) throws IOException {
        Path output = folder.resolve("out.parquet");
        try (Source source = Inputs.open(text, options.withCompleteColumns(true));
                Sink sink = Sinks.open(output, OPTIONS.withForce(true), source)) {
            Inputs.pass(source, sink);
        }
        return ParquetFiles.read(output);
    }

    @Test
    void csvBecomesStringsAndOurColumnsHaveTheirTypes() throws IOException {
        assertThat(convert("id,text\n1,good\n,\n", csv("text")))
                .containsExactly(
                        Map.of("id", "1", "text", "good", "label", "EVEN", "score", 0.54f),
                        Map.of("id", "", "text", "", "error", "skipped: empty text"));
    }

    @Test
    void jsonLinesBecomeTypesWhereAllValuesOfAColumnFitOne() throws IOException {
        String text = """
                {"text":"a","b":true,"i":1,"d":1,"l":9007199254740993,"m":9007199254740993,"x":[1,"\\u00e9"],"n":null}
                {"text":"b","b":null,"i":-3,"d":1.50,"l":-1,"m":0.5,"x":"s"}
                """;
        assertThat(convert(text, jsonl("text")))
                .containsExactly(
                        Map.of(
                                "text",
                                "a",
                                "b",
                                true,
                                "i",
                                1L,
                                "d",
                                1.0,
                                "l",
                                9007199254740993L,
                                "m",
                                "9007199254740993",
                                "x",
                                "[1,\"\\u00e9\"]",
                                "label",
                                "ODD",
                                "score",
                                0.51f),
                        Map.of(
                                "text", "b", "i", -3L, "d", 1.5, "l", -1L, "m", "0.5", "x", "\"s\"", "label", "ODD",
                                "score", 0.51f));
    }

    @Test
    void aLaterRecordOfAStreamThatDoesNotFitFailsAlone() throws IOException {
        String text =
                "{\"text\":\"a\",\"n\":1}\n".repeat(1000) + "{\"text\":\"a\",\"n\":\"x\"}\n{\"text\":\"a\",\"n\":2}\n";
        List<Map<String, Object>> rows = convert(text, jsonl("text"));
        assertThat(rows).hasSize(1002);
        assertThat(rows.get(1000)).doesNotContainKeys("n", "label").containsEntry("text", "a");
        assertThat((String) rows.get(1000).get("error"))
                .startsWith("line 1001: the value of 'n' is of another type")
                .contains("--output-format jsonl");
        assertThat(rows.get(1001)).containsEntry("n", 2L).containsEntry("label", "ODD");
    }

    @Test
    void aLoneSurrogateIsReplaced() throws IOException {
        assertThat(convert("{\"text\":\"a\\ud800b\"}\n", jsonl("text")).getFirst())
                .containsEntry("text", "a\ufffdb");
    }

    @Test
    void whatWasCommittedCanBeReadUnderThePartName() throws IOException {
        Path output = folder.resolve("out.parquet");
        Path part = folder.resolve("out.parquet.part");
        try (Source source = Inputs.open("text\na\nb\n", csv("text"));
                Sink sink = Sinks.open(output, OPTIONS, source)) {
            Row row = Objects.requireNonNull(source.next());
            sink.write(row, Inputs.outcome(row));
            sink.commit();
        }
        assertThat(output).doesNotExist();
        assertThat(ParquetFiles.read(part)).hasSize(1);
        Files.delete(part);
        try (Source source = Inputs.open("text\na\nb\n", csv("text"));
                Sink sink = Sinks.open(output, OPTIONS, source)) {
            Row row = Objects.requireNonNull(source.next());
            sink.write(row, Inputs.outcome(row));
        }
        try (var left = Files.list(folder)) {
            assertThat(left.filter(file -> file.toString().contains("out.parquet")))
                    .isEmpty();
        }
    }

    @Test
    void itCanGoOutThroughAPipe() throws IOException {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        try (Source source = Inputs.open("text\na\n", csv("text"));
                Sink sink = Sinks.open("-", OPTIONS.withFormat(Format.PARQUET), source, stdout)) {
            Inputs.pass(source, sink);
        }
        Path file = Files.write(folder.resolve("piped.parquet"), stdout.toByteArray());
        assertThat(ParquetFiles.read(file)).hasSize(1);
    }

    @Test
    void anOutputWithoutRowsIsAFileWithASchema() throws IOException {
        assertThat(convert("id,text\n", csv("text"))).isEmpty();
        try (Source source = Sources.open(
                folder.resolve("out.parquet"), InputOptions.defaults().withTextColumn("text"))) {
            assertThat(source.columns()).containsExactly("id", "text", "label", "score", "error");
            assertThat(source.next()).isNull();
        }
    }

    @Test
    void whatParquetCannotBeIsRefused() throws IOException {
        record Refusal(String text, OutputOptions options, String told) {}
        OutputOptions parquet = OPTIONS.withFormat(Format.PARQUET);
        for (Refusal refusal : List.of(
                new Refusal("id,text,id\n", parquet, "two columns are called 'id', which Parquet cannot hold"),
                new Refusal("text\n", parquet.withDelimiter(';'), "a delimiter is for CSV"),
                new Refusal("text\n", parquet.withCsvSafe(true), "--csv-safe is for CSV"))) {
            try (Source source = Inputs.open(refusal.text(), csv("text"))) {
                assertThatThrownBy(() -> Sinks.open("-", refusal.options(), source, OutputStream.nullOutputStream()))
                        .isInstanceOf(DataException.class)
                        .hasMessageContaining(refusal.told());
            }
        }
        try (Source source = Inputs.open("text\n", csv("text"))) {
            Path gz = folder.resolve("x.gz");
            assertThatThrownBy(() -> Sinks.open(gz, parquet, source))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("compressed already");
            assertThat(gz.resolveSibling("x.gz.part")).doesNotExist();
        }
        assertThat(Format.PARQUET.resumable()).isFalse();
        assertThat(Format.CSV.resumable()).isTrue();
        try (Source source = Inputs.open("{\"text\":\"a\"}\n", jsonl("text"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Sinks.open("-", parquet, source, OutputStream.nullOutputStream()))
                    .withMessageContaining("completeColumns");
        }
    }
}
