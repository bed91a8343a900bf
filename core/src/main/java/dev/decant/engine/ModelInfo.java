package dev.decant.engine;

import java.util.List;
import java.util.function.Supplier;

/// What an engine says of the model it runs.
///
/// @param id the model's name, such as its folder's
/// @param labels the labels in id order; empty where they are known only from the answers
/// @param problemType what the scores mean
/// @param maxInputTokens the longest input in tokens, special tokens included; longer texts are cut;
///     0 where the engine does not count tokens
/// @param batchInvariant whether a text's score is the same whatever else is in its batch; where it
///     is not, rows are run alone
/// @param fingerprint identifies weights, vocabulary and configuration; hashing may take time, so
///     it is done when first asked for
public record ModelInfo(
        String id,
        List<String> labels,
        ProblemType problemType,
        int maxInputTokens,
        boolean batchInvariant,
        Supplier<String> fingerprint) {}
