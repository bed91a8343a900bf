package dev.decant.formats;

import static dev.decant.formats.Inputs.convert;
import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.jsonl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FormulasTest {
    private static final OutputOptions SAFE = OutputOptions.defaults().withCsvSafe(true);

    static long[] seeds() {
        return Inputs.seeds(300).toArray();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "=1+1|'=1+1",
                "+cmd|'+cmd",
                "-2+3|'-2+3",
                "@SUM(A1)|'@SUM(A1)",
                "-12.5|-12.5",
                "+3|+3",
                "-1.5E+7|-1.5E+7",
                "-1,234.50|-1,234.50",
                "-|'-",
                "-e5|'-e5",
                "-1e|'-1e",
                "-1e5x|'-1e5x",
                "1=1|1=1",
                "a-b|a-b",
                "'=1|'=1",
                "\"=1|\"'=1",
                "` =1`|` '=1`",
                "x;=1|x;'=1",
                "x, -5|x, '-5",
                "＝1|'＝1",
                "\u00a0@a|\u00a0'@a",
                "\ufeff=1|\ufeff'=1",
            })
    void whatBeginsAFormulaHasAnApostropheBeforeIt(String cell, String safe) {
        assertThat(Formulas.neutral(cell, ',')).isEqualTo(safe);
        assertThat(Formulas.neutral(safe, ',')).isEqualTo(safe);
    }

    @Test
    void tabsAndLineEndsCountAsBeginnings() {
        assertThat(Formulas.neutral("\tx", ',')).isEqualTo("'\tx");
        assertThat(Formulas.neutral("\r=x", ',')).isEqualTo("'\r'=x");
        assertThat(Formulas.neutral("good\n- thin", ',')).isEqualTo("good\n'- thin");
        assertThat(Formulas.neutral("a:=1", ':')).isEqualTo("a:'=1");
        assertThat(Formulas.neutral("", ',')).isEmpty();
    }

    @Test
    void everyCellIsSafeHeaderLabelAndMessageIncluded() throws IOException {
        String text = "=id,\"text\"\n-1,=A1\n@x,good\n+2,\n9,a,x,=B1\n";
        assertThat(convert(text, csv("text"), SAFE.withPrefix("="))).isEqualTo("""
                        '=id,text,'=label,'=score,'=error
                        -1,'=A1,ODD,0.53,
                        '@x,good,EVEN,0.54,
                        +2,,,,skipped: empty text
                        9,a,,,"line 5: 4 fields, the header has 2; too many: ""x"", ""'=B1\"""
                        """);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Source source = Inputs.open("text\na\n", csv("text"));
                Sink sink = Sinks.open("-", SAFE, source, out)) {
            Row row = new Row.Text(0, 2, Fields.NONE, "a");
            sink.write(row, Inputs.scored(new LabelScore("=L", -0.5f)));
            sink.write(row, new Outcome.Failed(Outcome.Kind.ENGINE_FAULT, "-it failed"));
            sink.finish();
        }
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo("text,label,score,error\n,'=L,-0.5,\n,,,'-it failed\n");
    }

    @Test
    void withoutTheOptionNothingIsChangedAndForJsonLinesItIsRefused() throws IOException {
        assertThat(convert("text\n=A1\n", csv("text"), OutputOptions.defaults()))
                .contains("\n=A1,");
        assertThatThrownBy(() -> convert("{\"text\":\"a\"}\n", jsonl("text"), SAFE.withFormat(Format.JSONL)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("--csv-safe is for CSV and TSV");
    }

    private static final String[] PIECES = {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\r\n",
        "\"",
        "'",
        ",",
        ";",
        " ",
        "\u00a0",
        "＝",
        "－",
        "\u200b",
        "\u0001",
        "1",
        "2.5",
        "e",
        "A1",
        "cmd|' /C calc'!A0",
        "good",
        "|",
        "é"
    };

    private static String word(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noReaderFindsAFormulaAndOnlyApostrophesAreAdded(long seed) throws IOException {
        Random random = new Random(seed);
        List<List<String>> table = new ArrayList<>();
        int columns = 1 + random.nextInt(4);
        for (int r = random.nextInt(12); r >= 0; r--) {
            List<String> row = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                row.add(table.isEmpty() ? i + word(random) : word(random));
            }
            table.add(row);
        }
        StringBuilder in = new StringBuilder();
        for (List<String> row : table) {
            in.append(String.join(
                            ",",
                            row.stream()
                                    .map(cell -> "\"" + cell.replace("\"", "\"\"") + "\"")
                                    .toList()))
                    .append('\n');
        }
        Format format = random.nextBoolean() ? Format.CSV : Format.TSV;
        char delimiter = format.delimiter();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        InputOptions options = csv(table.getFirst().getFirst());
        try (Source source = Sources.open(
                        "-", options, new ByteArrayInputStream(in.toString().getBytes(StandardCharsets.UTF_8)));
                Sink sink = Sinks.open("-", SAFE.withFormat(format), source, out)) {
            Inputs.pass(source, sink);
        }
        String written = out.toString(StandardCharsets.UTF_8);
        String what = "seed " + seed + ", " + format;
        List<List<String>> read = CsvReader.builder().fieldSeparator(delimiter).ofCsvRecord(written).stream()
                .map(CsvRecord::getFields)
                .toList();
        assertThat(read).as(what).hasSameSizeAs(table);
        for (int r = 0; r < table.size(); r++) {
            for (int i = 0; i < columns; i++) {
                assertOnlyApostrophesAdded(
                        what, table.get(r).get(i), read.get(r).get(i));
                assertHarmless(what, read.get(r).get(i), delimiter);
            }
        }
        // Readers that take another delimiter, and quotes as they come.
        for (String line : written.split("[\r\n]+", -1)) {
            for (String other : List.of(",", ";", "\t")) {
                for (String cell : line.split(other, -1)) {
                    assertHarmless(what, cell, delimiter);
                }
            }
        }
    }

    private static void assertOnlyApostrophesAdded(String what, String cell, String safe) {
        int i = 0;
        for (int j = 0; j < safe.length(); j++) {
            if (i < cell.length() && cell.charAt(i) == safe.charAt(j)) {
                i++;
            } else {
                assertThat(safe.charAt(j)).as("%s: %s", what, safe).isEqualTo('\'');
            }
        }
        assertThat(i).as("%s: %s", what, safe).isEqualTo(cell.length());
    }

    /// A number is harmless, and so it is with the next cells behind it.
    private static void assertHarmless(String what, String cell, char delimiter) {
        String shown = cell.replaceFirst("^[\\s\\p{Z}\\p{C}\"]+", "");
        String number = "[+-][0-9.,]+([eE][+-]?[0-9]+)?([\"" + delimiter + "].*)?";
        if (!shown.isEmpty() && "=+-@＝＋－＠".indexOf(shown.charAt(0)) >= 0) {
            assertThat(Pattern.compile(number, Pattern.DOTALL).matcher(shown).matches())
                    .as("%s: %s", what, cell)
                    .isTrue();
        }
    }
}
