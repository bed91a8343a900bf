package dev.decant.formats;

import dev.decant.data.DataException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/// How the records of a file are written.
public enum Format {
    /// Comma-separated values (RFC 4180), in quotes where needed; another delimiter by option.
    CSV,
    /// The same with a tab as the delimiter: the quoting rules are those of CSV, in and out, so a value may hold
    /// tabs and newlines.
    TSV,
    /// JSON Lines: one JSON object on each line.
    JSONL,
    /// Apache Parquet: typed columns, compressed, in row groups.
    PARQUET;

    /// What stands for the standard input or output where a file name is asked for.
    static final String STANDARD_STREAM = "-";

    /// The format that a file's name ends in: `.csv`, `.tsv`, `.tab`, `.jsonl`, `.ndjson`, each with or without a
    /// further `.gz`, or `.parquet`, in any case. `-`, the standard input or output, is CSV.
    ///
    /// @throws DataException where the ending is another; the message names the options that say the format
    public static Format of(String fileName) throws DataException {
        if (fileName.equals(STANDARD_STREAM)) {
            return CSV;
        }
        String name = fileName.toLowerCase(Locale.ROOT);
        if (name.endsWith(".parquet")) {
            return PARQUET;
        }
        if (name.endsWith(".gz")) {
            name = name.substring(0, name.length() - ".gz".length());
        }
        if (name.endsWith(".csv")) {
            return CSV;
        }
        if (name.endsWith(".tsv") || name.endsWith(".tab")) {
            return TSV;
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return JSONL;
        }
        throw new DataException(fileName + ": the name does not say the format (.csv, .tsv, .tab, .jsonl or .ndjson,"
                + " with or without .gz, or .parquet); name it with --format (input) or --output-format (output):"
                + " csv, tsv, jsonl or parquet");
    }

    /// Whether an output of this format that was cut off can be gone on with. One of Parquet cannot: where its columns
    /// are and what they hold is written at its end alone, so what a killed run leaves is no Parquet file yet.
    public boolean resumable() {
        return this != PARQUET;
    }

    /// The path that a user's name means.
    static Path path(String name) throws DataException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new DataException(Texts.excerpt(name) + " is no file name: " + e.getReason(), e);
        }
    }

    /// The delimiter between fields where no option says another.
    char delimiter() {
        return this == TSV ? '\t' : ',';
    }

    /// Refuses a delimiter that the quoting rules need for themselves.
    static void checkDelimiter(char delimiter) {
        if (delimiter == '"' || delimiter == '\r' || delimiter == '\n' || Character.isSurrogate(delimiter)) {
            throw new IllegalArgumentException(
                    "--delimiter: one character that is no quote, line end or half of a surrogate pair");
        }
    }
}
