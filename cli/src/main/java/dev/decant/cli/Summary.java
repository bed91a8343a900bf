package dev.decant.cli;

import dev.decant.data.Outcome;
import dev.decant.engine.ModelInfo;
import dev.decant.metrics.RunMetrics;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.RunReport;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a run did, in a few lines for people.
final class Summary {
    /// Labels listed; a model may have thousands.
    private static final int LISTED_LABELS = 20;

    private Summary() {}

    /// @param output what the rows went to, for the line that says so
    static void print(RunReport report, String output, PrintStream to) {
        RunMetrics.Rows rows = report.rows();
        to.printf(
                Locale.ROOT,
                "rows      %,d in = %,d scored + %,d failed + %,d skipped%n",
                rows.in(),
                rows.scored(),
                rows.failed(),
                rows.skipped());
        if (report.before().in() > 0) {
            to.printf(
                    Locale.ROOT,
                    "          %,d of them by earlier runs%n",
                    report.before().in());
        }
        List<Map.Entry<String, Long>> labels = rows.labels().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        for (Map.Entry<String, Long> label : labels.subList(0, Math.min(LISTED_LABELS, labels.size()))) {
            to.printf(
                    Locale.ROOT,
                    "          %,d %s (%.1f %%)%n",
                    label.getValue(),
                    label.getKey(),
                    100.0 * label.getValue() / rows.scored());
        }
        if (labels.size() > LISTED_LABELS) {
            to.printf(Locale.ROOT, "          and %,d more labels%n", labels.size() - LISTED_LABELS);
        }
        if (rows.truncated() > 0) {
            to.printf(
                    Locale.ROOT,
                    "cut       %,d texts were longer than %,d tokens; the rest of them was not read%n",
                    rows.truncated(),
                    report.model().maxInputTokens());
        }
        for (Map.Entry<Outcome.Kind, Long> failure : rows.failures().entrySet()) {
            to.printf(Locale.ROOT, "failed    %,d %s%n", failure.getValue(), describe(failure.getKey()));
        }
        to.printf(
                Locale.ROOT,
                "time      %s, %,.0f rows/s; model %s, %d %s%n",
                Durations.text(report.elapsed()),
                report.rowsPerSecond(),
                describe(report.model()),
                report.workers(),
                report.workers() == 1 ? "worker" : "workers");
        long pss = report.memory().peakPss();
        to.printf(
                Locale.ROOT,
                "memory    %s, heap %,d MB at most%n",
                pss < 0
                        ? "not measured on this system"
                        : String.format(Locale.ROOT, "%,d MB at most (PSS of the process tree)", megabytes(pss)),
                megabytes(report.memory().peakHeap()));
        if (!output.isEmpty()) {
            to.println("output    " + output);
        }
        printEnding(report.ending(), to);
    }

    /// Says why a run ended early; nothing where it did not.
    static void printEnding(Ending ending, PrintStream to) {
        switch (ending) {
            case Ending.Completed completed -> {}
            case Ending.OutputClosed closed -> {}
            case Ending.Stopped stopped ->
                to.println("stopped   by " + stopped.reason()
                        + " after the rows above; those after them are not in the output");
            case Ending.InputFault fault -> to.println("decant: " + fault.message());
            case Ending.OutputFault fault -> to.println("decant: the output failed: " + fault.message());
            case Ending.EngineFault fault -> to.println("decant: the engine failed: " + fault.message());
        }
    }

    private static String describe(ModelInfo model) {
        return model.id() + (model.batchInvariant() ? "" : " (each row alone)");
    }

    private static String describe(Outcome.Kind kind) {
        return switch (kind) {
            case MALFORMED_RECORD -> "malformed records";
            case UNUSABLE_TEXT -> "texts that the engine could not prepare";
            case ENGINE_FAULT -> "rows on which the engine's call failed";
            case WRONG_RESULT -> "rows for which the engine gave no result of their own";
            case TIMEOUT -> "rows for which the engine took too long (--batch-timeout)";
        };
    }

    static long megabytes(long bytes) {
        return Math.round(bytes / 1e6);
    }
}
