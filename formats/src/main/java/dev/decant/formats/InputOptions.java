package dev.decant.formats;

import dev.decant.data.DataException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/// How an input is to be read. Immutable; start from [#defaults()].
///
/// @param format the format, or null: what the name ends in
/// @param textColumn the column (CSV: in the header; JSON Lines: the key) that holds the text; a column's number from
///     1 where there is no header; null: the only column there is
/// @param delimiter the character between the fields of a CSV file, or null: `,` for CSV, a tab for TSV
/// @param charset the encoding, or null: UTF-8. A byte order mark (UTF-8, UTF-16, UTF-32) at the beginning has the
///     last word and is skipped
/// @param header whether the first record of a CSV file names the columns; without it they are called `1`, `2`, ...
/// @param limit how many records are read at most; -1: all
/// @param completeColumns whether all columns must be known before the first row, as they must for an output with
///     a header. Matters for JSON Lines: a file is then read twice; of a stream the first records (1,000 at most) say
///     the columns and a later record with another key is malformed
/// @param maxRecordChars the longest record, in UTF-16 units; a longer one is malformed, alone. It bounds the memory
///     a source takes: 16 bytes for each at most
public record InputOptions(
        @Nullable Format format,
        @Nullable String textColumn,
        @Nullable Character delimiter,
        @Nullable Charset charset,
        boolean header,
        long limit,
        boolean completeColumns,
        int maxRecordChars) {

    /// The longest record where no option says another: 16 Mi characters, less in a small heap (a 32nd of it).
    public static final int DEFAULT_MAX_RECORD_CHARS =
            (int) Math.clamp(Runtime.getRuntime().maxMemory() / 32, 1L << 16, 1L << 24);

    public InputOptions {
        if (delimiter != null) {
            Format.checkDelimiter(delimiter);
        }
        if (limit < -1) {
            throw new IllegalArgumentException("--limit: a number of records from 0, not " + limit);
        }
        if (maxRecordChars < 1 || maxRecordChars > 1 << 28) {
            throw new IllegalArgumentException(
                    "the longest record has 1 to " + (1 << 28) + " characters, not " + maxRecordChars);
        }
    }

    /// Format by name, UTF-8, with a header, no limit, columns complete up front.
    public static InputOptions defaults() {
        return new InputOptions(null, null, null, null, true, -1, true, DEFAULT_MAX_RECORD_CHARS);
    }

    /// The format that an input of this name has under these options.
    ///
    /// @throws DataException where neither says it
    public Format formatOf(String input) throws DataException {
        return format != null ? format : Format.of(input);
    }

    public InputOptions withFormat(@Nullable Format format) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withTextColumn(@Nullable String textColumn) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withDelimiter(@Nullable Character delimiter) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withCharset(@Nullable Charset charset) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withHeader(boolean header) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withLimit(long limit) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withCompleteColumns(boolean completeColumns) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }

    public InputOptions withMaxRecordChars(int maxRecordChars) {
        return new InputOptions(format, textColumn, delimiter, charset, header, limit, completeColumns, maxRecordChars);
    }
}
