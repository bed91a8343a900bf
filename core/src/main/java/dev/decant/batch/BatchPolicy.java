package dev.decant.batch;

import dev.decant.engine.ModelInfo;

/// How large a batch may be.
///
/// A batch's tokens are counted as they run: each row padded to the longest. A single row that
/// costs more than `maxBatchTokens` runs alone.
///
/// @param maxBatchTokens the most padded tokens in a batch, at least 1
/// @param maxBatchRows the most rows in a batch, at least 1
public record BatchPolicy(int maxBatchTokens, int maxBatchRows) {
    /// About 500 tokens and 8 rows: what was fastest on CPUs with 2 cores, and small in memory.
    public static final BatchPolicy DEFAULT = new BatchPolicy(512, 8);

    /// Each row by itself.
    public static final BatchPolicy ALONE = new BatchPolicy(Integer.MAX_VALUE, 1);

    public BatchPolicy {
        if (maxBatchTokens < 1 || maxBatchRows < 1) {
            throw new IllegalArgumentException(
                    "max batch tokens and rows are at least 1, not " + maxBatchTokens + " and " + maxBatchRows);
        }
    }

    /// This policy as far as a model allows: rows of one that is not batch invariant run alone, since
    /// a score must not depend on what else is in the batch.
    public BatchPolicy forModel(ModelInfo model) {
        return model.batchInvariant() ? this : new BatchPolicy(maxBatchTokens, 1);
    }
}
