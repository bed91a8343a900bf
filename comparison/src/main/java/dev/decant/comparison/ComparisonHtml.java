package dev.decant.comparison;

import dev.decant.comparison.ApproachResult.Measured;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// Writes `report.html`: one file that needs nothing else, works from disk, in light and dark, and on paper.
final class ComparisonHtml {
    /// Other programs may take so much of the processors before the page says that the figures are blurred.
    private static final double QUIET = 0.05;

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final ComparisonReport report;
    private final StringBuilder page = new StringBuilder(64_000);

    private ComparisonHtml(ComparisonReport report) {
        this.report = report;
    }

    static void write(ComparisonReport report, Path file) throws IOException {
        String style;
        try (InputStream in = ComparisonHtml.class.getResourceAsStream("report.css")) {
            if (in == null) {
                throw new IOException("the program has no report.css; build it anew");
            }
            style = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(file, new ComparisonHtml(report).page(style));
    }

    private String page(String style) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .append("<title>")
                .append(Markup.text(title()))
                .append("</title>\n<style>\n")
                .append(style)
                .append("</style>\n</head>\n<body>\n<main>\n");
        head();
        new TableSections(report, page).figures();
        new ChartSections(report, page).all();
        new TableSections(report, page).below();
        machine();
        method();
        page.append("</main>\n</body>\n</html>\n");
        return page.toString();
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "%,d texts of %s, labelled side by side",
                report.rows(),
                report.plan().input());
    }

    private void head() {
        Machine machine = report.machine();
        page.append("<header><h1>")
                .append(Markup.text(title()))
                .append("</h1><p class=\"sub\">")
                .append(Markup.text("decant bench " + report.version() + ", " + DAY.format(report.startedAt()) + "; "
                        + machine.processor() + ", " + machine.processors()
                        + (machine.processors() == 1 ? " processor" : " processors") + "; "
                        + report.threads() + (report.threads() == 1 ? " thread" : " threads")
                        + " for each approach; " + repeats()))
                .append("</p></header>\n");
        for (ComparedModel model : report.models()) {
            if (model.seeded()) {
                notice(
                        "note",
                        "Seeded weights.",
                        model.name() + " has the architecture and the size of the real model, with random weights ("
                                + model.weights() + "). Speed and memory are those of the real one; its labels mean"
                                + " nothing, and are only compared with each other.");
            }
        }
        double busy = otherWork();
        if (busy > QUIET) {
            notice(
                    "warn",
                    "The machine was not quiet.",
                    "Other programs took " + Numbers.percent(busy) + " of its processors while the approaches ran;"
                            + " the figures are blurred by that, and ratios mean more than they do.");
        }
        verdict();
        page.append("<section aria-labelledby=\"summary\"><h2 id=\"summary\">What came of it</h2><ul class=\"words\">");
        for (String sentence : new SummaryWords(report).sentences()) {
            page.append("<li>").append(Markup.text(sentence)).append("</li>");
        }
        page.append("</ul></section>\n");
    }

    private void verdict() {
        switch (report.verdict()) {
            case AGREED -> {}
            case DISAGREED ->
                notice(
                        "bad",
                        "Labels differ.",
                        "At least one approach labelled more rows differently than is allowed; the table names it in"
                                + " red.");
            case BROKEN ->
                notice("bad", "An approach broke.", "It was started and did not end well; the table says how.");
            case NOTHING -> notice("bad", "Nothing ran.", "No approach could run here; the table says why.");
        }
    }

    private String repeats() {
        int repeats = report.plan().repeats();
        return repeats == 1 ? "one run of each" : "medians of " + repeats + " runs in turns";
    }

    private void notice(String kind, String strong, String text) {
        page.append("<p class=\"notice ")
                .append(kind)
                .append("\"><strong>")
                .append(Markup.text(strong))
                .append("</strong> ")
                .append(Markup.text(text))
                .append("</p>\n");
    }

    /// The part of all processors that other programs took during the measured runs.
    private double otherWork() {
        double other = 0;
        double capacity = 0;
        for (ApproachResult result : report.results()) {
            for (RunMeasurement run : result.measured().map(Measured::runs).orElse(List.of())) {
                if (run.otherCpuSeconds() >= 0) {
                    other += run.otherCpuSeconds();
                    capacity += run.wallSeconds() * report.machine().processors();
                }
            }
        }
        return capacity == 0 ? 0 : other / capacity;
    }

    private void machine() {
        Machine machine = report.machine();
        page.append("<section aria-labelledby=\"machine\"><h2 id=\"machine\">Machine and versions</h2><dl>");
        term("Processor", machine.processor() + ", " + machine.processors() + " for this program");
        if (!machine.features().isEmpty()) {
            term("Instruction sets", String.join(", ", machine.features()));
        }
        term("Memory", machine.memoryBytes() < 0 ? "not known" : Numbers.plain(machine.memoryBytes() / 1e9) + " GB");
        term("System", machine.system());
        term("Java", machine.java());
        term("Decant", report.version());
        term("With it", String.join(", ", report.versions()));
        term(
                "Load before",
                machine.loadBefore() < 0
                        ? "not known"
                        : Numbers.plain(machine.loadBefore()) + " (average of the last minute)");
        term("Other programs", Numbers.percent(otherWork()) + " of the processors during the runs");
        for (ComparedModel model : report.models()) {
            term(
                    "Model",
                    model.name() + (model.weights().isEmpty() ? "" : " (" + model.weights() + ")") + ": "
                            + (model.torch() ? "torch weights; " : "no torch weights; ")
                            + model.plain()
                                    .map(file -> file + " in 32-bit floats; ")
                                    .orElse("")
                            + model.quantised().map(file -> file + " quantised").orElse("none quantised"));
        }
        page.append("</dl></section>\n");
    }

    private void term(String name, String value) {
        page.append("<dt>")
                .append(Markup.text(name))
                .append("</dt><dd>")
                .append(Markup.text(value))
                .append("</dd>");
    }

    private void method() {
        ComparisonPlan plan = report.plan();
        page.append("<section aria-labelledby=\"method\"><h2 id=\"method\">How it was measured, and how to repeat it")
                .append("</h2><pre tabindex=\"0\"><code>")
                .append(Markup.text(report.command()))
                .append("</code></pre><ul>");
        item("Every approach is given the same " + String.format(Locale.ROOT, "%,d", report.rows()) + " rows"
                + (plan.leftOut() == 0
                        ? ""
                        : " (" + plan.leftOut() + " of the file had no text or could not be read, and were left out)")
                + ", in processes of its own that nothing else runs beside"
                + (plan.warmUpRows() == 0
                        ? "; there was no run before to warm up."
                        : ", after an unmeasured run of " + plan.warmUpRows()
                                + " rows that brings files into memory."));
        item("Threads: " + report.threads() + " for each approach over all its processes and workers, given to torch,"
                + " onnxruntime, OpenMP, tokenizers and Decant alike. With more processes than threads each still has"
                + " one.");
        item("Wall time is from the start of the first process to the end of the last, loading included. Texts a second"
                + " are counted from the moment the model is loaded to the last label written. The first result of a"
                + " Python approach is its first batch, that of Decant its first window of 64 rows, written.");
        report.results().stream()
                .filter(result -> result.timed() == ApproachResult.Timed.REQUEST)
                .forEach(this::served);
        item("CPU time and context switches are what the kernel counted for the process tree (getrusage), so nothing of"
                + " them is sampled.");
        item("Memory is the sum of PSS over the process tree, read from /proc/PID/smaps_rollup; USS counts the pages"
                + " that nobody else uses. What the tree shares with this measuring program, and would not share if it"
                + " ran alone, is counted as the tree's. " + sampling());
        item(
                "Batch times are each approach's own: a pipeline's include tokenizing, those of the ONNX approaches the"
                        + " model alone, that of a request all from its sending to its answer. The rows of a model that is"
                        + " quantised dynamically run alone in Decant, since its scores would otherwise depend on their neighbours.");
        item("Labels are compared row by row with those of the first approach with the same model. Where one of the two"
                + " is quantised, " + Numbers.percent(plan.allowance()) + " of the rows may differ; elsewhere none.");
        item("Published figures: " + Published.SOURCE
                + ". Another machine, and its own way of measuring: the memory of Go"
                + " and MetaCall is what Go's runtime says of its own heap, without Python and the model in the same"
                + " process.");
        page.append("</ul></section>\n");
    }

    private void served(ApproachResult result) {
        item(result.name() + " is a server in a process of its own, and this measuring program is its client: "
                + report.requests() + (report.requests() == 1 ? " request" : " requests")
                + " in flight at once over kept-alive connections of this machine, a text in each, the next one sent"
                + " when one is answered. Its texts a second are counted from the first request to the last answer,"
                + " its first result is the first answer; wall time has the server's start and its end in it. What"
                + " the client takes is not counted as the approach's, but takes from the same processors"
                + result.measured()
                        .map(measured -> ": "
                                + Numbers.plain(measured.spread(Metric.CLIENT_CPU_SECONDS)
                                        .median())
                                + " s of CPU time beside the server's "
                                + Numbers.plain(
                                        measured.spread(Metric.CPU_SECONDS).median()) + " s.")
                        .orElse("."));
    }

    private String sampling() {
        double cost = 0;
        double wall = 0;
        int samples = 0;
        for (ApproachResult result : report.results()) {
            for (RunMeasurement run : result.measured().map(Measured::runs).orElse(List.of())) {
                cost += run.memory().samplingCpuSeconds();
                wall += run.wallSeconds();
                samples += run.memory().samples();
            }
        }
        return samples == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "A reading every %.0f ms on average took %s of one processor's time; a peak between two is"
                                + " missed.",
                        1000 * wall / samples,
                        Numbers.percent(cost / wall));
    }

    private void item(String text) {
        page.append("<li>").append(Markup.text(text)).append("</li>");
    }
}
