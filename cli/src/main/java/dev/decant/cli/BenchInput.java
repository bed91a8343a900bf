package dev.decant.cli;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Source;
import dev.decant.formats.InputOptions;
import dev.decant.formats.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/// The texts that are compared, read once from whatever file they are in.
///
/// @param texts in input order
/// @param leftOut rows with nothing to label or not readable, which no approach is given
record BenchInput(List<String> texts, int leftOut) {
    /// All texts are held at once: a comparison of more would take days.
    private static final int MOST = 1_000_000;

    static BenchInput read(String input, InputOptions options, InputStream stdin) throws IOException {
        List<String> texts = new ArrayList<>();
        int leftOut = 0;
        try (Source source = Sources.open(input, options, stdin)) {
            for (Row row = source.next(); row != null; row = source.next()) {
                switch (row) {
                    case Row.Text text -> texts.add(text.text());
                    case Row.Blank blank -> leftOut++;
                    case Row.Malformed malformed -> leftOut++;
                }
                if (texts.size() > MOST) {
                    throw new DataException(
                            input + ": more than " + MOST + " texts to compare; take the first with --limit N");
                }
            }
        }
        if (texts.isEmpty()) {
            throw new DataException(input + ": no row has a text to label");
        }
        return new BenchInput(texts, leftOut);
    }
}
