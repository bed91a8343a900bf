package dev.decant.cli;

import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The sink of a run without an output: a table of the first rows for the terminal; the others are only counted.
final class Preview implements Sink {
    private static final int ROWS = 10;
    private static final int TEXT_WIDTH = 60;

    private final PrintStream out;
    private final List<String[]> lines = new ArrayList<>();

    Preview(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(Row row, Outcome outcome) {
        if (lines.size() == ROWS) {
            return;
        }
        String text = row instanceof Row.Text t ? shorten(t.text()) : "";
        lines.add(
                switch (outcome) {
                    case Outcome.Scored scored -> {
                        LabelScore best = scored.best();
                        yield new String[] {
                            Long.toString(row.index() + 1),
                            best.label(),
                            String.format(Locale.ROOT, "%.4f", best.score()),
                            text
                        };
                    }
                    case Outcome.Failed failed ->
                        new String[] {Long.toString(row.index() + 1), "-", "", "failed: " + shorten(failed.message())};
                    case Outcome.Skipped skipped ->
                        new String[] {Long.toString(row.index() + 1), "-", "", "skipped: " + skipped.reason()};
                });
    }

    private static String shorten(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        if (line.codePointCount(0, line.length()) <= TEXT_WIDTH) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, TEXT_WIDTH - 1)) + "…";
    }

    @Override
    public void commit() {}

    @Override
    public void finish() {}

    /// Prints the table, once.
    @Override
    public void close() {
        if (lines.isEmpty()) {
            return; // Nothing to show, or shown before.
        }
        lines.addFirst(new String[] {"row", "label", "score", "text"});
        int row = width(0);
        int label = width(1);
        for (String[] line : lines) {
            out.printf(Locale.ROOT, "%" + row + "s  %-" + label + "s  %6s  %s%n", (Object[]) line);
        }
        out.println();
        lines.clear();
    }

    private int width(int column) {
        return lines.stream().mapToInt(line -> line[column].length()).max().orElse(1);
    }
}
