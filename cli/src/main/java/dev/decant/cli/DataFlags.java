package dev.decant.cli;

import dev.decant.formats.Format;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The options that say how files are read and written.
final class DataFlags {
    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            description = "The column that holds the text; not needed where there is only one.")
    private @Nullable String text;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "The input's: ${COMPLETION-CANDIDATES}. Default:"
                    + " as its name ends; CSV for the standard input.")
    private @Nullable Format format;

    @Option(names = "--output-format", paramLabel = "FORMAT", description = "The output's, likewise.")
    private @Nullable Format outputFormat;

    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            converter = Delimiters.class,
            description = "Between the fields of a CSV input, and of a CSV output; \\t is a tab.")
    private @Nullable Character delimiter;

    @Option(
            names = "--charset",
            paramLabel = "NAME",
            description =
                    "The input's encoding. Default: UTF-8, or what a" + " byte order mark says. The output is UTF-8.")
    private @Nullable Charset charset;

    @Option(names = "--no-header", description = "The CSV input has no header: columns are called 1, 2, 3 ...")
    private boolean noHeader;

    @Option(
            names = "--output-prefix",
            paramLabel = "PREFIX",
            description = "Before the names of the columns that are"
                    + " added: model_ gives model_label, model_score, model_error.")
    private String prefix = "";

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "The K best labels: label, score, label_2, score_2 ... Default: 1.")
    private int topK = 1;

    @Option(names = "--scores", description = "A column score_LABEL for every label of the model.")
    boolean scores;

    @Option(
            names = "--csv-safe",
            description =
                    "For a CSV or TSV output that a spreadsheet will open: an apostrophe before each =, +, - and @"
                            + " that begins a cell (or would, with another delimiter), and before a cell that begins with a tab"
                            + " or line end, so that no text runs as a formula. Numbers such as -12.5 stay as they are.")
    private boolean csvSafe;

    InputOptions input(long limit) {
        return InputOptions.defaults()
                .withFormat(format)
                .withTextColumn(text)
                .withDelimiter(delimiter)
                .withCharset(charset)
                .withHeader(!noHeader)
                .withLimit(limit);
    }

    OutputOptions output(boolean force) {
        return OutputOptions.defaults()
                .withFormat(outputFormat)
                .withPrefix(prefix)
                .withTopK(topK)
                .withForce(force)
                .withCsvSafe(csvSafe);
    }

    void tell(SequencedMap<String, String> settings) {
        settings.put("--text", Objects.requireNonNullElse(text, ""));
        settings.put("--delimiter", delimiter == null ? "" : delimiter.toString());
        settings.put("--charset", charset == null ? "" : charset.name());
        settings.put("--no-header", Boolean.toString(noHeader));
        settings.put("--output-prefix", prefix);
        settings.put("--top-k", Integer.toString(topK));
        settings.put("--scores", Boolean.toString(scores));
        settings.put("--csv-safe", Boolean.toString(csvSafe));
    }

    /// One character, or the two that mean a tab.
    static final class Delimiters implements picocli.CommandLine.ITypeConverter<Character> {
        @Override
        public Character convert(String value) {
            if (value.equals("\\t") || value.equalsIgnoreCase("tab")) {
                return '\t';
            }
            if (value.length() != 1) {
                throw new TypeConversionException("'" + value + "' is not one character; for a tab write \\t");
            }
            return value.charAt(0);
        }
    }
}
