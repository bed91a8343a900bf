package dev.decant.data;

/// One label with its score.
///
/// @param label the label's name in the model
/// @param score a probability from 0 to 1 (softmax, sigmoid) or, for regression, the raw value; finite
/// @param logit the raw value that the score was made of; NaN where the engine does not tell
public record LabelScore(String label, float score, float logit) {
    public LabelScore {
        if (!Float.isFinite(score)) {
            throw new IllegalArgumentException("score of label " + label + " is " + score);
        }
    }

    /// A score whose raw value is not known.
    public LabelScore(String label, float score) {
        this(label, score, Float.NaN);
    }
}
