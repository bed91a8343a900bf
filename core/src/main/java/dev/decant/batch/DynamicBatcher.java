package dev.decant.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Cuts waiting requests into batches under a [BatchPolicy].
///
/// Requests are sorted by cost, longest first, so that the rows of a batch are of like length and
/// little is padded, and so that the last batch to end is a short one. Stateless and thread-safe.
public final class DynamicBatcher {
    private static final Comparator<InferenceRequest> LONGEST_FIRST =
            Comparator.comparingInt((InferenceRequest r) -> r.prepared().cost()).reversed();

    private final BatchPolicy policy;

    public DynamicBatcher(BatchPolicy policy) {
        this.policy = policy;
    }

    /// All requests in batches, longest first. The argument is left as it was.
    ///
    /// The sort is stable: the same requests in the same order always give the same batches.
    public List<List<InferenceRequest>> cut(List<InferenceRequest> requests) {
        List<InferenceRequest> sorted = new ArrayList<>(requests);
        sorted.sort(LONGEST_FIRST);
        List<List<InferenceRequest>> batches = new ArrayList<>();
        int start = 0;
        while (start < sorted.size()) {
            // The first row is the longest, so all others are padded to it.
            int width = Math.max(1, sorted.get(start).prepared().cost());
            int rows = Math.max(1, Math.min(policy.maxBatchRows(), policy.maxBatchTokens() / width));
            int end = Math.min(sorted.size(), start + rows);
            batches.add(sorted.subList(start, end));
            start = end;
        }
        return batches;
    }
}
