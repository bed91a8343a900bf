package dev.decant.engine;

/// What a model's scores mean; the names are those of Hugging Face's `problem_type`.
public enum ProblemType {
    /// One of the labels holds: softmax over the logits.
    SINGLE_LABEL_CLASSIFICATION,
    /// Each label holds or not, by itself: sigmoid of each logit.
    MULTI_LABEL_CLASSIFICATION,
    /// The logits themselves are the answer.
    REGRESSION
}
