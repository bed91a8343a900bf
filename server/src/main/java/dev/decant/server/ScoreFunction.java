package dev.decant.server;

import dev.decant.data.LabelScore;
import java.util.ArrayList;
import java.util.List;

/// What a client wants made of the model's raw values.
enum ScoreFunction {
    /// What the model's problem type says.
    MODEL,
    SOFTMAX,
    SIGMOID,
    /// The raw values themselves.
    NONE;

    /// The scores under this function, best first.
    ///
    /// @throws RequestFault where the engine tells no raw values
    List<LabelScore> apply(List<LabelScore> scores) throws RequestFault {
        if (this == MODEL) {
            return scores;
        }
        double largest = Double.NEGATIVE_INFINITY;
        for (LabelScore score : scores) {
            if (Float.isNaN(score.logit())) {
                throw new RequestFault(
                        RequestFault.Kind.INVALID,
                        "this model tells no raw scores, so no other function can be applied to them");
            }
            largest = Math.max(largest, score.logit());
        }
        double sum = 0;
        for (LabelScore score : scores) {
            sum += Math.exp(score.logit() - largest);
        }
        List<LabelScore> changed = new ArrayList<>(scores.size());
        for (LabelScore score : scores) {
            double logit = score.logit();
            double value = switch (this) {
                case SOFTMAX -> Math.exp(logit - largest) / sum;
                case SIGMOID -> 1 / (1 + Math.exp(-logit));
                case NONE, MODEL -> logit;
            };
            changed.add(new LabelScore(score.label(), (float) value, score.logit()));
        }
        changed.sort((a, b) -> Float.compare(b.score(), a.score()));
        return changed;
    }
}
