package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Random tables through every pair of formats, in and out by file, read back by other libraries.
class RoundTripTest {
    private static final String[] PIECES = {
        "a", "Z", "9", " ", ",", "\t", ";", "\"", "'", "\n", "\r\n", "\\", "{", "}", ":", "é", "ß", "漢", "😀", "\u2028",
        "\u0001", "\u007f", "=1+1", "null", "\ufffd"
    };

    static long[] seeds() {
        return Inputs.seeds(60).toArray();
    }

    /// A value: what it is as text, and how JSON writes it.
    private record Value(String text, String json) {}

    private record Table(List<String> names, List<List<Value>> rows, int textColumn) {}

    /// What is expected of a row beside its own columns; null: JSON's null, CSV's nothing.
    private static List<String> results(Value text) {
        if (text.json().equals("null")) {
            return List.of("", "", "skipped: no text");
        }
        if (Texts.blank(text.text())) {
            return List.of("", "", "skipped: empty text");
        }
        int length = text.text().length();
        return List.of(length % 2 == 0 ? "EVEN" : "ODD", ResultColumns.text(0.5f + length % 50 / 100f), "");
    }

    private static String word(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20) == 0 ? random.nextInt(4000) : random.nextInt(8);
        for (int i = 0; i < length; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    private static Value string(String text, Random random) {
        StringBuilder json = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            boolean must = c < ' ' || c == '"' || c == '\\';
            String character = Character.toString(c);
            if (must || random.nextInt(5) == 0) {
                character.chars().forEach(half -> json.append("\\u%04x".formatted(half)));
            } else {
                json.append(character);
            }
        });
        return new Value(text, json.append('"').toString());
    }

    private static Table table(Random random, boolean json) {
        List<String> names = new ArrayList<>();
        int columns = 1 + random.nextInt(5);
        for (int i = 0; i < columns; i++) {
            names.add(i + word(random));
        }
        int textColumn = random.nextInt(columns);
        List<List<Value>> rows = new ArrayList<>();
        int count = random.nextInt(60);
        for (int r = 0; r < count || (json && r == 0); r++) {
            List<Value> row = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                int kind = json ? random.nextInt(10) : 9;
                row.add(
                        switch (kind) {
                            case 0 -> new Value("", "null");
                            case 1 -> i == textColumn ? string("t", random) : new Value("-1.50E+7", "-1.50E+7");
                            case 2 ->
                                i == textColumn
                                        ? string("", random)
                                        : new Value("{\"a\":[1,\" , \"]}", "{ \"a\" : [ 1 ,\" , \"] }");
                            default -> string(word(random), random);
                        });
            }
            rows.add(row);
        }
        return new Table(List.copyOf(names), rows, textColumn);
    }

    private static String csvField(String text, char delimiter, Random random) {
        boolean must = text.chars().anyMatch(c -> c == delimiter || c == '"' || c == '\n' || c == '\r');
        return must || random.nextInt(4) == 0 ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }

    private static byte[] write(Table table, Format format, Random random) throws IOException {
        if (format == Format.PARQUET) {
            return ParquetFiles.write(
                    table.names(),
                    table.rows().stream()
                            .map(row -> row.stream().map(Value::text).toList())
                            .toList(),
                    random);
        }
        StringBuilder out = new StringBuilder(random.nextInt(4) == 0 ? "\ufeff" : "");
        String lineEnd = random.nextBoolean() ? "\n" : "\r\n";
        if (format == Format.JSONL) {
            for (List<Value> row : table.rows()) {
                out.append(object(table.names(), row)).append(lineEnd);
            }
        } else {
            char delimiter = format == Format.TSV ? '\t' : ',';
            List<List<String>> records = new ArrayList<>();
            records.add(table.names());
            table.rows()
                    .forEach(row -> records.add(row.stream().map(Value::text).toList()));
            for (List<String> cells : records) {
                String record = String.join(
                        String.valueOf(delimiter),
                        cells.stream()
                                .map(cell -> csvField(cell, delimiter, random))
                                .toList());
                out.append(record.isEmpty() ? "\"\"" : record).append(lineEnd);
            }
        }
        if (random.nextBoolean()) {
            out.setLength(out.length() - lineEnd.length());
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String object(List<String> names, List<Value> row) throws IOException {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        Utf8Writer writer = new Utf8Writer(keys);
        for (int i = 0; i < names.size(); i++) {
            writer.ascii(i == 0 ? '{' : ',');
            writer.json(names.get(i));
            writer.ascii(':');
            writer.text(row.get(i).json());
        }
        writer.ascii('}');
        writer.flush();
        return keys.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyValueComesBack(long seed, @TempDir Path folder) throws IOException {
        Random random = new Random(seed);
        for (Format in : Format.values()) {
            for (Format out : Format.values()) {
                String what = "seed " + seed + ", " + in + " to " + out;
                Table table = table(random, in == Format.JSONL);
                Path input = folder.resolve(what + " in" + ending(in, random));
                Path output = folder.resolve(what + " out" + ending(out, random));
                byte[] bytes = write(table, in, random);
                Files.write(input, in != Format.PARQUET && random.nextBoolean() ? Inputs.gzip(bytes) : bytes);
                InputOptions options = InputOptions.defaults()
                        .withTextColumn(table.names().get(table.textColumn()))
                        .withCompleteColumns(out != Format.JSONL);
                boolean stream = in != Format.PARQUET && random.nextBoolean();
                try (Source source = stream
                                ? Sources.open("-", options.withFormat(in), Files.newInputStream(input))
                                : Sources.open(input, options);
                        Sink sink = Sinks.open(output, OutputOptions.defaults(), source)) {
                    assertThat(source.columns()).as(what).isEqualTo(table.names());
                    assertThat(Inputs.pass(source, sink))
                            .as(what)
                            .isEqualTo(table.rows().size());
                }
                switch (out) {
                    case CSV, TSV -> checkCsv(what, table, out == Format.TSV ? '\t' : ',', text(output));
                    case JSONL -> checkJson(what, table, in == Format.JSONL, text(output));
                    case PARQUET -> checkParquet(what, table, output);
                }
            }
        }
    }

    private static String ending(Format format, Random random) {
        String ending = switch (format) {
            case CSV -> ".csv";
            case TSV -> ".tsv";
            case JSONL -> ".jsonl";
            case PARQUET -> ".parquet";
        };
        return format == Format.PARQUET || random.nextBoolean() ? ending : ending + ".gz";
    }

    private static String text(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        boolean gzip = bytes.length > 0 && bytes[0] == 0x1f;
        assertThat(gzip).isEqualTo(file.toString().endsWith(".gz"));
        try (InputStream in =
                gzip ? new GZIPInputStream(new ByteArrayInputStream(bytes)) : new ByteArrayInputStream(bytes)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void checkCsv(String what, Table table, char delimiter, String text) {
        List<List<String>> expected = new ArrayList<>();
        List<String> header = new ArrayList<>(table.names());
        header.addAll(List.of("label", "score", "error"));
        expected.add(header);
        for (List<Value> row : table.rows()) {
            List<String> cells = new ArrayList<>(row.stream().map(Value::text).toList());
            cells.addAll(results(row.get(table.textColumn())));
            expected.add(cells);
        }
        List<List<String>> actual = CsvReader.builder().fieldSeparator(delimiter).ofCsvRecord(text).stream()
                .map(CsvRecord::getFields)
                .toList();
        assertThat(actual).as(what).isEqualTo(expected);
    }

    /// Values of JSON that are not all of one kind are JSON in Parquet.
    private static void checkParquet(String what, Table table, Path file) throws IOException {
        List<Map<String, Object>> rows = ParquetFiles.read(file);
        assertThat(rows).as(what).hasSameSizeAs(table.rows());
        for (int r = 0; r < rows.size(); r++) {
            List<Value> row = table.rows().get(r);
            for (int i = 0; i < row.size(); i++) {
                String shown =
                        String.valueOf(rows.get(r).getOrDefault(table.names().get(i), ""));
                Value value = row.get(i);
                assertThat(shown)
                        .as("%s, row %d, %s", what, r, table.names().get(i))
                        .isIn(value.text(), value.json(), "-1.5E7");
            }
            List<String> results = results(row.get(table.textColumn()));
            List<String> names = List.of("label", "score", "error");
            for (int i = 0; i < names.size(); i++) {
                assertThat(String.valueOf(rows.get(r).getOrDefault(names.get(i), "")))
                        .as("%s, row %d, %s", what, r, names.get(i))
                        .isEqualTo(results.get(i));
            }
        }
    }

    private static void checkJson(String what, Table table, boolean json, String text) throws IOException {
        // Not String.lines(): a CR may stand where JSON allows none of ours, and must be found.
        String[] lines = text.isEmpty() ? new String[0] : text.split("\n", -1);
        assertThat(lines)
                .as(what)
                .hasSize(table.rows().isEmpty() ? 0 : table.rows().size() + 1);
        for (int r = 0; r < table.rows().size(); r++) {
            List<Value> row = table.rows().get(r);
            if (json) {
                String own = object(table.names(), row);
                assertThat(lines[r]).as(what).startsWith(own.substring(0, own.length() - 1) + ",\"label\":");
            }
            List<String> names = new ArrayList<>(table.names());
            List<String> values = new ArrayList<>(row.stream().map(Value::text).toList());
            List<String> results = results(row.get(table.textColumn()));
            names.addAll(List.of("label", "score"));
            values.addAll(results.subList(0, 2));
            if (!results.get(2).isEmpty()) {
                names.add("error");
                values.add(results.get(2));
            }
            read(what, lines[r], names, values);
        }
    }

    private static void read(String what, String line, List<String> names, List<String> values) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            for (int i = 0; i < names.size(); i++) {
                assertThat(parser.nextName()).as(what).isEqualTo(names.get(i));
                JsonToken token = parser.nextToken();
                if (token.isStructStart()) {
                    parser.skipChildren();
                } else {
                    String value = token == JsonToken.VALUE_NULL ? "" : parser.getString();
                    assertThat(value).as("%s, %s", what, names.get(i)).isEqualTo(values.get(i));
                }
            }
            assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
        }
    }
}
