package dev.decant.data;

/// One label with its score.
///
/// @param label the label's name in the model
/// @param score a probability from 0 to 1 (softmax, sigmoid) or, for regression, the raw value; finite
public record LabelScore(String label, float score) {
    public LabelScore {
        if (!Float.isFinite(score)) {
            throw new IllegalArgumentException("score of label " + label + " is " + score);
        }
    }
}
