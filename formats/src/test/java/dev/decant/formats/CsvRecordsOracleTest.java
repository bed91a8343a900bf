package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The fast reader against a plain one, over random text that breaks the rules as often as not, read in small pieces;
/// and against another library where the text is sound.
class CsvRecordsOracleTest {
    private static final String[] ALPHABET = {"a", "b", ",", ",", "\"", "\"", "\n", "\r\n", "\r", " ", "é", "😀"};

    static long[] seeds() {
        return Inputs.seeds(60).toArray();
    }

    /// A record in short: its line and its fields, or what is wrong with it.
    private static List<String> read(byte[] bytes, Random random, int most) throws IOException {
        InputBytes input = new InputBytes(Inputs.trickle(bytes, random, most), -1);
        List<String> result = new ArrayList<>();
        try (CsvRecords records = new CsvRecords(
                new CharWindow(input, StandardCharsets.UTF_8, "test"), ',', InputOptions.DEFAULT_MAX_RECORD_CHARS)) {
            while (records.next()) {
                String fields = records.problem() != null
                        ? "problem"
                        : records.cells(records.count()) + (records.blank() ? " blank" : "");
                result.add(records.line() + " " + fields);
            }
        }
        return result;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsWhatAPlainReaderReads(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(40);
            for (int i = 0; i < length; i++) {
                text.append(ALPHABET[random.nextInt(ALPHABET.length)]);
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            assertThat(read(bytes, random, 1 + random.nextInt(8)))
                    .as("seed %d, round %d, text %s", seed, round, text)
                    .isEqualTo(plain(text.toString()));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void readsSoundTextAsFastCsvDoes(long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int rows = random.nextInt(300);
        for (int i = 0; i < rows; i++) {
            int fields = 1 + random.nextInt(5);
            for (int f = 0; f < fields; f++) {
                boolean quoted = random.nextBoolean();
                StringBuilder field = new StringBuilder();
                int length = random.nextInt(10) == 0 ? random.nextInt(3000) : random.nextInt(6);
                for (int k = 0; k < length; k++) {
                    String c = ALPHABET[random.nextInt(ALPHABET.length)];
                    boolean special = c.equals(",") || c.equals("\"") || c.contains("\n") || c.contains("\r");
                    field.append(quoted || !special ? c : "x");
                }
                text.append(f == 0 ? "" : ",");
                text.append(quoted ? "\"" + field.toString().replace("\"", "\"\"") + "\"" : field);
            }
            text.append(random.nextBoolean() ? "\r\n" : "\n");
        }
        List<String> expected = new ArrayList<>();
        for (CsvRecord csv : CsvReader.builder()
                .skipEmptyLines(false)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(text.toString())) {
            List<String> fields = csv.getFields();
            boolean line = fields.size() == 1 && fields.getFirst().isEmpty();
            expected.add(csv.getStartingLineNumber() + " " + fields + (line ? "?" : ""));
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        // Only we tell an empty line from an empty field in quotes.
        List<String> actual = read(bytes, random, 1 + random.nextInt(5000)).stream()
                .map(row -> row.endsWith(" []") ? row + "?" : row.replace(" [] blank", " []?"))
                .toList();
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
    }

    /// The rules, read from the whole text, one character after the other.
    private static List<String> plain(String text) {
        List<String> result = new ArrayList<>();
        int from = 0;
        int line = 1;
        while (from < text.length()) {
            List<String> fields = new ArrayList<>();
            int at = from;
            boolean problem = false;
            while (true) {
                StringBuilder field = new StringBuilder();
                if (at < text.length() && text.charAt(at) == '"') {
                    at++;
                    while (true) {
                        if (at == text.length()) {
                            problem = true;
                            break;
                        }
                        char c = text.charAt(at++);
                        if (c != '"') {
                            field.append(c);
                        } else if (at < text.length() && text.charAt(at) == '"') {
                            field.append('"');
                            at++;
                        } else {
                            break;
                        }
                    }
                    problem |= at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0;
                } else {
                    while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
                        field.append(text.charAt(at++));
                    }
                }
                fields.add(field.toString());
                if (problem || at == text.length() || text.charAt(at) != ',') {
                    break;
                }
                at++;
            }
            boolean blank = at == from;
            if (problem) {
                at = from;
                while (at < text.length() && "\r\n".indexOf(text.charAt(at)) < 0) {
                    at++;
                }
            }
            result.add(line + " " + (problem ? "problem" : fields + (blank ? " blank" : "")));
            at = afterLineEnd(text, at);
            line += lineEnds(text.substring(from, at));
            from = at;
        }
        return result;
    }

    private static int afterLineEnd(String text, int at) {
        if (text.startsWith("\r\n", at)) {
            return at + 2;
        }
        return Math.min(at + 1, text.length());
    }

    private static int lineEnds(String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        return (int) lines.chars().filter(c -> c == '\n').count();
    }
}
