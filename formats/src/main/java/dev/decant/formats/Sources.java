package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// Opens inputs: CSV, TSV and JSON Lines, plain or in gzip (known by its first bytes, whatever the name), and Parquet.
///
/// What the rows are:
///
/// - A record with fewer fields than the header has is filled up with empty ones. One with more is malformed; its first
///   fields are kept.
/// - A blank text is skipped as `empty text`, an absent or null one as `no text`, an empty line as `empty row`. All
///   are rows of their own, so that output and input stay aligned.
/// - A record that breaks its format, that is longer than the bound, or that holds bytes which are not valid in the
///   charset is [dev.decant.data.Row.Malformed], with its line; the records around it are not touched. A CSV record
///   that breaks off (text after a closing quote, a quote never closed) ends with the line it began on.
/// - A JSON Lines record is malformed where its line is not one JSON object, where a key is in it twice, and where the
///   text is no string.
///
/// - A Parquet record is malformed where its text is not valid UTF-8. A page that cannot be read ends the input there:
///   what the rows behind it are is not known.
///
/// Memory is bounded by the longest record, and for Parquet by a page of each column.
public final class Sources {
    private Sources() {}

    /// Opens a file.
    ///
    /// @throws DataException where it cannot be used: absent, empty, binary, without the text column
    public static Source open(Path file, InputOptions options) throws IOException {
        return open(new InputLocation(file.toString(), file, InputStream.nullInputStream()), options);
    }

    /// Reads a stream; it is not closed with the source.
    ///
    /// @param name what messages call it
    /// @param options they say the format
    /// @throws DataException where it cannot be used: empty, binary, without the text column
    public static Source open(InputStream in, String name, InputOptions options) throws IOException {
        return open(new InputLocation(name, null, in), options);
    }

    /// Opens a file by its name, or the standard input by `-`.
    ///
    /// @param stdin the standard input; it is not closed with the source
    /// @throws DataException where it cannot be used: absent, empty, binary, without the text column
    public static Source open(String input, InputOptions options, InputStream stdin) throws IOException {
        return open(InputLocation.of(input, stdin), options);
    }

    private static Source open(InputLocation location, InputOptions options) throws IOException {
        Format format = options.formatOf(location.path() == null ? Format.STANDARD_STREAM : location.name());
        InputBytes bytes = location.open();
        try {
            return switch (format) {
                case CSV, TSV -> CsvSource.open(location, bytes, format, options);
                case JSONL -> JsonLinesSource.open(location, bytes, options);
                case PARQUET -> ParquetSource.open(location, bytes, options);
            };
        } catch (IOException e) {
            bytes.close();
            throw TextSource.unreadable(location.name(), 0, e);
        } catch (RuntimeException e) {
            bytes.close();
            throw e;
        }
    }
}
