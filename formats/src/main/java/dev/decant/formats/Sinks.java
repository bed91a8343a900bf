package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Opens outputs: CSV, TSV and JSON Lines, in gzip where the name ends in `.gz`, and Parquet.
///
/// Each row of the input becomes one record: its own columns, in order, then `label` and `score` (and more of them, see
/// [OutputOptions]) and `error`. A row that failed has an empty label and score (JSON Lines: `null`) and its message
/// in `error`; one that was skipped, likewise, and `skipped: ` with the reason. In CSV the `error` column is always
/// there, in JSON Lines only with something to say. A CSV input without a header gives a CSV output without one;
/// in JSON Lines its keys are `1`, `2`, ...
///
/// A Parquet output has the types of a Parquet input, and of the JSON values of a JSON Lines input, as far as one type
/// holds all values of a column; what comes from CSV is text. It becomes readable with its end: what a run has
/// committed that stops or fails is ended too, under the `.part` name; what a killed one has, is lost.
///
/// Scores are the shortest decimal numbers that are the same float, without an exponent.
///
/// A file is written as `NAME.part` beside its place and takes its name when it is finished: there is never half
/// an output under that name. [Sink#commit()] flushes through to the file, gzip included.
public final class Sinks {
    private Sinks() {}

    /// Opens a file for the rows of `source`; to be called before the first row is read.
    ///
    /// @throws DataException where it cannot be used: it exists, its folder does not, the input has columns
    ///     of our names
    public static Sink open(Path target, OutputOptions options, Source source) throws IOException {
        return open(target, options, source, null);
    }

    /// Opens a file that a run can go on with after it was killed; to be called before the first row is read. Where the
    /// run goes on from an earlier one, [Resumption#skip] has then to follow.
    ///
    /// @param resumption the claim on this file
    /// @throws DataException as [#open(Path, OutputOptions, Source)] does, and where the part file is not as it was
    ///     when its checkpoint was written
    public static Sink openResumable(Path target, OutputOptions options, Source source, Resumption resumption)
            throws IOException {
        if (!options.formatOf(target.toString()).resumable()) {
            throw new IllegalArgumentException(target + " cannot be gone on with; see Format.resumable()");
        }
        return new CountingSink(open(target, options, source, resumption), resumption);
    }

    private static Sink open(Path target, OutputOptions options, Source source, @Nullable Resumption resumption)
            throws IOException {
        ResultColumns results = results(options.formatOf(target.toString()), options, source);
        Path input = source instanceof TextSource text ? text.path() : null;
        boolean begun = resumption != null && resumption.last() != null;
        return open(
                OutputTarget.file(target, options.force(), input, resumption),
                target.toString(),
                options,
                source,
                results,
                begun);
    }

    /// Opens a file by its name, or the standard output by `-`, for the rows of `source`; to be called before the first
    /// row is read.
    ///
    /// @param stdout the standard output; it is flushed with each commit, and not closed
    /// @throws DataException where it cannot be used: it exists, its folder does not, the input has columns
    ///     of our names
    public static Sink open(String target, OutputOptions options, Source source, OutputStream stdout)
            throws IOException {
        if (!target.equals(Format.STANDARD_STREAM)) {
            return open(Format.path(target), options, source);
        }
        ResultColumns results = results(options.formatOf(target), options, source);
        return open(OutputTarget.standard(stdout), target, options, source, results, false);
    }

    /// Our columns, once they are known to go with those of the input.
    private static ResultColumns results(Format format, OutputOptions options, Source source) throws DataException {
        ResultColumns results = new ResultColumns(options);
        List<String> columns = source.columns();
        results.check(source.name(), columns);
        if (format == Format.JSONL || format == Format.PARQUET) {
            String what = format == Format.JSONL ? "JSON Lines" : "Parquet";
            Set<String> seen = new HashSet<>();
            for (String column : columns) {
                if (!seen.add(column)) {
                    throw new DataException(source.name() + ": two columns are called '" + column + "', which " + what
                            + " cannot hold; write CSV (--output-format csv)");
                }
            }
            if (options.delimiter() != null) {
                throw new DataException("a delimiter is for CSV, and the output is " + what);
            }
            if (options.csvSafe()) {
                throw new DataException("--csv-safe is for CSV and TSV, and the output is " + what);
            }
        }
        if (format != Format.JSONL && source instanceof TextSource text && !text.complete()) {
            throw new IllegalArgumentException(
                    "an output with a header or schema needs a source that was opened with completeColumns");
        }
        if (source instanceof TextSource text) {
            text.reserve(Set.copyOf(results.all()));
        }
        return results;
    }

    /// @param begun whether the target has the first rows already, and a header if there is one
    private static Sink open(
            OutputTarget target,
            String name,
            OutputOptions options,
            Source source,
            ResultColumns results,
            boolean begun)
            throws IOException {
        try {
            Format format = options.formatOf(name);
            return switch (format) {
                case CSV, TSV -> {
                    boolean header = !begun && (!(source instanceof TextSource text) || text.named());
                    char delimiter = Objects.requireNonNullElse(options.delimiter(), format.delimiter());
                    yield new CsvSink(target, results, delimiter, options.csvSafe(), source.columns(), header);
                }
                case JSONL -> new JsonLinesSink(target, results);
                case PARQUET -> ParquetSink.open(target, name, results, source);
            };
        } catch (IOException | RuntimeException e) {
            target.close();
            throw e;
        }
    }
}
