package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Fields;
import dev.decant.data.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of a CSV or TSV input.
final class CsvSource extends TextSource {
    /// How many fields beyond the header a message can show.
    private static final int SHOWN_SURPLUS = 3;

    private final CsvRecords records;
    private final boolean header;
    private final List<String> columns;
    private final int textIndex;
    /// Whether the first record has been read already: it was asked how many columns there are.
    private boolean ahead;

    private CsvSource(
            InputLocation location,
            InputBytes bytes,
            InputOptions options,
            CsvRecords records,
            List<String> columns,
            int textIndex) {
        super(location, bytes, options.limit());
        this.records = records;
        this.header = options.header();
        this.columns = columns;
        this.textIndex = textIndex;
        this.ahead = !header;
    }

    static CsvSource open(InputLocation location, InputBytes bytes, Format format, InputOptions options)
            throws IOException {
        String name = location.name();
        CharWindow window =
                new CharWindow(bytes, Objects.requireNonNullElse(options.charset(), StandardCharsets.UTF_8), name);
        char delimiter = Objects.requireNonNullElse(options.delimiter(), format.delimiter());
        CsvRecords records = new CsvRecords(window, delimiter, options.maxRecordChars());
        List<String> columns = columns(records, name, options.header());
        String asked = options.textColumn();
        if (!options.header() && asked != null && !columns.contains(asked)) {
            throw new DataException(name + ": without a header --text takes a column's number, 1 to " + columns.size()
                    + ", not '" + asked + "'");
        }
        String text = ColumnNames.find(name, asked, columns);
        records.keep(columns.size() + SHOWN_SURPLUS);
        return new CsvSource(location, bytes, options, records, columns, columns.indexOf(text));
    }

    /// The columns that the first record names or, without a header, has. Empty lines before a header are no rows.
    private static List<String> columns(CsvRecords records, String name, boolean header) throws DataException {
        try {
            boolean some = records.next();
            while (some && header && records.blank()) {
                some = records.next();
            }
            if (!some) {
                throw new DataException(name + (header ? ": is empty, without even a header" : ": is empty"));
            }
        } catch (IOException e) {
            throw unreadable(name, 0, e);
        }
        String problem = records.problem();
        if (header && problem != null) {
            throw new DataException(name + ": the header cannot be read: line " + records.line() + ": " + problem);
        }
        if (header && records.damaged()) {
            throw new DataException(
                    name + ": the header cannot be read: " + undecodable(records.line(), records.charset()));
        }
        if (records.count() > CsvRecords.MAX_COLUMNS) {
            throw new DataException(name + ": has " + records.count() + " columns; " + CsvRecords.MAX_COLUMNS
                    + " are the most that can be read");
        }
        if (header) {
            return Collections.unmodifiableList(records.cells(records.count()));
        }
        List<String> numbers = new ArrayList<>();
        for (int i = 1; i <= Math.max(1, records.count()); i++) {
            numbers.add(Integer.toString(i));
        }
        return List.copyOf(numbers);
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    boolean named() {
        return header;
    }

    @Override
    boolean complete() {
        return true;
    }

    @Override
    void reserve(Set<String> names) {
        // The header is the whole truth: who asks has looked at it.
    }

    @Override
    long line() {
        return records.line();
    }

    @Override
    @Nullable
    Row read(long index) throws IOException {
        if (ahead) {
            ahead = false;
        } else if (!records.next()) {
            return null;
        }
        int width = columns.size();
        long line = records.line();
        Fields fields = new Fields(columns, records.cells(width), Fields.Encoding.TEXT);
        String problem = records.problem();
        if (problem != null) {
            return new Row.Malformed(index, line, fields, "line " + line + ": " + problem);
        }
        if (records.damaged()) {
            return new Row.Malformed(index, line, fields, undecodable(line, records.charset()));
        }
        if (records.count() > width) {
            return new Row.Malformed(index, line, fields, surplus(line, width));
        }
        if (records.blank()) {
            return new Row.Blank(index, line, fields, "empty row");
        }
        if (records.count() <= textIndex) {
            return new Row.Blank(index, line, fields, "no text");
        }
        String text = fields.values().get(textIndex);
        return Texts.blank(text)
                ? new Row.Blank(index, line, fields, "empty text")
                : new Row.Text(index, line, fields, text);
    }

    private String surplus(long line, int width) {
        int count = records.count();
        StringBuilder message = new StringBuilder("line ").append(line).append(": ");
        message.append(count).append(" fields, the ").append(header ? "header" : "first record");
        message.append(" has ").append(width).append("; too many: ");
        int shown = Math.min(count, width + SHOWN_SURPLUS);
        for (int i = width; i < shown; i++) {
            message.append(i > width ? ", " : "").append(Texts.excerpt(records.cell(i)));
        }
        return message.append(count > shown ? ", ..." : "").toString();
    }

    @Override
    public void close() throws IOException {
        records.close();
        super.close();
    }
}
