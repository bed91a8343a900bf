package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of a JSON Lines input.
///
/// Its columns are the keys of all records where an output needs a header and the input is a file, which is then read
/// twice; otherwise those of its first records.
final class JsonLinesSource extends TextSource {
    /// How many records, and characters of them, are looked at before the first row.
    static final int PEEKED_RECORDS = 1000;

    private static final int PEEKED_CHARS = 1 << 20;
    /// All different keys are kept: a bound on their characters, beside that on their number.
    private static final int MOST_KEY_CHARS = 1 << 22;

    private final InputLocation location;
    private final InputOptions options;
    private final JsonLines lines;
    private final Queue<JsonLines.Line> ahead = new ArrayDeque<>();
    private final boolean complete;
    private List<String> columns = List.of();
    private Set<String> known = Set.of();
    private Set<String> reserved = Set.of();
    private @Nullable JsonTypes types;
    private String text = "";

    /// What is true of all records with this list of names: most have the same.
    private @Nullable List<String> judged;

    private @Nullable String verdict;
    private int textIndex = -1;

    private JsonLinesSource(
            InputLocation location, InputBytes bytes, InputOptions options, JsonLines lines, boolean complete) {
        super(location, bytes, options.limit());
        this.location = location;
        this.options = options;
        this.lines = lines;
        this.complete = complete;
    }

    static JsonLinesSource open(InputLocation location, InputBytes bytes, InputOptions options) throws IOException {
        String name = location.name();
        if (options.delimiter() != null) {
            throw new DataException(name + ": --delimiter is for CSV, and this is read as JSON Lines");
        }
        if (!options.header()) {
            throw new DataException(name + ": --no-header is for CSV, and this is read as JSON Lines");
        }
        Found found = new Found(name);
        boolean twice = options.completeColumns() && location.rereadable();
        if (twice) {
            readOnce(location, options, found::add);
        }
        JsonLinesSource source =
                new JsonLinesSource(location, bytes, options, lines(bytes, options, name), options.completeColumns());
        if (!twice) {
            source.peek(found, options);
        }
        source.columns = found.columns();
        source.known = found.keys;
        source.text = ColumnNames.find(name, options.textColumn(), source.columns);
        return source;
    }

    private static JsonLines lines(InputBytes bytes, InputOptions options, String name) throws IOException {
        CharWindow window =
                new CharWindow(bytes, Objects.requireNonNullElse(options.charset(), StandardCharsets.UTF_8), name);
        return new JsonLines(window, options.maxRecordChars());
    }

    /// Takes a line that is read ahead of the rows.
    private interface Look {
        void at(JsonLines.Line line) throws DataException;
    }

    /// Reads the whole file, ahead of its rows.
    private static void readOnce(InputLocation location, InputOptions options, Look look) throws IOException {
        try (InputBytes bytes = location.open();
                JsonLines lines = lines(bytes, options, location.name())) {
            long left = options.limit() < 0 ? Long.MAX_VALUE : Math.max(1, options.limit());
            JsonLines.Line line = next(lines, look);
            while (line != null && --left > 0) {
                line = next(lines, look);
            }
        }
    }

    private static JsonLines.@Nullable Line next(JsonLines lines, Look look) throws IOException {
        JsonLines.Line line;
        try {
            line = lines.next();
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            // A file that breaks off: the rows before that are read all the same, and then it is told.
            if (lines.line() == 0) {
                throw e;
            }
            return null;
        }
        if (line != null) {
            look.at(line);
        }
        return line;
    }

    private void peek(Found found, InputOptions options) throws IOException {
        long most = options.limit() < 0 ? PEEKED_RECORDS : Math.clamp(options.limit(), 1, PEEKED_RECORDS);
        long chars = 0;
        while (ahead.size() < most && chars < PEEKED_CHARS) {
            JsonLines.Line line = next(lines, found::add);
            if (line == null) {
                return;
            }
            ahead.add(line);
            chars += line.length();
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    /// The kinds of the values under each key, as the records say that the columns come from; to be called before the
    /// first row is read. A later record that does not fit is malformed.
    JsonTypes types() throws IOException {
        JsonTypes found = new JsonTypes();
        if (location.rereadable()) {
            readOnce(location, options, line -> addTo(found, line));
        } else {
            ahead.forEach(line -> addTo(found, line));
        }
        types = found;
        return found;
    }

    private static void addTo(JsonTypes found, JsonLines.Line line) {
        if (line.problem() == null) {
            found.add(line.fields());
        }
    }

    @Override
    boolean named() {
        return true;
    }

    @Override
    boolean complete() {
        return complete;
    }

    @Override
    void reserve(Set<String> names) {
        reserved = Set.copyOf(names);
        judged = null;
    }

    @Override
    long line() {
        return lines.line();
    }

    @Override
    @Nullable
    Row read(long index) throws IOException {
        JsonLines.Line line = ahead.isEmpty() ? lines.next() : ahead.remove();
        if (line == null) {
            return null;
        }
        Fields fields = line.fields();
        if (line.problem() != null) {
            return new Row.Malformed(index, line.line(), fields, line.problem());
        }
        if (line.blank()) {
            return new Row.Blank(index, line.line(), Fields.NONE, "empty row");
        }
        judge(fields.names());
        if (verdict != null) {
            return new Row.Malformed(index, line.line(), fields, "line " + line.line() + ": " + verdict);
        }
        String misfit = types == null ? null : types.misfit(fields);
        if (misfit != null) {
            return new Row.Malformed(
                    index,
                    line.line(),
                    fields,
                    "line " + line.line() + ": the value of '" + misfit + "' is of another type than in the records"
                            + " that were looked at for the output's schema; write JSON Lines (--output-format jsonl)");
        }
        String value = textIndex < 0 ? "null" : fields.values().get(textIndex);
        return switch (value.charAt(0)) {
            case '"' -> {
                String characters = Json.characters(value);
                yield Texts.blank(characters)
                        ? new Row.Blank(index, line.line(), fields, "empty text")
                        : new Row.Text(index, line.line(), fields, characters);
            }
            case 'n' -> new Row.Blank(index, line.line(), fields, "no text");
            default ->
                new Row.Malformed(
                        index,
                        line.line(),
                        fields,
                        "line " + line.line() + ": the text '" + text + "' is " + kind(value) + ", not a string");
        };
    }

    /// Looks at a list of names: whether it may be, and where in it the text is.
    @SuppressWarnings("ReferenceEquality") // rows share their list of names: the list seen last, or look again
    private void judge(List<String> names) {
        if (names == judged) {
            return;
        }
        judged = names;
        textIndex = names.indexOf(text);
        verdict = null;
        for (String name : names) {
            if (reserved.contains(name)) {
                verdict = "has a key '" + name + "' of its own, which the records before it had not and which would be"
                        + " written twice; see --output-prefix";
            } else if (complete && !known.contains(name)) {
                verdict = "has the key '" + name + "', which is not in the records that were looked at for the"
                        + " output's header; write JSON Lines (--output-format jsonl), which needs none";
            }
        }
    }

    private static String kind(String value) {
        return switch (value.charAt(0)) {
            case '{' -> "an object";
            case '[' -> "an array";
            case 't', 'f' -> "true or false";
            default -> "a number";
        };
    }

    @Override
    public void close() throws IOException {
        lines.close();
        super.close();
    }

    /// The keys that were found in an input, in the order of their first appearance.
    private static final class Found {
        private final String input;
        private final SequencedSet<String> keys = new LinkedHashSet<>();
        private List<String> last = List.of();
        private @Nullable String problem;
        private boolean objects;
        private long records;
        private long chars;

        Found(String input) {
            this.input = input;
        }

        @SuppressWarnings("ReferenceEquality") // as above
        void add(JsonLines.Line line) throws DataException {
            records++;
            if (!objects && problem == null && line.first() == '[') {
                throw new DataException(input + ": this is a JSON array, not JSON Lines (one object on each line);"
                        + " convert it by: jq -c '.[]'");
            }
            if (line.problem() != null) {
                problem = problem == null ? line.problem() : problem;
                return;
            }
            if (line.blank()) {
                return;
            }
            objects = true;
            List<String> names = line.fields().names();
            if (names == last) {
                return;
            }
            last = names;
            for (String name : names) {
                if (keys.add(name)) {
                    chars += name.length();
                }
            }
            if (keys.size() > CsvRecords.MAX_COLUMNS || chars > MOST_KEY_CHARS) {
                throw new DataException(input + ": its records have more than " + CsvRecords.MAX_COLUMNS
                        + " different keys, or keys of more than " + MOST_KEY_CHARS + " characters in all");
            }
        }

        List<String> columns() throws DataException {
            if (records == 0) {
                throw new DataException(input + ": is empty");
            }
            if (!objects) {
                String why = problem == null ? "all lines are empty" : problem;
                throw new DataException(
                        input + ": no record of it is a JSON object on a line of its own (" + why + ")");
            }
            return List.copyOf(keys);
        }
    }
}
