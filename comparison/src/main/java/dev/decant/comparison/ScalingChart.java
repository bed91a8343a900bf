package dev.decant.comparison;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A figure against the number of processes, workers or requests at once, a line for each approach, as inline SVG.
///
/// @param id unique in the page
/// @param title what it shows
/// @param counts the numbers, ascending; evenly spaced
record ScalingChart(String id, String title, List<Integer> counts, List<Line> lines) {
    /// One approach.
    ///
    /// @param values by count; NaN where there is none
    /// @param style the class in the style sheet
    record Line(String name, List<Double> values, String style) {}

    private static final int HEIGHT = 220;
    private static final int BOTTOM = 26;
    private static final double RIGHT = 94;
    private static final double LEFT = 4;

    String svg() {
        double most = lines.stream()
                .flatMap(line -> line.values().stream())
                .filter(value -> !value.isNaN())
                .mapToDouble(value -> value)
                .max()
                .orElse(1);
        double top = Math.max(most, 1e-9) * 1.12;
        int plot = HEIGHT - BOTTOM;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"scaling\" width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
                        + "<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>",
                HEIGHT,
                id,
                id,
                id,
                Markup.text(title),
                id,
                Markup.text(description())));
        for (int i = 0; i < counts.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.2f%%\" x2=\"%.2f%%\" y1=\"0\" y2=\"%d\" class=\"grid\"/>"
                            + "<text x=\"%.2f%%\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%d</text>",
                    x(i),
                    x(i),
                    plot,
                    x(i),
                    HEIGHT - 8,
                    counts.get(i)));
        }
        svg.append(String.format(
                Locale.ROOT, "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"axis\"/>", plot, plot));
        for (Line line : lines) {
            line(svg, line, top, plot);
        }
        return svg.append("</svg>").toString();
    }

    private String description() {
        return lines.stream()
                .map(line -> {
                    StringBuilder said = new StringBuilder(line.name()).append(": ");
                    for (int i = 0; i < counts.size(); i++) {
                        said.append(i == 0 ? "" : ", ")
                                .append(counts.get(i))
                                .append(" gives ")
                                .append(
                                        line.values().get(i).isNaN()
                                                ? "nothing"
                                                : Numbers.plain(line.values().get(i)));
                    }
                    return said.toString();
                })
                .collect(Collectors.joining("; ", "", "."));
    }

    private void line(StringBuilder svg, Line line, double top, int plot) {
        for (int i = 0; i < counts.size(); i++) {
            double value = line.values().get(i);
            if (Double.isNaN(value)) {
                continue;
            }
            double y = plot - plot * value / top;
            double next = i + 1 < counts.size() ? line.values().get(i + 1) : Double.NaN;
            if (!Double.isNaN(next)) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line x1=\"%.2f%%\" y1=\"%.1f\" x2=\"%.2f%%\" y2=\"%.1f\" class=\"%s\"/>",
                        x(i),
                        y,
                        x(i + 1),
                        plot - plot * next / top,
                        line.style()));
            }
            svg.append(String.format(
                    Locale.ROOT, "<circle cx=\"%.2f%%\" cy=\"%.1f\" r=\"4\" class=\"%s\"/>", x(i), y, line.style()));
        }
    }

    private double x(int index) {
        return counts.size() == 1 ? LEFT : LEFT + (RIGHT - LEFT) * index / (counts.size() - 1);
    }
}
