package dev.decant.formats;

import static dev.decant.formats.Inputs.convert;
import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.jsonl;
import static dev.decant.formats.Inputs.open;
import static dev.decant.formats.Inputs.scored;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.LabelScore;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkTest {
    private static final OutputOptions CSV = OutputOptions.defaults();
    private static final OutputOptions JSONL = CSV.withFormat(Format.JSONL);

    private static void refused(String text, InputOptions in, OutputOptions out, String... parts) throws IOException {
        try (Source source = open(text, in)) {
            assertThatThrownBy(() -> Sinks.open("-", out, source, OutputStream.nullOutputStream())
                            .close())
                    .isInstanceOf(DataException.class)
                    .message()
                    .contains(parts)
                    .doesNotContain("\n");
        }
    }

    @Test
    void csvKeepsTheColumnsAndAddsOurs() throws IOException {
        String text = "id,text,\"a,b\"\n1,good,\"x\"\"y\"\n2,,\n\n3,bad,1,2\n";
        assertThat(convert(text, csv("text"), CSV)).isEqualTo("""
                        id,text,"a,b",label,score,error
                        1,good,"x""y",EVEN,0.54,
                        2,,,,,skipped: empty text
                        ,,,,,skipped: empty row
                        3,bad,1,,,"line 5: 4 fields, the header has 3; too many: ""2\"""
                        """);
    }

    @Test
    void jsonLinesSayWhyARowHasNoLabelAndOnlyThen() throws IOException {
        String text = "{\"id\":1.0,\"text\":\"good\"}\n{\"text\":\"\"}\n\n[]\n";
        assertThat(convert(text, jsonl("text"), JSONL)).isEqualTo("""
                        {"id":1.0,"text":"good","label":"EVEN","score":0.54}
                        {"text":"","label":null,"score":null,"error":"skipped: empty text"}
                        {"label":null,"score":null,"error":"skipped: empty row"}
                        {"label":null,"score":null,"error":"line 4: this is not a JSON object: \\"[]\\""}
                        """);
    }

    @Test
    void csvBecomesJsonLinesOfStrings() throws IOException {
        assertThat(convert("id,,text\n1,\"a\nb\",good\n\n", csv("text"), JSONL)).isEqualTo("""
                        {"id":"1","":"a\\nb","text":"good","label":"EVEN","score":0.54}
                        {"id":"","":"","text":"","label":null,"score":null,"error":"skipped: empty row"}
                        """);
    }

    @Test
    void jsonLinesBecomeCsvByKey() throws IOException {
        String text =
                "{\"id\":1.50,\"text\":\"a\\nb\"}\n{\"text\":\"good\",\"more\":{\"k\" : [1, null]},\"id\":null}\n";
        assertThat(convert(text, jsonl("text").withCompleteColumns(true), CSV)).isEqualTo("""
                        id,text,more,label,score,error
                        1.50,"a
                        b",,ODD,0.53,
                        ,good,"{""k"":[1,null]}",EVEN,0.54,
                        """);
        assertThat(convert(text, jsonl("text").withCompleteColumns(true), CSV.withFormat(Format.TSV)))
                .startsWith("id\ttext\tmore\tlabel\tscore\terror\n");
    }

    @Test
    void aLoneSurrogateIsReplacedInCsvAndEscapedInJson() throws IOException {
        String text = "{\"text\":\"a\\ud800b\"}\n";
        assertThat(convert(text, jsonl("text").withCompleteColumns(true), CSV)).contains("a\ufffdb,");
        assertThat(convert(text, jsonl("text"), JSONL)).contains("\"a\\ud800b\"");
    }

    @Test
    void withoutAHeaderInThereIsNoneOut() throws IOException {
        InputOptions headless = csv("2").withHeader(false);
        assertThat(convert("1,good\n2,\n", headless, CSV)).isEqualTo("1,good,EVEN,0.54,\n2,,,,skipped: empty text\n");
        assertThat(convert("1,good\n", headless, JSONL))
                .isEqualTo("{\"1\":\"1\",\"2\":\"good\",\"label\":\"EVEN\",\"score\":0.54}\n");
    }

    @Test
    void aHeaderIsWrittenWithoutRowsToo() throws IOException {
        assertThat(convert("id,text\n", csv("text"), CSV)).isEqualTo("id,text,label,score,error\n");
    }

    @Test
    void topKAndAllScoresHaveTheirColumns() throws IOException {
        OutputOptions options =
                CSV.withTopK(3).withAllScores(List.of("B", "A,x", "C")).withPrefix("my_");
        try (Source source = open("text\na\nb\n\n", csv("text"))) {
            for (OutputOptions format : List.of(options, options.withFormat(Format.JSONL))) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (Sink sink = Sinks.open("-", format, source, out)) {
                    Row row = new Row.Text(0, 1, Fields.NONE, "a");
                    sink.write(row, scored(new LabelScore("A,x", 0.5f), new LabelScore("B", 1e-5f)));
                    sink.finish();
                }
                if (format.format() == null) {
                    assertThat(out.toString(StandardCharsets.UTF_8))
                            .isEqualTo("text,my_label,my_score,my_label_2,my_score_2,my_label_3,my_score_3,"
                                    + "my_score_B,\"my_score_A,x\",my_score_C,my_error\n"
                                    + ",\"A,x\",0.5,B,0.00001,,,0.00001,0.5,,\n");
                } else {
                    assertThat(out.toString(StandardCharsets.UTF_8))
                            .isEqualTo("{\"my_label\":\"A,x\",\"my_score\":0.5,\"my_label_2\":\"B\","
                                    + "\"my_score_2\":0.00001,\"my_label_3\":null,\"my_score_3\":null,"
                                    + "\"my_score_B\":0.00001,\"my_score_A,x\":0.5,\"my_score_C\":null}\n");
                }
            }
        }
    }

    @Test
    void aColumnOfOurNamesIsRefusedWithTheWayOut() throws IOException {
        refused("id,text,label,score\n", csv("text"), CSV, "columns 'label', 'score' of its own", "--output-prefix");
        refused("error,text\n", csv("text"), CSV, "a column 'error' of its own");
        refused("score_2,text\n", csv("text"), CSV.withTopK(2), "a column 'score_2'");
        refused("score_NEG,text\n", csv("text"), CSV.withAllScores(List.of("NEG")), "a column 'score_NEG'");
        refused("my_label,text\n", csv("text"), CSV.withPrefix("my_"), "a column 'my_label'");
        refused("{\"text\":\"a\"}\n{\"text\":\"a\",\"label\":1}\n", jsonl("text"), JSONL, "a column 'label'");
        assertThat(convert("label,text\nx,good\n", csv("text"), CSV.withPrefix("our_")))
                .isEqualTo("label,text,our_label,our_score,our_error\nx,good,EVEN,0.54,\n");
        assertThat(convert("score_2,text\nx,good\n", csv("text"), CSV)).startsWith("score_2,text,label,score,error\n");
    }

    @Test
    void aLaterKeyOfOurNamesIsKeptAndItsRowFails() throws IOException {
        String text =
                "{\"text\":\"good\"}\n".repeat(1000) + "{\"text\":\"good\",\"label\":\"mine\"}\n{\"text\":\"good\"}\n";
        List<String> lines = convert(text, jsonl("text"), JSONL).lines().toList();
        assertThat(lines.get(1000))
                .startsWith("{\"text\":\"good\",\"label\":\"mine\",\"score\":null,\"error\":\"line 1001: ")
                .contains("--output-prefix");
        assertThat(lines.get(1001)).isEqualTo("{\"text\":\"good\",\"label\":\"EVEN\",\"score\":0.54}");
    }

    @Test
    void ourOwnColumnsMustDifferToo() throws IOException {
        OutputOptions options = CSV.withTopK(2).withAllScores(List.of("1", "2"));
        refused("text\n", csv("text"), options, "'score_2'", "--scores", "--top-k");
    }

    @Test
    void columnsOfOneNameAreRefusedForJsonLinesAndKeptForCsv() throws IOException {
        refused("id,text,id\n", csv("text"), JSONL, "two columns are called 'id'", "--output-format csv");
        assertThat(convert("id,text,id\n1,good,2\n", csv("text"), CSV))
                .isEqualTo("id,text,id,label,score,error\n1,good,2,EVEN,0.54,\n");
    }

    @Test
    void aHeaderNeedsAllColumns() throws IOException {
        try (Source source = open("{\"text\":\"a\"}\n", jsonl("text"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Sinks.open("-", CSV, source, OutputStream.nullOutputStream())
                            .close())
                    .withMessageContaining("completeColumns");
        }
    }
}
