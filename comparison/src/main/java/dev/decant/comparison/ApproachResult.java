package dev.decant.comparison;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What came of one approach.
///
/// @param name its name on the command line
/// @param description what it does, in half a line
/// @param model the name of the model that it ran
/// @param quantised whether its weights are
/// @param timed what its batch times are the times of
public record ApproachResult(
        String name, String description, String model, boolean quantised, Timed timed, Standing standing) {

    /// What is timed for the median and the 99th percentile.
    public enum Timed {
        /// A call of the model, with the rows of a batch.
        BATCH,
        /// A request with one row, from its sending to its answer.
        REQUEST
    }

    /// Whether there are figures.
    public sealed interface Standing {}

    /// There are.
    ///
    /// @param runs one for each repeat
    /// @param labelCounts rows by label
    /// @param agreement with the first approach of the same model; empty for that one itself
    public record Measured(List<RunMeasurement> runs, Map<String, Integer> labelCounts, Optional<Agreement> agreement)
            implements Standing {
        public Measured {
            runs = List.copyOf(runs);
        }

        /// A figure over the repeats.
        public Spread spread(Metric metric) {
            return Spread.of(runs.stream().map(metric::of).toList());
        }

        /// The repeat whose wall time is nearest to the median: the one whose curve is drawn.
        RunMeasurement typical() {
            double median = spread(Metric.WALL_SECONDS).median();
            RunMeasurement nearest = runs.getFirst();
            for (RunMeasurement run : runs) {
                if (Math.abs(run.wallSeconds() - median) < Math.abs(nearest.wallSeconds() - median)) {
                    nearest = run;
                }
            }
            return nearest;
        }
    }

    /// It was not started.
    ///
    /// @param reason with the mend
    public record Unavailable(String reason) implements Standing {}

    /// It was started and did not end well.
    ///
    /// @param tail the last lines that it printed
    public record Broken(String reason, List<String> tail) implements Standing {}

    ApproachResult with(Standing other) {
        return new ApproachResult(name, description, model, quantised, timed, other);
    }

    /// Its figures, where it has any.
    public Optional<Measured> measured() {
        return standing instanceof Measured measured ? Optional.of(measured) : Optional.empty();
    }
}
