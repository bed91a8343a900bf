package dev.decant.comparison;

import dev.decant.comparison.ApproachResult.Measured;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The page's tables: the figures, what more at once costs, what a million texts cost, and the rows whose labels
/// differ.
final class TableSections {
    private static final int COLUMNS = 11;

    private final ComparisonReport report;
    private final StringBuilder page;

    TableSections(ComparisonReport report, StringBuilder page) {
        this.report = report;
        this.page = page;
    }

    void figures() {
        Optional<ApproachResult> first = report.results().stream()
                .filter(result -> result.measured().isPresent())
                .findFirst();
        open(
                "figures",
                "Figures",
                report.plan().repeats() == 1 ? "One run of each" : "Medians; under them the least and the most");
        page.append("<thead><tr><th scope=\"col\">Approach</th><th scope=\"col\">Texts a second</th>")
                .append("<th scope=\"col\">Against the first</th><th scope=\"col\">Wall time, s</th>")
                .append("<th scope=\"col\">First result, s</th><th scope=\"col\">CPU time, s</th>")
                .append("<th scope=\"col\">Peak PSS, MB</th><th scope=\"col\">Peak USS, MB</th>")
                .append("<th scope=\"col\">Batch p50 / p99, ms</th>")
                .append(
                        "<th scope=\"col\">Context switches, waited / forced</th><th scope=\"col\" class=\"text\">Labels</th>")
                .append("</tr></thead><tbody>");
        for (ApproachResult result : report.results()) {
            page.append("<tr><th scope=\"row\">")
                    .append(Markup.text(result.name()))
                    .append("<span>")
                    .append(Markup.text(result.description()))
                    .append("</span></th>");
            switch (result.standing()) {
                case Measured measured -> cells(result, measured, first.orElse(result));
                case ApproachResult.Unavailable unavailable -> wide("idle", "Not run: " + unavailable.reason(), "");
                case ApproachResult.Broken broken ->
                    wide("bad", "Broke: " + broken.reason(), String.join("\n", broken.tail()));
            }
            page.append("</tr>");
        }
        close();
    }

    private void cells(ApproachResult result, Measured measured, ApproachResult first) {
        spread(measured, Metric.ITEMS_PER_SECOND, 1);
        double ratio = measured.spread(Metric.ITEMS_PER_SECOND).median()
                / first.measured().orElseThrow().spread(Metric.ITEMS_PER_SECOND).median();
        cell(result.equals(first) ? "1" : String.format(Locale.ROOT, ratio >= 10 ? "%.0f ×" : "%.2f ×", ratio));
        spread(measured, Metric.WALL_SECONDS, 1);
        spread(measured, Metric.FIRST_RESULT_SECONDS, 1);
        spread(measured, Metric.CPU_SECONDS, 1);
        spread(measured, Metric.PEAK_PSS_BYTES, 1e6);
        spread(measured, Metric.PEAK_USS_BYTES, 1e6);
        page.append("<td>")
                .append(Numbers.plain(measured.spread(Metric.BATCH_P50_MS).median()))
                .append(" / ")
                .append(Numbers.plain(measured.spread(Metric.BATCH_P99_MS).median()))
                .append(result.timed() == ApproachResult.Timed.REQUEST ? "<span>of a request</span></td>" : "</td>");
        cell(String.format(
                Locale.ROOT,
                "%,.0f / %,.0f",
                measured.spread(Metric.VOLUNTARY_SWITCHES).median(),
                measured.spread(Metric.INVOLUNTARY_SWITCHES).median()));
        page.append(measured.agreement().map(this::labels).orElse("<td class=\"text\">the reference</td>"));
    }

    private String labels(Agreement agreement) {
        if (agreement.disagreements() == 0) {
            return "<td class=\"text\">same as " + Markup.text(agreement.reference()) + "</td>";
        }
        String said = String.format(
                Locale.ROOT,
                "%,d of %,d differ from %s%s; %,d allowed",
                agreement.disagreements(),
                agreement.rows(),
                agreement.reference(),
                agreement.unlabelled() == 0
                        ? ""
                        : String.format(Locale.ROOT, ", %,d of them without a label", agreement.unlabelled()),
                agreement.allowed());
        return agreement.holds()
                ? "<td class=\"text differ\">" + Markup.text(said) + "</td>"
                : "<td class=\"text bad\"><strong>" + Markup.text(said)
                        + (agreement.unlabelled() > 0 ? "" : ": too many") + "</strong></td>";
    }

    private void wide(String style, String text, String printed) {
        page.append("<td class=\"text ")
                .append(style)
                .append("\" colspan=\"")
                .append(COLUMNS - 1)
                .append("\">")
                .append(Markup.text(text));
        if (!printed.isEmpty()) {
            page.append("<details><summary>What it printed last</summary><pre>")
                    .append(Markup.text(printed))
                    .append("</pre></details>");
        }
        page.append("</td>");
    }

    void below() {
        if (!report.scaling().isEmpty()) {
            scaling();
        }
        cost();
        for (ApproachResult result : report.results()) {
            result.measured()
                    .flatMap(Measured::agreement)
                    .filter(agreement -> agreement.disagreements() > 0)
                    .ifPresent(agreement -> disagreements(result, agreement));
        }
    }

    private void scaling() {
        open("more", "More at once, in figures", "Texts a second, and peak memory (PSS), with so many at once");
        page.append("<thead><tr><th scope=\"col\">Approach</th>");
        List<Integer> counts = report.plan().scaling();
        for (int count : counts) {
            page.append("<th scope=\"col\">").append(count).append("</th>");
        }
        page.append("<th scope=\"col\">Memory for each more</th></tr></thead><tbody>");
        for (ScalingSeries series : report.scaling()) {
            page.append("<tr><th scope=\"row\">")
                    .append(Markup.text(series.approach()))
                    .append("<span>")
                    .append(unit(series))
                    .append("</span></th>");
            for (ScalingSeries.Point point : series.points()) {
                Optional<Spread> items = point.spread(Metric.ITEMS_PER_SECOND);
                if (items.isPresent()) {
                    cell(Numbers.plain(items.get().median()) + " /s, "
                            + Numbers.megabytes(point.spread(Metric.PEAK_PSS_BYTES)
                                    .orElseThrow()
                                    .median()));
                } else {
                    page.append("<td class=\"text idle\">")
                            .append(Markup.text(point.obstacle().orElse("not run")))
                            .append("</td>");
                }
            }
            cell(series.memoryForEachMore().orElse("not known"));
            page.append("</tr>");
        }
        page.append("</tbody></table></div><p class=\"hint\">")
                .append(Markup.text("The slope of the line through the points. The budget of " + report.threads()
                        + " threads is divided among them, at least one for each; a server has as many workers as"
                        + " threads, however many requests there are at once. Published: 500 MB for each process, 2 KB"
                        + " for each goroutine; a goroutine waits, as a request does that is not yet in a batch, where"
                        + " a worker holds a batch and its activations. Peaks differ by some megabytes from run to"
                        + " run: what is less than 7 MB over the whole range is told as under that."))
                .append("</p></section>\n");
    }

    private static String unit(ScalingSeries series) {
        return switch (series.unit()) {
            case "process" -> "processes";
            case "request" -> "HTTP requests at once, one server";
            default -> "workers in one process";
        };
    }

    private void cost() {
        List<ApproachResult> measured = report.results().stream()
                .filter(result -> result.measured().isPresent())
                .toList();
        if (measured.isEmpty()) {
            return;
        }
        Cost.Prices prices = report.plan().prices();
        open(
                "cost",
                "What a million texts take",
                "Carried forward from the runs above, their start included"
                        + (prices.given()
                                ? ""
                                : "; prices are given with --price-cpu-hour and --price-gb-hour, and none were"));
        page.append("<thead><tr><th scope=\"col\">Approach</th><th scope=\"col\">Processor hours</th>")
                .append("<th scope=\"col\">GB hours of memory</th>")
                .append(prices.given() ? "<th scope=\"col\">Price</th>" : "")
                .append("</tr></thead><tbody>");
        for (ApproachResult result : measured) {
            Cost cost = Cost.of(result.measured().orElseThrow(), report.rows(), prices);
            page.append("<tr><th scope=\"row\">")
                    .append(Markup.text(result.name()))
                    .append("</th>");
            cell(Numbers.plain(cost.cpuHours()));
            cell(Numbers.plain(cost.gigabyteHours()));
            if (prices.given()) {
                cell(Numbers.plain(cost.price()));
            }
            page.append("</tr>");
        }
        page.append("</tbody></table></div>");
        if (prices.given()) {
            page.append("<p class=\"hint\">")
                    .append(Markup.text("At " + prices.cpuHour() + " for a processor and an hour, and "
                            + prices.gigabyteHour() + " for a GB of memory and an hour, in one currency."))
                    .append("</p>");
        }
        page.append("</section>\n");
    }

    private void disagreements(ApproachResult result, Agreement agreement) {
        String id = "differ-" + result.name();
        String style = agreement.holds() ? "differ" : "bad";
        open(
                id,
                "Rows that " + result.name() + " labels otherwise",
                Numbers.count(agreement.disagreements()) + " of " + Numbers.count(agreement.rows())
                        + " rows; the first " + agreement.examples().size());
        page.append("<thead><tr><th scope=\"col\">Row</th><th scope=\"col\" class=\"text\">")
                .append(Markup.text(agreement.reference()))
                .append("</th><th scope=\"col\" class=\"text\">")
                .append(Markup.text(result.name()))
                .append("</th><th scope=\"col\" class=\"text\">Text</th></tr></thead><tbody>");
        for (Agreement.Disagreement example : agreement.examples()) {
            String found = example.found().isEmpty()
                    ? "none" + (example.fault().isEmpty() ? "" : ": " + example.fault())
                    : example.found();
            String expected = example.expected().isEmpty() ? "none" : example.expected();
            page.append("<tr><th scope=\"row\">")
                    .append(example.row())
                    .append("</th><td class=\"text\">")
                    .append(Markup.text(expected))
                    .append("</td><td class=\"text ")
                    .append(style)
                    .append("\">")
                    .append(Markup.text(found))
                    .append("</td><td class=\"text prose\">")
                    .append(Markup.text(shortened(example.text())))
                    .append("</td></tr>");
        }
        close();
    }

    private static String shortened(String text) {
        return text.length() <= 160 ? text : text.substring(0, 159) + "…";
    }

    private void open(String id, String heading, String caption) {
        page.append("<section aria-labelledby=\"")
                .append(id)
                .append("\"><h2 id=\"")
                .append(id)
                .append("\">")
                .append(Markup.text(heading))
                .append("</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"")
                .append(id)
                .append("\"><table><caption>")
                .append(Markup.text(caption))
                .append("</caption>");
    }

    private void close() {
        page.append("</tbody></table></div></section>\n");
    }

    /// The median, and under it the least and the most.
    private void spread(Measured measured, Metric metric, double unit) {
        Spread spread = measured.spread(metric);
        page.append("<td>").append(Numbers.plain(spread.median() / unit));
        if (spread.min() != spread.max()) {
            page.append("<span>")
                    .append(Numbers.plain(spread.min() / unit))
                    .append("–")
                    .append(Numbers.plain(spread.max() / unit))
                    .append("</span>");
        }
        page.append("</td>");
    }

    private void cell(String text) {
        page.append("<td>").append(Markup.text(text)).append("</td>");
    }
}
