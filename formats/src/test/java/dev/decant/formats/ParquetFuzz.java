package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A Parquet file: no error but a refused input, at its beginning or on the way; each value one of JSON; what could be
/// read can be written again.
public final class ParquetFuzz {
    /// A file may say that it has any number of rows, of which none takes a byte.
    private static final int LIMIT = 3000;

    private static final Path FILE = file();

    private ParquetFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("fuzz", ".parquet");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        Files.write(FILE, data);
        InputOptions options = InputOptions.defaults().withTextColumn("text").withLimit(LIMIT);
        OutputOptions output =
                OutputOptions.defaults().withFormat(Format.PARQUET).withPrefix("ours_");
        try (Source source = Sources.open(FILE, options);
                Sink sink = Sinks.open("-", output, source, OutputStream.nullOutputStream())) {
            for (Row row = source.next(); row != null; row = source.next()) {
                row.fields().values().forEach(Properties::needJson);
                sink.write(row, Inputs.outcome(row));
            }
            sink.finish();
        } catch (DataException e) {
            Properties.needOneLine(e);
        }
    }
}
