package dev.decant.formats;

import static dev.decant.formats.Inputs.briefs;
import static dev.decant.formats.Inputs.cells;
import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.open;
import static dev.decant.formats.Inputs.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvSourceTest {
    @Test
    void rowsHaveTheirNumberLineAndFields() throws IOException {
        List<Row> rows = rows("id,text,note\r\n1,\"two\nlines \"\"so\"\"\",\r\n2,plain,\"a,b\"\r\n", csv("text"));
        assertThat(briefs(rows)).containsExactly("2 text two\nlines \"so\"", "4 text plain");
        assertThat(rows).extracting(Row::index).containsExactly(0L, 1L);
        assertThat(cells(rows)).containsExactly(List.of("1", "two\nlines \"so\"", ""), List.of("2", "plain", "a,b"));
        assertThat(rows.getFirst().fields().names()).containsExactly("id", "text", "note");
    }

    @Test
    void rowsThatAreInThePipeComeOutWhileItStaysOpen() throws IOException {
        InputStream pipe = new InputStream() {
            private final InputStream there = Inputs.stream("text\ngood\nbad\nhalf a ro");

            @Override
            public int read() {
                throw new AssertionError("read a byte at a time");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int count = there.read(target, offset, length);
                if (count < 0) {
                    throw new AssertionError("waited for more before giving out what was there");
                }
                return count;
            }
        };
        try (Source source = Sources.open("-", csv("text"), pipe)) {
            assertThat(source.next())
                    .isInstanceOfSatisfying(
                            Row.Text.class, row -> assertThat(row.text()).isEqualTo("good"));
            assertThat(source.next()).isInstanceOf(Row.Text.class);
        }
    }

    @Test
    void missingFieldsAreEmptyOnes() throws IOException {
        List<Row> rows = rows("id,text,note\n1,good\n2\n3,,x\n4, \t\u00a0,y\n", csv("text"));
        assertThat(briefs(rows))
                .containsExactly("2 text good", "3 blank no text", "4 blank empty text", "5 blank empty text");
        assertThat(cells(rows).getFirst()).containsExactly("1", "good", "");
        assertThat(cells(rows).get(1)).containsExactly("2", "", "");
    }

    @Test
    void surplusFieldsMakeARowMalformedAndItsFirstOnesAreKept() throws IOException {
        List<Row> rows = rows("id,text\n1,a,b,\"c\nd\",e,f\n2,ok\n", csv("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "2 malformed line 2: 6 fields, the header has 2; too many: \"b\", \"c\\nd\", \"e\", ...",
                        "4 text ok");
        assertThat(cells(rows).getFirst()).containsExactly("1", "a");
    }

    @Test
    void longSurplusIsShortened() throws IOException {
        List<Row> rows = rows("text\na," + "x".repeat(5000) + "\n", csv("text"));
        assertThat(briefs(rows).getFirst()).hasSizeLessThan(200).contains("xxx...\"");
    }

    @Test
    void anEmptyLineIsARow() throws IOException {
        assertThat(briefs(rows("id,text\n\n1,a\n\r\n2,b\n\n", csv("text"))))
                .containsExactly("2 blank empty row", "3 text a", "4 blank empty row", "5 text b", "6 blank empty row");
    }

    @Test
    void textBehindAClosingQuoteCostsThatRecordOnly() throws IOException {
        List<Row> rows = rows("id,text,n\n1,\"good\"bad,1\n2,fine,1\n", csv("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "2 malformed line 2: text follows the closing quote of field 2: \"bad,1\\n2,fine,1\\n\"",
                        "3 text fine");
        assertThat(cells(rows).getFirst()).containsExactly("1", "", "");
    }

    @Test
    void aQuoteThatIsNeverClosedCostsItsLineOnly() throws IOException {
        List<Row> rows = rows("id,text\n1,a\n2,\"open\n3,c\n4,d\n", csv("text"));
        assertThat(briefs(rows))
                .containsExactly(
                        "2 text a",
                        "3 malformed line 3: the quote that opens field 2 is never closed",
                        "4 text c",
                        "5 text d");
    }

    @Test
    void anOpenQuoteAtTheEndIsAMalformedLastRow() throws IOException {
        assertThat(briefs(rows("id,text\n1,a\n2,\"", csv("text"))))
                .containsExactly("2 text a", "3 malformed line 3: the quote that opens field 2 is never closed");
    }

    @Test
    void quotesInsideAPlainFieldAreCharacters() throws IOException {
        assertThat(briefs(rows("text,n\n6\" nails,1\n", csv("text")))).containsExactly("2 text 6\" nails");
    }

    @Test
    void aRecordBeyondTheBoundFailsAlone() throws IOException {
        InputOptions options = csv("text").withMaxRecordChars(100);
        String text = "id,text\n1," + "x".repeat(200_000) + "\n2,b\n3,\"open\n4,d\n" + "5,e\n".repeat(50_000);
        List<Row> rows = rows(text, options);
        assertThat(rows).hasSize(50_004);
        String bound = "a record of more than 100 characters, or a quote in it that is never closed";
        assertThat(briefs(rows).subList(0, 5))
                .containsExactly(
                        "2 malformed line 2: " + bound,
                        "3 text b",
                        "4 malformed line 4: " + bound,
                        "5 text d",
                        "6 text e");
        assertThat(rows.subList(3, rows.size())).allMatch(Row.Text.class::isInstance);
    }

    @Test
    void theBoundIsExact() throws IOException {
        String text = "text\n12345\n123456\n\"123\"\r\n\"1234\"\r\n12345";
        assertThat(rows(text, csv("text").withMaxRecordChars(5)))
                .hasExactlyElementsOfTypes(
                        Row.Text.class, Row.Malformed.class, Row.Text.class, Row.Malformed.class, Row.Text.class);
        String json = "{\"text\":\"1\"}\n{\"text\":\"12\"}\n";
        assertThat(rows(json, Inputs.jsonl("text").withMaxRecordChars(12)))
                .hasExactlyElementsOfTypes(Row.Text.class, Row.Malformed.class);
    }

    @Test
    void linesThatOpenAQuoteEachAreReadInLinearTime() throws IOException {
        // Each one is malformed; a reader that went to the bound from each of them would not come back.
        int lines = 200_000;
        List<Row> rows = rows("text\n" + "\"a\n".repeat(lines), csv("text").withMaxRecordChars(1 << 24));
        assertThat(rows).hasSize(lines).allMatch(Row.Malformed.class::isInstance);
    }

    @Test
    void tabsAndOtherDelimitersFollowTheSameRules() throws IOException {
        InputOptions tsv = csv("text").withFormat(Format.TSV);
        assertThat(cells(rows("id\ttext\n1\t\"a\tb\"\n2\tc,d\n", tsv)))
                .containsExactly(List.of("1", "a\tb"), List.of("2", "c,d"));
        assertThat(cells(rows("id;text\n1;\"a;b\"\n", csv("text").withDelimiter(';'))))
                .containsExactly(List.of("1", "a;b"));
        assertThat(cells(rows("id¦text\n1¦a\n", csv("text").withDelimiter('¦'))))
                .containsExactly(List.of("1", "a"));
    }

    @Test
    void lineEndsMayBeOfAnyKind() throws IOException {
        assertThat(briefs(rows("text\ra\rb\r\nc\nd", csv("text"))))
                .containsExactly("2 text a", "3 text b", "4 text c", "5 text d");
    }

    @Test
    void withoutAHeaderColumnsAreNumbered() throws IOException {
        try (Source source = open("1,good\n2,bad\n3,x,y\n", csv("2").withHeader(false))) {
            assertThat(source.columns()).containsExactly("1", "2");
            assertThat(briefs(Inputs.rest(source)))
                    .containsExactly(
                            "1 text good",
                            "2 text bad",
                            "3 malformed line 3: 3 fields, the first record has 2; too many: \"y\"");
        }
    }

    @Test
    void theOnlyColumnNeedsNoName() throws IOException {
        InputOptions options = InputOptions.defaults().withFormat(Format.CSV);
        assertThat(briefs(rows("review\nfine\n", options))).containsExactly("2 text fine");
    }

    @Test
    void emptyLinesBeforeTheHeaderAreNoRows() throws IOException {
        assertThat(briefs(rows("\n\ntext\na\n", csv("text")))).containsExactly("4 text a");
    }

    @Test
    void aHeaderAloneHasNoRows() throws IOException {
        assertThat(rows("id,text", csv("text"))).isEmpty();
    }

    @Test
    void theLimitEndsTheRows() throws IOException {
        String text = "text\na\nb\nc\n";
        assertThat(briefs(rows(text, csv("text").withLimit(2)))).containsExactly("2 text a", "3 text b");
        assertThat(rows(text, csv("text").withLimit(0))).isEmpty();
        assertThat(rows(text, csv("text").withLimit(99))).hasSize(3);
    }

    @Test
    void fieldsThatARecordDoesNotHaveTakeNoMemory() throws IOException {
        // Kept as arrays, these rows would take 5 GB.
        String text = "text" + ",a".repeat(CsvRecords.MAX_COLUMNS - 1) + "\n" + "x\n".repeat(20_000);
        List<Row> rows = rows(text, csv("text"));
        assertThat(rows).hasSize(20_000);
        List<String> values = rows.getLast().fields().values();
        assertThat(values).hasSize(CsvRecords.MAX_COLUMNS).startsWith("x", "").endsWith("");
        assertThatThrownBy(() -> values.get(CsvRecords.MAX_COLUMNS)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
