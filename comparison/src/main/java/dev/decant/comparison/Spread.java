package dev.decant.comparison;

import java.util.List;

/// A figure over the repeats of a run: its median, with the least and the most.
///
/// @param median of an even number of values, the mean of the two in the middle
public record Spread(double median, double min, double max) {
    /// Over at least one value.
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }
}
