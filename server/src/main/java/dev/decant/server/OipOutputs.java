package dev.decant.server;

import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The output tensors of texts: `label` and `score` of the best label, `scores` of all labels in id order, and `error`.
///
/// A text that failed has an empty label and no scores (NaN), and its message in `error`, which is there
/// when asked for, and whenever a text failed.
final class OipOutputs {
    static final String LABEL = "label";
    static final String SCORE = "score";
    static final String SCORES = "scores";
    static final String ERROR = "error";

    private final List<String> labels;
    private final List<Outcome> outcomes;
    private final Map<String, Integer> ids = new HashMap<>();

    OipOutputs(TextClassification.Answers answers) {
        this.labels = answers.labels();
        this.outcomes = answers.outcomes();
        for (String label : labels) {
            ids.put(label, ids.size());
        }
    }

    /// The outputs asked for; where none are, the usual ones.
    List<OipTensor> of(OipRequest request) throws RequestFault {
        List<OipTensor> tensors = new ArrayList<>();
        for (OipRequest.Output output : request.outputs()) {
            tensors.add(of(output));
        }
        if (tensors.isEmpty()) {
            tensors.add(label());
            tensors.add(labels.isEmpty() ? score() : scores());
        }
        boolean failed = outcomes.stream().anyMatch(outcome -> !(outcome instanceof Outcome.Scored));
        if (failed && tensors.stream().noneMatch(tensor -> tensor.name().equals(ERROR))) {
            tensors.add(error());
        }
        return tensors;
    }

    private OipTensor of(OipRequest.Output output) throws RequestFault {
        if (output.classification() > 0) {
            if (!output.name().equals(SCORES)) {
                throw OipRequest.malformed("'classification' is for the output '" + SCORES + "'");
            }
            return classification(output.classification());
        }
        return switch (output.name()) {
            case LABEL -> label();
            case SCORE -> score();
            case SCORES -> {
                if (labels.isEmpty()) {
                    throw OipRequest.malformed("this model's labels are not known before its answers; ask for '" + LABEL
                            + "' and '" + SCORE + "'");
                }
                yield scores();
            }
            case ERROR -> error();
            default ->
                throw OipRequest.malformed("there is no output '" + output.name() + "'; the outputs are " + LABEL + ", "
                        + SCORE + ", " + SCORES + ", " + ERROR);
        };
    }

    private OipTensor label() {
        return new OipTensor.Bytes(
                LABEL,
                List.of(outcomes.size()),
                outcomes.stream()
                        .map(o -> o instanceof Outcome.Scored scored
                                ? scored.best().label()
                                : "")
                        .toList());
    }

    private OipTensor error() {
        return new OipTensor.Bytes(
                ERROR,
                List.of(outcomes.size()),
                outcomes.stream().map(OipOutputs::message).toList());
    }

    private static String message(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Scored scored -> "";
            case Outcome.Failed failed -> failed.message();
            case Outcome.Skipped skipped -> skipped.reason();
        };
    }

    private OipTensor score() {
        return new OipTensor.Floats(
                SCORE,
                List.of(outcomes.size()),
                outcomes.stream()
                        .map(o -> o instanceof Outcome.Scored scored
                                ? scored.best().score()
                                : Float.NaN)
                        .toList());
    }

    private OipTensor scores() {
        List<Float> data = new ArrayList<>(Collections.nCopies(outcomes.size() * labels.size(), Float.NaN));
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i) instanceof Outcome.Scored scored) {
                for (LabelScore score : scored.scores()) {
                    Integer id = ids.get(score.label());
                    if (id != null) {
                        data.set(i * labels.size() + id, score.score());
                    }
                }
            }
        }
        return new OipTensor.Floats(SCORES, List.of(outcomes.size(), labels.size()), data);
    }

    private OipTensor classification(int classes) {
        int columns = labels.isEmpty() ? classes : Math.min(classes, labels.size());
        List<String> data = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            List<LabelScore> scores = outcome instanceof Outcome.Scored scored ? scored.scores() : List.of();
            for (int i = 0; i < columns; i++) {
                data.add(i < scores.size() ? value(scores.get(i)) : "");
            }
        }
        return new OipTensor.Bytes(SCORES, List.of(outcomes.size(), columns), data);
    }

    private String value(LabelScore score) {
        return String.format(
                Locale.ROOT, "%f:%d:%s", score.score(), ids.getOrDefault(score.label(), -1), score.label());
    }
}
