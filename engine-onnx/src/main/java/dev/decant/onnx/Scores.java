package dev.decant.onnx;

import dev.decant.data.LabelScore;
import dev.decant.engine.Prediction;
import dev.decant.engine.ProblemType;
import java.util.ArrayList;
import java.util.List;

/// Makes predictions of logits. A row's scores depend on its own logits only.
///
/// @param labels the labels in id order
/// @param problemType what the scores mean
record Scores(List<String> labels, ProblemType problemType) {
    /// The prediction for one row.
    ///
    /// @param logits one for each label, all finite
    Prediction of(float[] logits) {
        float[] scores = switch (problemType) {
            case SINGLE_LABEL_CLASSIFICATION -> softmax(logits);
            case MULTI_LABEL_CLASSIFICATION -> sigmoid(logits);
            case REGRESSION -> logits;
        };
        List<LabelScore> best = new ArrayList<>(scores.length);
        for (int i = 0; i < scores.length; i++) {
            best.add(new LabelScore(labels.get(i), scores[i], logits[i]));
        }
        best.sort((a, b) -> Float.compare(b.score(), a.score())); // stable: equal scores stay in id order
        return new Prediction(List.copyOf(best));
    }

    // The largest logit is taken off first, so that no exponential overflows.
    private static float[] softmax(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        float[] scores = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            scores[i] = (float) (Math.exp(logits[i] - largest) / sum);
        }
        return scores;
    }

    private static float[] sigmoid(float[] logits) {
        float[] scores = new float[logits.length];
        for (int i = 0; i < logits.length; i++) {
            double small = Math.exp(-Math.abs((double) logits[i]));
            scores[i] = (float) ((logits[i] >= 0 ? 1 : small) / (1 + small));
        }
        return scores;
    }
}
