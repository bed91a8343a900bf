package dev.decant.comparison;

import dev.decant.comparison.ApproachResult.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// The page's charts.
final class ChartSections {
    /// As many as the style sheet has.
    private static final int LINE_STYLES = 7;

    private final ComparisonReport report;
    private final StringBuilder page;
    private final List<ApproachResult> measured;

    ChartSections(ComparisonReport report, StringBuilder page) {
        this.report = report;
        this.page = page;
        this.measured = report.results().stream()
                .filter(result -> result.measured().isPresent())
                .toList();
    }

    void all() {
        if (measured.isEmpty()) {
            return;
        }
        page.append("<div class=\"pair\">");
        time();
        memory();
        page.append("</div>\n");
        curves();
        latency();
        if (!report.scaling().isEmpty()) {
            scaling();
        }
    }

    private static Measured of(ApproachResult result) {
        return result.measured().orElseThrow();
    }

    private void time() {
        double scale = (double) Published.TEXTS / report.rows();
        List<BarChart.Bar> bars = new ArrayList<>();
        for (ApproachResult result : measured) {
            Spread wall = of(result).spread(Metric.WALL_SECONDS);
            Spread scaled = new Spread(wall.median() * scale, wall.min() * scale, wall.max() * scale);
            bars.add(new BarChart.Bar(result.name(), scaled, Numbers.seconds(scaled.median()), Family.of(result)));
        }
        for (Published published : Published.ALL) {
            double seconds = published.seconds();
            bars.add(new BarChart.Bar(
                    published.name(),
                    new Spread(seconds, seconds, seconds),
                    Numbers.seconds(seconds),
                    Family.PUBLISHED));
        }
        String hint = report.rows() == Published.TEXTS
                ? "Wall time, loading included."
                : "Wall time, loading included, carried from " + report.rows() + " texts to 1,000.";
        section("time", "Seconds for 1,000 texts", hint, legend(true));
        page.append(new BarChart("time-bars", "Seconds for 1,000 texts", "Seconds", bars).svg())
                .append("</section>\n");
    }

    private void memory() {
        List<BarChart.Bar> bars = new ArrayList<>();
        for (ApproachResult result : measured) {
            Spread peak = of(result).spread(Metric.PEAK_PSS_BYTES);
            bars.add(new BarChart.Bar(result.name(), peak, Numbers.megabytes(peak.median()), Family.of(result)));
        }
        for (Published published : Published.ALL) {
            double bytes = (double) published.bytes();
            bars.add(new BarChart.Bar(
                    published.name(), new Spread(bytes, bytes, bytes), Numbers.megabytes(bytes), Family.PUBLISHED));
        }
        section("memory", "Peak memory", "PSS of the whole process tree.", legend(true));
        page.append(new BarChart("memory-bars", "Peak memory of the process tree", "Megabytes", bars).svg())
                .append("</section>\n");
    }

    private void curves() {
        section(
                "curves",
                "Memory over time",
                "Each with scales of its own: one run of each, from its start to its end. The area is PSS, the line in"
                        + " it USS.",
                "");
        page.append("<div class=\"grid\">");
        for (ApproachResult result : measured) {
            RunMeasurement run = of(result).typical();
            if (run.memory().curve().size() < 2) {
                continue;
            }
            page.append("<figure><figcaption>")
                    .append(Markup.text(result.name()))
                    .append(" <b>")
                    .append(Numbers.megabytes((double) run.memory().peakPss()))
                    .append("</b></figcaption>")
                    .append(new CurveChart(
                                    "curve-" + result.name(),
                                    result.name(),
                                    run.memory().curve(),
                                    run.wallSeconds(),
                                    Family.of(result))
                            .svg())
                    .append("</figure>");
        }
        page.append("</div></section>\n");
    }

    private void latency() {
        boolean served = measured.stream().anyMatch(result -> result.timed() == ApproachResult.Timed.REQUEST);
        section(
                "latency",
                served ? "Time of a batch, or of a request" : "Time of a batch",
                "From the median to the 99th percentile, logarithmic. Batches are not of one size: what stands beside"
                        + " a name is its rows in a batch, on average."
                        + (served
                                ? " A request has one row; its time is from its sending to its answer, with "
                                        + report.requests()
                                        + " at once, so that waiting for the others is in it."
                                : ""),
                "");
        List<LatencyChart.Row> rows = measured.stream()
                .map(result -> new LatencyChart.Row(
                        result.name(),
                        of(result).spread(Metric.BATCH_P50_MS).median(),
                        of(result).spread(Metric.BATCH_P99_MS).median(),
                        timed(result),
                        Family.of(result)))
                .toList();
        page.append(new LatencyChart("latency-chart", rows).svg()).append("</section>\n");
    }

    private static String timed(ApproachResult result) {
        double rows = of(result).spread(Metric.BATCH_MEAN_ROWS).median();
        return switch (result.timed()) {
            case BATCH -> Numbers.count(rows) + (rows == 1 ? " row" : " rows");
            case REQUEST -> "a request";
        };
    }

    private void scaling() {
        StringBuilder names = new StringBuilder("<ul class=\"legend\">");
        for (int i = 0; i < report.scaling().size(); i++) {
            ScalingSeries series = report.scaling().get(i);
            names.append("<li><i class=\"line-")
                    .append(i % LINE_STYLES)
                    .append("\"></i>")
                    .append(Markup.text(series.approach()))
                    .append("</li>");
        }
        names.append("</ul>");
        section("scaling", "More at once", counts() + " at once: " + units() + ".", names.toString());
        page.append("<div class=\"grid wide\"><figure><figcaption>Texts a second</figcaption>")
                .append(chart("scaling-items", "Texts a second", Metric.ITEMS_PER_SECOND, value -> value))
                .append("</figure><figure><figcaption>Peak memory, MB</figcaption>")
                .append(chart("scaling-memory", "Peak memory in MB", Metric.PEAK_PSS_BYTES, value -> value / 1e6))
                .append("</figure></div></section>\n");
    }

    private String counts() {
        return report.plan().scaling().stream()
                .map(count -> Integer.toString(count))
                .collect(Collectors.joining(", "));
    }

    /// `processes of python-multiprocessing, requests of decant-serve, workers of the others`, as far as they are
    /// there.
    private String units() {
        List<String> parts = new ArrayList<>();
        report.scaling().stream()
                .filter(series -> !series.unit().equals("worker"))
                .map(series -> (series.unit().equals("process") ? "processes of " : "requests of ") + series.approach())
                .forEach(parts::add);
        if (report.scaling().stream().anyMatch(series -> series.unit().equals("worker"))) {
            parts.add(parts.isEmpty() ? "workers" : "workers of the others");
        }
        return String.join(", ", parts);
    }

    private String chart(String id, String title, Metric metric, ToDoubleFunction<Double> unit) {
        List<ScalingChart.Line> lines = new ArrayList<>();
        for (int i = 0; i < report.scaling().size(); i++) {
            ScalingSeries series = report.scaling().get(i);
            List<Double> values = series.points().stream()
                    .map(point -> {
                        Optional<Spread> spread = point.spread(metric);
                        return spread.isPresent()
                                ? unit.applyAsDouble(spread.get().median())
                                : Double.NaN;
                    })
                    .toList();
            lines.add(new ScalingChart.Line(series.approach(), values, "line-" + i % LINE_STYLES));
        }
        return new ScalingChart(id, title, report.plan().scaling(), lines).svg();
    }

    private static String legend(boolean published) {
        return "<ul class=\"legend\"><li><i class=\"python\"></i>Python</li><li><i class=\"decant\"></i>Decant</li>"
                + (published ? "<li><i class=\"published\"></i>published, another machine</li>" : "") + "</ul>";
    }

    private void section(String id, String heading, String hint, String legend) {
        page.append("<section aria-labelledby=\"")
                .append(id)
                .append("\"><h2 id=\"")
                .append(id)
                .append("\">")
                .append(Markup.text(heading))
                .append("</h2><p class=\"hint\">")
                .append(Markup.text(hint))
                .append("</p>")
                .append(legend);
    }
}
