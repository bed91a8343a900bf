package dev.decant.comparison;

import java.time.Duration;
import java.util.List;

/// What a comparison is to do.
///
/// @param input the file's name, without its folder
/// @param textColumn the column that holds the texts
/// @param texts the rows, each approach's alike
/// @param leftOut rows of the input without a text to label, which no approach is given
/// @param approaches in the order of the report
/// @param repeats how often each runs
/// @param warmUpRows rows of an unmeasured run before; 0 for none
/// @param limit the longest that one run may take
/// @param allowance the part of the rows, 0 to 1, whose label may differ where weights are quantised
/// @param scaling how many at once, one after the other; empty for none
/// @param scalingRepeats how often each of those runs
public record ComparisonPlan(
        String input,
        String textColumn,
        List<String> texts,
        int leftOut,
        List<Approach> approaches,
        int repeats,
        int warmUpRows,
        Duration limit,
        SamplingPolicy sampling,
        double allowance,
        Cost.Prices prices,
        List<Integer> scaling,
        int scalingRepeats) {
    public ComparisonPlan {
        texts = List.copyOf(texts);
        approaches = List.copyOf(approaches);
        scaling = List.copyOf(scaling);
        if (repeats < 1 || scalingRepeats < 1) {
            throw new IllegalArgumentException("--repeat: 1 or more");
        }
        if (warmUpRows < 0) {
            throw new IllegalArgumentException("--warm-up: 0 or more, not " + warmUpRows);
        }
        if (!(allowance >= 0 && allowance <= 1)) {
            throw new IllegalArgumentException("--allowance: a percentage from 0 to 100");
        }
        if (!limit.isPositive()) {
            throw new IllegalArgumentException("--timeout: more than 0");
        }
    }
}
