package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// CSV, the first byte saying how it is read: no error but a refused input; every byte read; rows that do not depend on
/// how the bytes came; no record longer than allowed; written and read again, the same cells.
public final class CsvFuzz {
    private static final char[] DELIMITERS = {',', ';', '\t', '|'};

    private CsvFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        int choice = data[0];
        boolean header = (choice & 1) != 0;
        char delimiter = DELIMITERS[(choice >> 1) & 3];
        int longest = (choice & 8) != 0 ? 40 : 100_000;
        byte[] rest = Arrays.copyOfRange(data, 1, data.length);
        byte[] first = header ? ("text" + delimiter + "b\n").getBytes(StandardCharsets.UTF_8) : new byte[0];
        byte[] text = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, text, first.length, rest.length);
        InputOptions options = InputOptions.defaults()
                .withFormat(Format.CSV)
                .withDelimiter(delimiter)
                .withHeader(header)
                .withTextColumn(header ? "text" : "1")
                .withMaxRecordChars(longest);
        List<Row> rows;
        try (Source source = Sources.open("-", options, new ByteArrayInputStream(text))) {
            rows = Inputs.rest(source);
            boolean gzip = text.length > 1 && text[0] == 0x1f && text[1] == (byte) 0x8b;
            Properties.need(gzip || source.progress().bytesRead() == text.length, "bytes are left over");
        } catch (DataException e) {
            Properties.needOneLine(e);
            return;
        }
        long line = 0;
        for (Row row : rows) {
            Properties.need(row.line() > line, "lines go on");
            line = row.line();
            for (String value : row.fields().values()) {
                Properties.need(value.length() <= longest, "a record is longer than allowed");
            }
        }
        if (Properties.holdsZeros(text)) {
            return; // Whether that is text is told from its first bytes, and those may be few.
        }
        InputStream trickle = Inputs.trickle(text, new Random(text.length), 3);
        try (Source source = Sources.open("-", options, trickle)) {
            Properties.need(
                    Inputs.briefs(Inputs.rest(source)).equals(Inputs.briefs(rows)), "rows depend on how bytes come");
        }
        again(options, text, rows);
    }

    private static void again(InputOptions options, byte[] text, List<Row> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Source source = Sources.open("-", options, new ByteArrayInputStream(text));
                var sink = Sinks.open("-", OutputOptions.defaults(), source, out)) {
            Inputs.pass(source, sink);
        }
        byte[] written = out.toByteArray();
        if (written.length == 0 || new String(written, StandardCharsets.UTF_8).startsWith("\ufeff")) {
            return; // A mark at the beginning of the first cell is one of the file now.
        }
        InputOptions plain = options.withDelimiter(',').withMaxRecordChars(1 << 20);
        try (Source source = Sources.open("-", plain, new ByteArrayInputStream(written))) {
            List<Row> second = Inputs.rest(source);
            Properties.need(second.size() == rows.size(), "rows are lost");
            for (int i = 0; i < rows.size(); i++) {
                List<String> cells = rows.get(i).fields().values();
                List<String> now = second.get(i).fields().values();
                Properties.need(now.size() == cells.size() + 3, "cells are lost");
                Properties.need(now.subList(0, cells.size()).equals(cells), "cells are changed");
            }
        }
    }
}
