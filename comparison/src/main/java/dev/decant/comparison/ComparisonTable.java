package dev.decant.comparison;

import java.io.PrintStream;
import java.util.Locale;

/// A comparison as a table for a terminal.
public final class ComparisonTable {
    private ComparisonTable() {}

    /// Prints a line for each approach, and one below it for what has to be said of it.
    public static void print(ComparisonReport report, PrintStream to) {
        to.printf(
                Locale.ROOT,
                "%-25s %9s %9s %9s %9s %9s %9s  %s%n",
                "approach",
                "wall s",
                "first s",
                "items/s",
                "cpu s",
                "PSS MB",
                "p99 ms",
                "labels");
        for (ApproachResult result : report.results()) {
            switch (result.standing()) {
                case ApproachResult.Measured measured -> {
                    to.printf(
                            Locale.ROOT,
                            "%-25s %9.1f %9.2f %9.1f %9.1f %9.0f %9.1f  %s%n",
                            result.name(),
                            measured.spread(Metric.WALL_SECONDS).median(),
                            measured.spread(Metric.FIRST_RESULT_SECONDS).median(),
                            measured.spread(Metric.ITEMS_PER_SECOND).median(),
                            measured.spread(Metric.CPU_SECONDS).median(),
                            measured.spread(Metric.PEAK_PSS_BYTES).median() / 1e6,
                            measured.spread(Metric.BATCH_P99_MS).median(),
                            labels(measured));
                }
                case ApproachResult.Unavailable unavailable ->
                    to.printf(Locale.ROOT, "%-25s not run: %s%n", result.name(), unavailable.reason());
                case ApproachResult.Broken broken ->
                    to.printf(Locale.ROOT, "%-25s broke: %s%n", result.name(), broken.reason());
            }
        }
        for (ScalingSeries series : report.scaling()) {
            series.memoryForEachMore()
                    .ifPresent(memory -> to.printf(
                            Locale.ROOT, "%-25s %s for each %s more%n", series.approach(), memory, series.unit()));
        }
    }

    private static String labels(ApproachResult.Measured measured) {
        return measured.agreement()
                .map(agreement -> agreement.disagreements() == 0
                        ? "as " + agreement.reference()
                        : agreement.disagreements() + " of " + agreement.rows() + " differ from "
                                + agreement.reference() + without(agreement)
                                + (agreement.holds() ? ", allowed" : ": TOO MANY"))
                .orElse("reference");
    }

    private static String without(Agreement agreement) {
        return agreement.unlabelled() == 0 ? "" : ", " + agreement.unlabelled() + " of them without a label";
    }
}
