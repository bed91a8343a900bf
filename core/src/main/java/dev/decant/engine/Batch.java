package dev.decant.engine;

import java.util.List;

/// Prepared texts that go through the model in one call.
///
/// Never empty. Owned by the caller; the engine keeps no reference after [Engine#run] returns.
///
/// @param rows the texts; the answers come in the same order
/// @param cancellation cancelled when the batch's time is over
public record Batch(List<Prepared> rows, Cancellation cancellation) {
    public Batch {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a batch has at least one row");
        }
    }

    /// A batch that nobody cancels.
    public static Batch of(List<Prepared> rows) {
        return new Batch(rows, new Cancellation());
    }

    /// The number of rows.
    public int size() {
        return rows.size();
    }

    /// The cost of the costliest row: what every row is padded to.
    public int longest() {
        int longest = 0;
        for (Prepared row : rows) {
            longest = Math.max(longest, row.cost());
        }
        return longest;
    }
}
