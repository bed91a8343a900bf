package dev.decant.formats;

import static dev.decant.formats.Inputs.briefs;
import static dev.decant.formats.Inputs.cells;
import static dev.decant.formats.Inputs.jsonl;
import static dev.decant.formats.Inputs.open;
import static dev.decant.formats.Inputs.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesSourceTest {
    @Test
    void valuesStayAsTheyAreWritten() throws IOException {
        List<Row> rows = rows(
                "{\"id\": 1.50e+03,\"text\" :\"a\\u00e9\\n\\\"b\\\"\", \"more\":{\"k\" : [1, \"}\\\\\", {}]},\"t\":true , \"n\":null}\r\n",
                jsonl("text"));
        assertThat(briefs(rows)).containsExactly("1 text aé\n\"b\"");
        Fields fields = rows.getFirst().fields();
        assertThat(fields.encoding()).isEqualTo(Fields.Encoding.JSON);
        assertThat(fields.names()).containsExactly("id", "text", "more", "t", "n");
        assertThat(fields.values())
                .containsExactly(
                        "1.50e+03", "\"a\\u00e9\\n\\\"b\\\"\"", "{\"k\" : [1, \"}\\\\\", {}]}", "true", "null");
    }

    @Test
    void rowsWithNothingToScoreAreBlank() throws IOException {
        String text = "{\"text\":\"a\"}\n\n{\"text\":\" \\t\\u00a0\"}\n{\"text\":null}\n{\"id\":1}\n{}\n \r\n";
        assertThat(briefs(rows(text, jsonl("text"))))
                .containsExactly(
                        "1 text a",
                        "2 blank empty row",
                        "3 blank empty text",
                        "4 blank no text",
                        "5 blank no text",
                        "6 blank no text",
                        "7 blank empty row");
    }

    @Test
    void aLineThatIsNotOneObjectFailsAlone() throws IOException {
        String text =
                "{\"text\":\"a\"}\n[1]\n{\"text\":\"b\"\n{\"text\":\"c\"} {}\nnope\n{\"text\":\"d\",}\n{\"text\":\"a\u0001\"}\n"
                        + "{\"text\":\"\\x\"}\n{\"text\":01}\n{\"text\":\"z\"}";
        List<Row> rows = rows(text, jsonl("text"));
        assertThat(briefs(rows)).element(0).isEqualTo("1 text a");
        assertThat(briefs(rows)).element(9).isEqualTo("10 text z");
        for (int i = 1; i < 9; i++) {
            assertThat(briefs(rows).get(i)).startsWith((i + 1) + " malformed line " + (i + 1) + ": ");
        }
        assertThat(briefs(rows).get(1)).endsWith("this is not a JSON object: \"[1]\"");
        assertThat(briefs(rows).get(3)).endsWith("more than one JSON value on the line");
    }

    @Test
    void aTextThatIsNoStringFailsAlone() throws IOException {
        String text = "{\"text\":\"a\"}\n{\"text\":12}\n{\"text\":{}}\n{\"text\":[\"a\"]}\n{\"text\":false}\n";
        List<Row> rows = rows(text, jsonl("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "1 text a",
                        "2 malformed line 2: the text 'text' is a number, not a string",
                        "3 malformed line 3: the text 'text' is an object, not a string",
                        "4 malformed line 4: the text 'text' is an array, not a string",
                        "5 malformed line 5: the text 'text' is true or false, not a string");
        assertThat(cells(rows).get(1)).containsExactly("12");
    }

    @Test
    void aKeyThatIsThereTwiceIsMalformed() throws IOException {
        String text = "{\"text\":\"a\",\"x\":1,\"\\u0078\":2}\n{\"text\":\"a\",\"x\":1,\"x\":2}\n{\"text\":\"b\"}\n";
        assertThat(briefs(rows(text, jsonl("text"))))
                .containsExactly(
                        "1 malformed line 1: the key \"x\" is there more than once",
                        "2 malformed line 2: the key \"x\" is there more than once",
                        "3 text b");
    }

    @Test
    void aLineBeyondTheBoundFailsAlone() throws IOException {
        String text = "{\"text\":\"a\"}\n{\"text\":\"" + "x".repeat(300_000) + "\"}\n{\"text\":\"b\"}\n";
        assertThat(briefs(rows(text, jsonl("text").withMaxRecordChars(1000))))
                .containsExactly("1 text a", "2 malformed line 2: a line of more than 1000 characters", "3 text b");
    }

    @Test
    void longNumbersAndDeepNestingAreData() throws IOException {
        String digits = "1234567890".repeat(500);
        String deep = "[".repeat(400) + "]".repeat(400);
        List<Row> rows = rows("{\"text\":\"a\",\"n\":" + digits + ",\"d\":" + deep + "}\n", jsonl("text"));
        assertThat(cells(rows)).containsExactly(List.of("\"a\"", digits, deep));
    }

    @Test
    void nestingWithoutEndFailsAlone() throws IOException {
        String text = "{\"text\":\"a\",\"d\":" + "[".repeat(100_000) + "}\n{\"text\":\"b\"}\n";
        List<String> briefs = briefs(rows(text, jsonl("text")));
        assertThat(briefs.get(0)).startsWith("1 malformed line 1: ");
        assertThat(briefs.get(1)).isEqualTo("2 text b");
    }

    @Test
    void aFileIsReadTwiceForAHeader(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            text.append("{\"text\":\"a\"}\n");
        }
        text.append("{\"late\":1,\"text\":\"b\"}\n");
        Path file = Files.writeString(folder.resolve("a.jsonl"), text);
        try (Source source = Sources.open(file, InputOptions.defaults().withTextColumn("text"))) {
            assertThat(source.columns()).containsExactly("text", "late");
            assertThat(Inputs.rest(source)).hasSize(3001).allMatch(Row.Text.class::isInstance);
        }
        InputOptions limited = InputOptions.defaults().withTextColumn("text").withLimit(3000);
        try (Source source = Sources.open(file, limited)) {
            assertThat(source.columns()).containsExactly("text");
        }
    }

    @Test
    void aStreamsLaterKeysAreMalformedWhereTheHeaderIsWritten() throws IOException {
        String text = "{\"text\":\"a\"}\n".repeat(1000) + "{\"text\":\"b\",\"late\":1}\n{\"text\":\"c\"}\n";
        try (Source source = open(text, jsonl("text").withCompleteColumns(true))) {
            List<String> briefs = briefs(Inputs.rest(source));
            assertThat(briefs).hasSize(1002);
            assertThat(briefs.get(1000))
                    .startsWith("1001 malformed line 1001: has the key 'late'")
                    .contains("--output-format jsonl");
            assertThat(briefs.get(1001)).isEqualTo("1002 text c");
        }
        assertThat(rows(text, jsonl("text"))).allMatch(Row.Text.class::isInstance);
    }

    @Test
    void inputsWithoutObjectsOrTextAreRefused() {
        assertThatThrownBy(() -> open("one\ntwo\n", jsonl("text")).close())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("no record of it is a JSON object on a line of its own (line 1: ");
        assertThatThrownBy(() -> open("\n[\n{\"text\":\"a\"},\n{\"text\":\"b\"}\n]\n", jsonl("text"))
                        .close())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("this is a JSON array, not JSON Lines")
                .hasMessageContaining("jq -c '.[]'");
        assertThatThrownBy(() -> open("{\"body\":\"a\"}\n", jsonl("bodi")).close())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Did you mean 'body'?");
        assertThatThrownBy(() -> open("{\"a\":\"a\",\"b\":1}\n", jsonl("x").withTextColumn(null))
                        .close())
                .isInstanceOf(DataException.class)
                .hasMessageContaining("--text: a, b");
    }

    @Test
    void theLimitEndsTheRows() throws IOException {
        String text = "{\"text\":\"a\"}\n".repeat(5);
        assertThat(rows(text, jsonl("text").withLimit(3))).hasSize(3);
        assertThat(rows(text, jsonl("text").withLimit(0))).isEmpty();
    }

    @Test
    void keysAreBoundedInTheirCharactersToo(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append("{\"").append(i).append("k".repeat(50_000)).append("\":1}\n");
        }
        Path file = Files.writeString(folder.resolve("keys.jsonl"), text);
        assertThatThrownBy(() -> Sources.open(file, jsonl("k").withCompleteColumns(true)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("different keys, or keys of more than");
    }
}
