package dev.decant.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Horizontal bars as inline SVG, which keep their letters' size at any width.
///
/// @param id unique in the page
/// @param title what it shows
/// @param unit of the values, for those who hear it read
record BarChart(String id, String title, String unit, List<Bar> bars) {
    /// One bar.
    ///
    /// @param spread drawn to its median, with a line from its least to its most
    /// @param shown the value as it is written beside the bar
    record Bar(String label, Spread spread, String shown, Family family) {}

    private static final int ROW = 46;
    /// Percent of the width that the longest bar has: the rest is for its value.
    private static final double LONGEST = 74;

    String svg() {
        double most = bars.stream().mapToDouble(bar -> bar.spread().max()).max().orElse(1);
        double scale = most > 0 ? LONGEST / most : 0;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"bars\" width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">",
                bars.size() * ROW + 4,
                id,
                id));
        svg.append("<title id=\"" + id + "-t\">" + Markup.text(title) + "</title>");
        svg.append("<desc id=\"" + id + "-d\">"
                + Markup.text(bars.stream()
                        .map(bar -> bar.label() + ": " + bar.shown())
                        .collect(Collectors.joining("; ", unit + ". ", ".")))
                + "</desc>");
        for (int i = 0; i < bars.size(); i++) {
            row(svg, bars.get(i), i * ROW, scale);
        }
        return svg.append("</svg>").toString();
    }

    private static void row(StringBuilder svg, Bar bar, int top, double scale) {
        double length = Math.max(0.3, bar.spread().median() * scale);
        double end = Math.max(length, bar.spread().max() * scale);
        svg.append(String.format(
                Locale.ROOT, "<text x=\"0\" y=\"%d\" class=\"name\">%s</text>", top + 15, Markup.text(bar.label())));
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"0\" y=\"%d\" width=\"%.2f%%\" height=\"16\" rx=\"2\" class=\"%s\"/>",
                top + 21,
                length,
                bar.family().style()));
        if (bar.spread().max() > bar.spread().min()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"%d\" y2=\"%d\" class=\"range\"/>",
                    bar.spread().min() * scale,
                    bar.spread().max() * scale,
                    top + 29,
                    top + 29));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.2f%%\" dx=\"8\" y=\"%d\" class=\"value\">%s</text>",
                end,
                top + 34,
                Markup.text(bar.shown())));
    }
}
