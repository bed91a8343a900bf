package dev.decant.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The median and the 99th percentile of the time of a batch, or of a request, for each approach, on a logarithmic
/// axis, as inline SVG.
record LatencyChart(String id, List<Row> rows) {
    /// @param timed of what: `7.4 rows` in a batch on average, `a request`
    record Row(String label, double p50Ms, double p99Ms, String timed, Family family) {}

    private static final int HEIGHT = 46;
    private static final double WIDTH = 90;
    private static final double LEFT = 4;

    String svg() {
        double least =
                Math.max(0.01, rows.stream().mapToDouble(Row::p50Ms).min().orElse(1));
        double most =
                Math.max(least * 10, rows.stream().mapToDouble(Row::p99Ms).max().orElse(10));
        double from = Math.floor(Math.log10(least));
        double to = Math.ceil(Math.log10(most));
        int bottom = rows.size() * HEIGHT + 6;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"latency\" width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">",
                bottom + 24,
                id,
                id));
        svg.append("<title id=\"" + id + "-t\">Time of a batch: median and 99th percentile</title>");
        svg.append("<desc id=\"" + id + "-d\">"
                + Markup.text(rows.stream()
                        .map(row -> row.label() + ": " + shown(row))
                        .collect(Collectors.joining("; ", "Milliseconds, logarithmic. ", ".")))
                + "</desc>");
        for (double power = from; power <= to; power++) {
            double x = LEFT + WIDTH * (power - from) / (to - from);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\" class=\"grid\"/>"
                            + "<text x=\"%.2f%%\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>",
                    x,
                    x,
                    bottom,
                    x,
                    bottom + 16,
                    tick(power)));
        }
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), i * HEIGHT, from, to);
        }
        return svg.append("</svg>").toString();
    }

    private static String tick(double power) {
        double ms = Math.pow(10, power);
        return ms >= 1000
                ? String.format(Locale.ROOT, "%,.0f s", ms / 1000)
                : String.format(Locale.ROOT, "%.0f ms", ms);
    }

    private static String shown(Row row) {
        return Numbers.plain(row.p50Ms()) + " to " + Numbers.plain(row.p99Ms()) + " ms, " + row.timed();
    }

    private static void row(StringBuilder svg, Row row, int top, double from, double to) {
        double p50 = at(row.p50Ms(), from, to);
        double p99 = at(row.p99Ms(), from, to);
        String style = row.family().style();
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"0\" y=\"%d\" class=\"name\">%s <tspan class=\"value\">%s</tspan></text>",
                top + 15,
                Markup.text(row.label()),
                Markup.text(shown(row))));
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\" class=\"stem %s\"/>"
                        + "<circle cx=\"%.2f%%\" cy=\"%d\" r=\"6\" class=\"%s\"/>"
                        + "<circle cx=\"%.2f%%\" cy=\"%d\" r=\"4\" class=\"tip %s\"/>",
                p50,
                p99,
                top + 30,
                top + 30,
                style,
                p50,
                top + 30,
                style,
                p99,
                top + 30,
                style));
    }

    private static double at(double ms, double from, double to) {
        double place = (Math.log10(Math.max(ms, Math.pow(10, from))) - from) / (to - from);
        return LEFT + WIDTH * place;
    }
}
