package dev.decant.comparison;

import dev.decant.comparison.ApproachResult.Measured;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a comparison found, in sentences. What speaks against Decant is told as what speaks for it.
final class SummaryWords {
    /// Medians nearer than this are called equal.
    private static final double SAME = 0.03;

    private final ComparisonReport report;

    SummaryWords(ComparisonReport report) {
        this.report = report;
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        List<ApproachResult> measured = report.results().stream()
                .filter(result -> result.measured().isPresent())
                .toList();
        if (measured.isEmpty()) {
            return List.of("No approach could run here; the table says why.");
        }
        ApproachResult first = measured.getFirst();
        List<ApproachResult> alike = measured.stream()
                .filter(result -> result.model().equals(first.model()))
                .toList();
        ApproachResult fastest = alike.stream()
                .max(Comparator.comparingDouble(SummaryWords::items))
                .orElseThrow();
        if (!fastest.equals(first)) {
            sentences.add(fastest.name() + " is the fastest with " + first.model() + ": "
                    + Numbers.plain(items(fastest)) + " texts a second, "
                    + Numbers.times(items(fastest) / items(first)) + " what " + first.name() + " does ("
                    + Numbers.plain(items(first)) + "), in " + Numbers.megabytes(pss(fastest)) + " of memory against "
                    + Numbers.megabytes(pss(first)) + ".");
        } else if (alike.size() > 1) {
            sentences.add(first.name() + " is the fastest with " + first.model() + ": " + Numbers.plain(items(first))
                    + " texts a second, in " + Numbers.megabytes(pss(first)) + " of memory.");
        }
        likeForLike(alike).ifPresent(sentences::add);
        named(measured, "decant-on-board")
                .filter(result -> !result.model().equals(first.model()))
                .ifPresent(result -> sentences.add("The model on board, " + result.model()
                        + ", is another and smaller one with labels of its own: " + Numbers.plain(items(result))
                        + " texts a second in " + Numbers.megabytes(pss(result)) + "."));
        ApproachResult soonest = alike.stream()
                .min(Comparator.comparingDouble(SummaryWords::firstResult))
                .orElseThrow();
        if (!soonest.equals(first)) {
            sentences.add("The first labels come after " + Numbers.seconds(firstResult(soonest)) + " from "
                    + soonest.name() + " and after " + Numbers.seconds(firstResult(first)) + " from " + first.name()
                    + ", counted from the start of the process.");
        }
        measured.stream().map(this::served).flatMap(Optional::stream).forEach(sentences::add);
        sentences.add(behind(alike));
        scaling().ifPresent(sentences::add);
        sentences.add(labels(measured));
        return sentences;
    }

    private Optional<String> served(ApproachResult result) {
        return result.timed() == ApproachResult.Timed.BATCH
                ? Optional.empty()
                : Optional.of("Over HTTP, with " + report.requests()
                        + (report.requests() == 1 ? " request" : " requests") + " at once and a text in each, "
                        + result.name() + " answers " + Numbers.plain(items(result)) + " texts a second with "
                        + result.model() + " in " + Numbers.megabytes(pss(result)) + ": half of them within "
                        + Numbers.plain(median(result, Metric.BATCH_P50_MS)) + " ms, 99 % within "
                        + Numbers.plain(median(result, Metric.BATCH_P99_MS)) + " ms.");
    }

    private static Optional<String> likeForLike(List<ApproachResult> alike) {
        Optional<ApproachResult> python = named(alike, "python-onnxruntime");
        return python.flatMap(loop -> alike.stream()
                .filter(result -> result.name().startsWith("decant-onnx") && result.quantised() == loop.quantised())
                .findFirst()
                .map(ours -> "With the same ONNX weights and without torch, " + ours.name() + " does "
                        + Numbers.plain(items(ours)) + " texts a second in " + Numbers.megabytes(pss(ours))
                        + ", and the strongest plain Python loop, " + loop.name() + ", "
                        + Numbers.plain(items(loop)) + " in " + Numbers.megabytes(pss(loop)) + "."));
    }

    /// Where a Python approach with the same weights is faster or smaller than one of ours.
    private static String behind(List<ApproachResult> alike) {
        List<String> cases = new ArrayList<>();
        for (ApproachResult ours : alike) {
            if (Family.of(ours) != Family.DECANT) {
                continue;
            }
            List<ApproachResult> theirs = alike.stream()
                    .filter(other -> Family.of(other) == Family.PYTHON && other.quantised() == ours.quantised())
                    .toList();
            theirs.stream()
                    .max(Comparator.comparingDouble(SummaryWords::items))
                    .filter(other -> items(other) > items(ours) * (1 + SAME))
                    .ifPresent(other -> cases.add(ours.name() + " is slower than " + other.name() + " ("
                            + Numbers.plain(items(ours)) + " against " + Numbers.plain(items(other))
                            + " texts a second" + overlap(ours, other, Metric.ITEMS_PER_SECOND) + ")"));
            theirs.stream()
                    .min(Comparator.comparingDouble(SummaryWords::pss))
                    .filter(other -> pss(other) < pss(ours) / (1 + SAME))
                    .ifPresent(other -> cases.add(ours.name() + " takes more memory than " + other.name() + " ("
                            + Numbers.megabytes(pss(ours)) + " against " + Numbers.megabytes(pss(other))
                            + overlap(ours, other, Metric.PEAK_PSS_BYTES) + ")"));
        }
        boolean both = alike.stream().anyMatch(result -> Family.of(result) == Family.DECANT)
                && alike.stream().anyMatch(result -> Family.of(result) == Family.PYTHON);
        if (!both) {
            return "Python's ways and ours did not both run, so neither is ahead.";
        }
        return cases.isEmpty()
                ? "No Python approach with the same weights was faster or smaller than one of ours by more than 3 %."
                : "Where Decant is behind: " + String.join("; ", cases) + ".";
    }

    private Optional<String> scaling() {
        List<String> parts = report.scaling().stream()
                .flatMap(series -> series.memoryForEachMore().stream()
                        .map(memory -> memory + " for each " + series.unit() + " more of " + series.approach()))
                .toList();
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of("Doing more at once costs " + String.join(", ", parts)
                        + " (published: 500 MB for a process, 2 KB for a goroutine, which holds no work of its own).");
    }

    private String labels(List<ApproachResult> measured) {
        List<String> differing = measured.stream()
                .flatMap(result -> result.measured().flatMap(Measured::agreement).stream()
                        .filter(agreement -> agreement.disagreements() > 0)
                        .map(agreement -> result.name() + " in " + Numbers.count(agreement.disagreements()) + " of "
                                + Numbers.count(agreement.rows()) + " rows"
                                + (agreement.unlabelled() == 0
                                        ? ""
                                        : ", " + Numbers.count(agreement.unlabelled()) + " of them without a label")
                                + (agreement.holds() ? " (within the allowance for quantised weights)" : "")))
                .toList();
        Map<String, Long> models =
                measured.stream().collect(Collectors.groupingBy(ApproachResult::model, Collectors.counting()));
        if (differing.isEmpty()) {
            return models.values().stream().anyMatch(count -> count > 1)
                    ? "All approaches that ran the same model gave every row the same label."
                    : "No two approaches ran the same model, so no labels could be compared.";
        }
        return "Labels other than the first approach's: " + String.join("; ", differing) + ".";
    }

    private static Optional<ApproachResult> named(List<ApproachResult> results, String name) {
        return results.stream().filter(result -> result.name().equals(name)).findFirst();
    }

    /// Medians may differ by chance where the runs of one reach into those of the other.
    private static String overlap(ApproachResult one, ApproachResult other, Metric metric) {
        Spread ones = one.measured().orElseThrow().spread(metric);
        Spread others = other.measured().orElseThrow().spread(metric);
        return ones.min() <= others.max() && others.min() <= ones.max() ? ", but their runs overlap" : "";
    }

    private static double median(ApproachResult result, Metric metric) {
        return result.measured().orElseThrow().spread(metric).median();
    }

    private static double items(ApproachResult result) {
        return median(result, Metric.ITEMS_PER_SECOND);
    }

    private static double pss(ApproachResult result) {
        return median(result, Metric.PEAK_PSS_BYTES);
    }

    private static double firstResult(ApproachResult result) {
        return median(result, Metric.FIRST_RESULT_SECONDS);
    }
}
