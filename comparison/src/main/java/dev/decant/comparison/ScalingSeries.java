package dev.decant.comparison;

import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Optional;

/// One approach with more and more processes, workers or requests at once, over the same rows.
///
/// @param unit `process`, `worker` or `request`
public record ScalingSeries(String approach, String unit, List<Point> points) {
    /// Peaks of the same run differ by some megabytes.
    private static final double PEAKS_DIFFER = 7e6;

    /// With so many at once.
    ///
    /// @param threadsEach threads in each, so that all together keep to the budget, as far as that goes;
    ///     of requests, in each of the server's workers
    /// @param runs one for each repeat; empty where it could not run
    /// @param obstacle why not
    public record Point(int count, int threadsEach, List<RunMeasurement> runs, Optional<String> obstacle) {
        /// A figure over the repeats, where it ran.
        public Optional<Spread> spread(Metric metric) {
            return runs.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Spread.of(runs.stream().map(metric::of).toList()));
        }
    }

    public ScalingSeries {
        points = List.copyOf(points);
    }

    /// The bytes of peak PSS that each more of them costs: the slope of the least-squares line through the points.
    /// Empty where there are fewer than two.
    public Optional<Double> bytesForEachMore() {
        List<Point> ran =
                points.stream().filter(point -> !point.runs().isEmpty()).toList();
        if (ran.size() < 2) {
            return Optional.empty();
        }
        double meanCount = ran.stream().mapToInt(Point::count).average().orElseThrow();
        double meanBytes =
                ran.stream().mapToDouble(ScalingSeries::peak).average().orElseThrow();
        double across = 0;
        double along = 0;
        for (Point point : ran) {
            across += (point.count() - meanCount) * (peak(point) - meanBytes);
            along += (point.count() - meanCount) * (point.count() - meanCount);
        }
        return along == 0 ? Optional.empty() : Optional.of(across / along);
    }

    /// The bytes below which what each more costs is not told from nothing: by how much peaks differ, over the range of
    /// the numbers.
    double resolution() {
        IntSummaryStatistics ran = points.stream()
                .filter(point -> !point.runs().isEmpty())
                .mapToInt(Point::count)
                .summaryStatistics();
        return PEAKS_DIFFER / Math.max(1, ran.getMax() - ran.getMin());
    }

    /// What each more costs, in words; empty where that is not known.
    Optional<String> memoryForEachMore() {
        return bytesForEachMore().map(bytes -> Numbers.memoryForEachMore(bytes, resolution()));
    }

    private static double peak(Point point) {
        return point.spread(Metric.PEAK_PSS_BYTES).orElseThrow().median();
    }
}
