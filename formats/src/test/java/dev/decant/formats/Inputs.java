package dev.decant.formats;

import dev.decant.data.Fields;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.zip.GZIPOutputStream;

/// What the tests here feed and read with.
final class Inputs {
    private Inputs() {}

    /// The seeds of a random test: that of `decant.seed`, or as many as asked.
    static LongStream seeds(int count) {
        Long given = Long.getLong("decant.seed");
        return given == null ? LongStream.rangeClosed(1, count) : LongStream.of(given);
    }

    static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A stream that hands out a few bytes at a time.
    static InputStream trickle(byte[] bytes, Random random, int most) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                return super.read(target, offset, Math.min(length, 1 + random.nextInt(most)));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    static InputOptions csv(String textColumn) {
        return InputOptions.defaults().withFormat(Format.CSV).withTextColumn(textColumn);
    }

    static InputOptions jsonl(String textColumn) {
        return InputOptions.defaults()
                .withFormat(Format.JSONL)
                .withTextColumn(textColumn)
                .withCompleteColumns(false);
    }

    static Source open(String text, InputOptions options) throws IOException {
        return Sources.open("-", options, stream(text));
    }

    static List<Row> rows(String text, InputOptions options) throws IOException {
        return rows(stream(text), options);
    }

    static List<Row> rows(InputStream stdin, InputOptions options) throws IOException {
        try (Source source = Sources.open("-", options, stdin)) {
            return rest(source);
        }
    }

    static List<Row> rest(Source source) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Row row = source.next(); row != null; row = source.next()) {
            assertNumber(row, rows.size());
            rows.add(row);
        }
        return rows;
    }

    private static void assertNumber(Row row, int index) {
        if (row.index() != index) {
            throw new AssertionError("row " + index + " has the number " + row.index());
        }
    }

    /// A row in short: what it is, its line, and what it says.
    static String brief(Row row) {
        return switch (row) {
            case Row.Text text -> text.line() + " text " + text.text();
            case Row.Blank blank -> blank.line() + " blank " + blank.reason();
            case Row.Malformed malformed -> malformed.line() + " malformed " + malformed.message();
        };
    }

    static List<String> briefs(List<Row> rows) {
        return rows.stream().map(Inputs::brief).toList();
    }

    /// The values of each row, as they stand in its fields.
    static List<List<String>> cells(List<Row> rows) {
        return rows.stream()
                .map(Row::fields)
                .map(Fields::values)
                .map(values -> (List<String>) new ArrayList<>(values))
                .toList();
    }

    /// An answer that depends on the row alone.
    static Outcome outcome(Row row) {
        return switch (row) {
            case Row.Text text -> {
                float score = 0.5f + text.text().length() % 50 / 100f;
                yield scored(
                        new LabelScore(text.text().length() % 2 == 0 ? "EVEN" : "ODD", score),
                        new LabelScore("OTHER", 1 - score));
            }
            case Row.Blank blank -> new Outcome.Skipped(blank.reason());
            case Row.Malformed malformed -> new Outcome.Failed(Outcome.Kind.MALFORMED_RECORD, malformed.message());
        };
    }

    static Outcome.Scored scored(LabelScore... scores) {
        return new Outcome.Scored(List.of(scores), false);
    }

    /// Takes every row of a source to a sink and finishes it. The number of rows.
    static int pass(Source source, Sink sink) throws IOException {
        int rows = 0;
        for (Row row = source.next(); row != null; row = source.next()) {
            sink.write(row, outcome(row));
            if (++rows % 7 == 0) {
                sink.commit();
            }
        }
        sink.finish();
        return rows;
    }

    /// What comes out of the standard output for a text on the standard input.
    static String convert(String text, InputOptions in, OutputOptions out) throws IOException {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        try (Source source = open(text, in);
                Sink sink = Sinks.open("-", out, source, stdout)) {
            pass(source, sink);
        }
        return stdout.toString(StandardCharsets.UTF_8);
    }
}
