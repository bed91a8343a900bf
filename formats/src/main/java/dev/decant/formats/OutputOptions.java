package dev.decant.formats;

import dev.decant.data.DataException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How an output is to be written. Immutable; start from [#defaults()].
///
/// @param format the format, or null: what the name ends in
/// @param delimiter the character between the fields of a CSV output, or null: `,` for CSV, a tab for TSV
/// @param prefix what stands before the name of each column that is added
/// @param topK how many of the best labels get a `label` and a `score` column: `label`, `score`, `label_2`,
///     `score_2`, ...; at least 1
/// @param allScores whether a column `score_LABEL` is added for each of `labels`
/// @param labels the model's labels in the order of their columns; asked for with `allScores` only
/// @param force whether a file that exists may be replaced
/// @param csvSafe whether cells of a CSV output that a spreadsheet would run as formulas are made plain text
public record OutputOptions(
        @Nullable Format format,
        @Nullable Character delimiter,
        String prefix,
        int topK,
        boolean allScores,
        List<String> labels,
        boolean force,
        boolean csvSafe) {

    public OutputOptions {
        if (delimiter != null) {
            Format.checkDelimiter(delimiter);
        }
        if (topK < 1) {
            throw new IllegalArgumentException("--top-k: a number from 1, not " + topK);
        }
        labels = List.copyOf(labels);
        if (allScores && labels.isEmpty()) {
            throw new IllegalArgumentException("a column for every label's score needs the labels");
        }
    }

    /// Format by name, no prefix, the best label only, nothing is replaced.
    public static OutputOptions defaults() {
        return new OutputOptions(null, null, "", 1, false, List.of(), false, false);
    }

    /// The format that an output of this name has under these options.
    ///
    /// @throws DataException where neither says it
    public Format formatOf(String target) throws DataException {
        return format != null ? format : Format.of(target);
    }

    public OutputOptions withFormat(@Nullable Format format) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }

    public OutputOptions withDelimiter(@Nullable Character delimiter) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }

    public OutputOptions withPrefix(String prefix) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }

    public OutputOptions withTopK(int topK) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }

    /// A `score_LABEL` column for each of these labels.
    public OutputOptions withAllScores(List<String> labels) {
        return new OutputOptions(format, delimiter, prefix, topK, true, labels, force, csvSafe);
    }

    public OutputOptions withForce(boolean force) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }

    public OutputOptions withCsvSafe(boolean csvSafe) {
        return new OutputOptions(format, delimiter, prefix, topK, allScores, labels, force, csvSafe);
    }
}
