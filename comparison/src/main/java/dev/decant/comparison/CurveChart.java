package dev.decant.comparison;

import java.util.List;
import java.util.Locale;

/// The memory of one run over time as inline SVG: PSS as an area, USS as a line in it.
///
/// @param id unique in the page
/// @param title the approach
record CurveChart(String id, String title, List<RunMeasurement.Point> points, double seconds, Family family) {
    private static final int HEIGHT = 110;

    String svg() {
        double most =
                points.stream().mapToDouble(RunMeasurement.Point::pss).max().orElse(1);
        double top = Math.max(1, most) * 1.05;
        double end = Math.max(seconds, points.isEmpty() ? 0 : points.getLast().seconds());
        StringBuilder pss = new StringBuilder("0,100 ");
        StringBuilder uss = new StringBuilder();
        double last = 0;
        for (RunMeasurement.Point point : points) {
            last = 100 * point.seconds() / end;
            pss.append(place(last, (double) point.pss(), top));
            uss.append(place(last, (double) point.uss(), top));
        }
        pss.append(String.format(Locale.ROOT, "%.2f,100", last));
        String peak = Numbers.megabytes(most);
        String shown = Numbers.seconds(end);
        return String.format(
                Locale.ROOT,
                "<svg class=\"curve\" width=\"100%%\" height=\"%d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
                        + "<title id=\"%s-t\">%s: memory over time</title><desc id=\"%s-d\">Up to %s over %s.</desc>"
                        + "<svg x=\"0\" y=\"4\" width=\"100%%\" height=\"%d\" viewBox=\"0 0 100 100\""
                        + " preserveAspectRatio=\"none\" aria-hidden=\"true\">"
                        + "<polygon points=\"%s\" class=\"area %s\"/><polyline points=\"%s\" class=\"inner %s\"/></svg>"
                        + "<line x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\" class=\"axis\"/>"
                        + "<text x=\"0\" y=\"%d\" class=\"tick\">0</text>"
                        + "<text x=\"100%%\" y=\"%d\" class=\"tick\" text-anchor=\"end\">%s</text></svg>",
                HEIGHT,
                id,
                id,
                id,
                Markup.text(title),
                id,
                peak,
                shown,
                HEIGHT - 24,
                pss,
                family.style(),
                uss.toString().strip(),
                family.style(),
                HEIGHT - 20,
                HEIGHT - 20,
                HEIGHT - 5,
                HEIGHT - 5,
                shown);
    }

    private static String place(double x, double bytes, double top) {
        return String.format(Locale.ROOT, "%.2f,%.2f ", x, 100 - 100 * bytes / top);
    }
}
