package dev.decant.formats;

import dev.decant.data.Fields;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes JSON Lines: each record's own keys, then ours. JSON values are written as they were read, CSV values as
/// strings. A row without a label has `null` there and says why in `error`, a key that other rows do not have.
final class JsonLinesSink extends TextSink {
    private final ResultColumns results;
    private final Set<String> ours;
    private final @Nullable String[] cells;

    private @Nullable List<String> judged;
    /// Which of our names the record has itself; they are left to it.
    private Set<String> theirs = Set.of();

    JsonLinesSink(OutputTarget target, ResultColumns results) {
        super(target);
        this.results = results;
        ours = Set.copyOf(results.all());
        cells = new @Nullable String[results.names().size()];
    }

    @Override
    public void write(Row row, Outcome outcome) throws IOException {
        Fields fields = row.fields();
        judge(fields.names());
        boolean json = fields.encoding() == Fields.Encoding.JSON;
        char before = '{';
        for (int i = 0; i < fields.size(); i++) {
            key(before, fields.names().get(i));
            before = ',';
            if (json) {
                out.text(fields.values().get(i));
            } else {
                out.json(fields.values().get(i));
            }
        }
        results.fill(outcome, cells);
        List<String> names = results.names();
        for (int i = 0; i < cells.length; i++) {
            if (theirs.contains(names.get(i))) {
                continue;
            }
            key(before, names.get(i));
            before = ',';
            String cell = cells[i];
            if (cell == null) {
                out.text("null");
            } else if (results.isLabel(i)) {
                out.json(cell);
            } else {
                out.text(cell);
            }
        }
        String error = ResultColumns.errorOf(outcome);
        if (error != null && !theirs.contains(results.error())) {
            key(before, results.error());
            before = ',';
            out.json(error);
        }
        out.text(before == '{' ? "{}\n" : "}\n");
    }

    private void key(char before, String name) throws IOException {
        out.ascii(before);
        out.json(name);
        out.ascii(':');
    }

    @SuppressWarnings("ReferenceEquality") // rows share their list of names: the list seen last, or look again
    private void judge(List<String> names) {
        if (names == judged) {
            return;
        }
        judged = names;
        Set<String> both = new HashSet<>(names);
        both.retainAll(ours);
        theirs = both;
    }
}
