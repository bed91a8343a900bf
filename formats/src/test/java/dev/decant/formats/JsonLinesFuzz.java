package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/// JSON Lines, the first byte saying how they are read: no error but a refused input; each value one of JSON; rows that
/// do not depend on how the bytes came; written and read again, the same keys and values; fit for each other format.
public final class JsonLinesFuzz {
    private JsonLinesFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        int choice = data[0];
        byte[] text = Arrays.copyOfRange(data, 1, data.length);
        InputOptions options = InputOptions.defaults()
                .withFormat(Format.JSONL)
                .withTextColumn("text")
                .withMaxRecordChars((choice & 1) != 0 ? 60 : 100_000)
                .withCompleteColumns((choice & 2) != 0);
        List<Row> rows;
        try (Source source = Sources.open("-", options, new ByteArrayInputStream(text))) {
            rows = Inputs.rest(source);
        } catch (DataException e) {
            Properties.needOneLine(e);
            return;
        }
        long line = 0;
        for (Row row : rows) {
            Properties.need(row.line() == ++line, "a line is no row");
            row.fields().values().forEach(Properties::needJson);
            List<String> names = row.fields().names();
            Properties.need(
                    row instanceof Row.Malformed || new HashSet<>(names).size() == names.size(), "a key comes twice");
        }
        if (Properties.holdsZeros(text)) {
            return; // Whether that is text is told from its first bytes, and those may be few.
        }
        try (Source source = Sources.open("-", options, Inputs.trickle(text, new Random(text.length), 3))) {
            Properties.need(
                    Inputs.briefs(Inputs.rest(source)).equals(Inputs.briefs(rows)), "rows depend on how bytes come");
        }
        Format other = (choice & 4) != 0 ? Format.PARQUET : Format.CSV;
        into(other, options.withCompleteColumns(true), text, OutputStream.nullOutputStream());
        again(options, text, rows);
    }

    private static boolean into(Format format, InputOptions options, byte[] text, OutputStream out) throws IOException {
        try (Source source = Sources.open("-", options, new ByteArrayInputStream(text));
                Sink sink = Sinks.open("-", OutputOptions.defaults().withFormat(format), source, out)) {
            Inputs.pass(source, sink);
            return true;
        } catch (DataException e) {
            Properties.needOneLine(e); // such as a column of ours
            return false;
        }
    }

    private static void again(InputOptions options, byte[] text, List<Row> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!into(Format.JSONL, options, text, out) || rows.isEmpty()) {
            return;
        }
        InputOptions plain = options.withCompleteColumns(false).withMaxRecordChars(1 << 20);
        try (Source source =
                Sources.open("-", plain.withTextColumn("label"), new ByteArrayInputStream(out.toByteArray()))) {
            List<Row> second = Inputs.rest(source);
            Properties.need(second.size() == rows.size(), "rows are lost");
            for (int i = 0; i < rows.size(); i++) {
                int size = rows.get(i).fields().size();
                if (rows.get(i) instanceof Row.Malformed) {
                    continue; // It may have a key twice, or one of ours.
                }
                Properties.need(
                        second.get(i)
                                .fields()
                                .names()
                                .subList(0, size)
                                .equals(rows.get(i).fields().names()),
                        "keys are changed");
                Properties.need(
                        second.get(i)
                                .fields()
                                .values()
                                .subList(0, size)
                                .equals(rows.get(i).fields().values()),
                        "values are changed");
            }
        }
    }
}
