package dev.decant.formats;

import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes CSV or TSV: the input's columns, then ours, in UTF-8 without a byte order mark, lines ending in LF.
final class CsvSink extends TextSink {
    private final ResultColumns results;
    private final char delimiter;
    private final boolean safe;
    private final List<String> columns;
    private final Map<String, Integer> places = new HashMap<>();
    private final @Nullable String[] cells;

    /// Where the columns' values stand in the fields of the names seen last; -1: they have none.
    private int[] order = new int[0];

    private @Nullable List<String> ordered;

    /// @param safe whether no cell may be a formula to a spreadsheet
    /// @param header whether a first record names the columns
    CsvSink(
            OutputTarget target,
            ResultColumns results,
            char delimiter,
            boolean safe,
            List<String> columns,
            boolean header)
            throws IOException {
        super(target);
        this.results = results;
        this.delimiter = delimiter;
        this.safe = safe;
        this.columns = columns;
        cells = new @Nullable String[results.names().size()];
        for (int i = 0; i < columns.size(); i++) {
            places.putIfAbsent(columns.get(i), i);
        }
        if (header) {
            for (String column : columns) {
                cell(column);
                out.ascii(delimiter);
            }
            for (String column : results.names()) {
                cell(column);
                out.ascii(delimiter);
            }
            cell(results.error());
            out.ascii('\n');
        }
    }

    private void cell(String text) throws IOException {
        out.csv(safe ? Formulas.neutral(text, delimiter) : text, delimiter);
    }

    @Override
    public void write(Row row, Outcome outcome) throws IOException {
        fields(row.fields());
        results.fill(outcome, cells);
        for (String cell : cells) {
            if (cell != null) {
                cell(cell);
            }
            out.ascii(delimiter);
        }
        String error = ResultColumns.errorOf(outcome);
        if (error != null) {
            cell(error);
        }
        out.ascii('\n');
    }

    private void fields(Fields fields) throws IOException {
        List<String> names = fields.names();
        List<String> values = fields.values();
        boolean json = fields.encoding() == Fields.Encoding.JSON;
        order(names);
        for (int i = 0; i < columns.size(); i++) {
            int place = order[i];
            if (place >= 0) {
                String value = values.get(place);
                cell(json ? Json.plain(value) : value);
            }
            out.ascii(delimiter);
        }
    }

    @SuppressWarnings("ReferenceEquality") // rows share their list of names: the list seen last, or look again
    private void order(List<String> names) {
        if (names == ordered) {
            return;
        }
        ordered = names;
        order = new int[columns.size()];
        Arrays.fill(order, -1);
        if (names.equals(columns)) {
            Arrays.setAll(order, i -> i);
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            Integer place = places.get(names.get(i));
            if (place != null) {
                order[place] = i;
            }
        }
    }
}
