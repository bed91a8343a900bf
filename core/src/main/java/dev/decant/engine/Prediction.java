package dev.decant.engine;

import dev.decant.data.LabelScore;
import java.util.List;

/// An engine's answer for one text.
///
/// @param scores the labels with their scores, best first; never empty
public record Prediction(List<LabelScore> scores) {
    public Prediction {
        if (scores.isEmpty()) {
            throw new IllegalArgumentException("a prediction has at least one label");
        }
    }
}
