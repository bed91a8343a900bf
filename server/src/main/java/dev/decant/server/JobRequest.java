package dev.decant.server;

import dev.decant.formats.Format;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import io.helidon.http.HeaderNames;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a bulk job asks for, all of it in the query: `column`, `format`, `output`, `header`, `delimiter`, `top_k`,
/// `scores`, `prefix`, `summary`.
///
/// @param allScores whether each label's score gets a column
/// @param summary whether a last line accounts for the rows
record JobRequest(InputOptions input, OutputOptions output, boolean allScores, boolean summary) {
    /// Each of the best labels asked for is two columns.
    private static final int MOST_LABELS = 1_000;

    static JobRequest of(Exchange exchange) throws RequestFault {
        Format in = format(exchange.query("format"));
        if (in == null) {
            in = byContentType(exchange.header(HeaderNames.CONTENT_TYPE));
        }
        Format out = format(exchange.query("output"));
        if (out == null) {
            out = in;
        }
        Character delimiter = delimiter(exchange.query("delimiter"));
        try {
            InputOptions input = InputOptions.defaults()
                    .withFormat(in)
                    .withTextColumn(exchange.query("column"))
                    .withHeader(flag(exchange, "header", true))
                    .withDelimiter(in == Format.JSONL ? null : delimiter)
                    .withCompleteColumns(out != Format.JSONL);
            OutputOptions output = OutputOptions.defaults()
                    .withFormat(out)
                    .withDelimiter(out == Format.JSONL ? null : delimiter)
                    .withTopK(topK(exchange.query("top_k")));
            String prefix = exchange.query("prefix");
            return new JobRequest(
                    input,
                    prefix == null ? output : output.withPrefix(prefix),
                    flag(exchange, "scores", false),
                    flag(exchange, "summary", false));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    /// What the answer is.
    String contentType() {
        return switch (output.format()) {
            case TSV -> "text/tab-separated-values; charset=utf-8";
            case JSONL -> "application/jsonl";
            case CSV -> "text/csv; charset=utf-8";
            case PARQUET -> throw new IllegalStateException("a Parquet file cannot be read from its beginning on");
            case null -> throw new IllegalStateException("a job has a format");
        };
    }

    private static @Nullable Format format(@Nullable String name) throws RequestFault {
        if (name == null) {
            return null;
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "csv" -> Format.CSV;
            case "tsv" -> Format.TSV;
            case "jsonl", "ndjson" -> Format.JSONL;
            default -> throw invalid("'" + name + "' is no format; use csv, tsv or jsonl");
        };
    }

    private static Format byContentType(@Nullable String header) throws RequestFault {
        String type = header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case "text/csv", "application/csv" -> Format.CSV;
            case "text/tab-separated-values" -> Format.TSV;
            case "application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-lines" ->
                Format.JSONL;
            default ->
                throw new RequestFault(
                        RequestFault.Kind.MEDIA_TYPE,
                        "the content type '" + type + "' does not say the format; send text/csv, or ?format=csv, tsv or"
                                + " jsonl");
        };
    }

    private static @Nullable Character delimiter(@Nullable String value) throws RequestFault {
        if (value == null) {
            return null;
        }
        if (value.length() != 1) {
            throw invalid("'delimiter' is one character");
        }
        return value.charAt(0);
    }

    private static int topK(@Nullable String value) throws RequestFault {
        if (value == null) {
            return 1;
        }
        try {
            int topK = Integer.parseInt(value);
            if (topK >= 1 && topK <= MOST_LABELS) {
                return topK;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw invalid("'top_k' is a number from 1 to " + MOST_LABELS + ", not '" + value + "'");
    }

    private static boolean flag(Exchange exchange, String name, boolean usual) throws RequestFault {
        String value = exchange.query(name);
        return switch (value) {
            case null -> usual;
            case "true", "1", "" -> true;
            case "false", "0" -> false;
            default -> throw invalid("'" + name + "' is true or false, not '" + value + "'");
        };
    }

    private static RequestFault invalid(String message) {
        return new RequestFault(RequestFault.Kind.INVALID, message);
    }
}
