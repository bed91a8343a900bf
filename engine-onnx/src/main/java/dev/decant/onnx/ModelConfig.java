package dev.decant.onnx;

import dev.decant.engine.ProblemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What `config.json` says of a sequence classifier.
///
/// @param labels the labels in id order
/// @param problemType what the scores mean
/// @param positions the longest input in tokens; 0 where the file does not say
/// @param padTokenId the id that rows are filled up with
record ModelConfig(List<String> labels, ProblemType problemType, int positions, int padTokenId) {
    private static final int MOST_LABELS = 1 << 20;

    static ModelConfig read(JsonObject json) throws ModelException {
        List<String> labels = labels(json);
        return new ModelConfig(
                labels,
                problemType(json, labels.size()),
                Math.max(0, json.integer("max_position_embeddings", 0)),
                Math.max(0, json.integer("pad_token_id", 0)));
    }

    private static List<String> labels(JsonObject json) throws ModelException {
        Map<Integer, String> byId = new TreeMap<>();
        JsonObject id2label = json.object("id2label");
        JsonObject label2id = json.object("label2id");
        if (id2label != null) {
            for (var entry : id2label.values().entrySet()) {
                byId.put(id(json, "id2label", entry.getKey()), String.valueOf(entry.getValue()));
            }
        } else if (label2id != null) {
            for (var entry : label2id.values().entrySet()) {
                byId.put(id(json, "label2id", String.valueOf(entry.getValue())), entry.getKey());
            }
        } else {
            // The original's default, and its names.
            int count = json.integer("num_labels", 2);
            if (count < 1 || count > MOST_LABELS) {
                throw new ModelException(json.where() + ": num_labels is " + count + "; a classifier has one or more");
            }
            for (int i = 0; i < count; i++) {
                byId.put(i, "LABEL_" + i);
            }
        }
        List<String> labels = new ArrayList<>();
        for (var entry : byId.entrySet()) {
            if (entry.getKey() != labels.size()) {
                throw new ModelException(json.where() + ": no label has the id " + labels.size()
                        + "; id2label has to name the ids from 0 on");
            }
            labels.add(entry.getValue());
        }
        if (labels.isEmpty()) {
            throw new ModelException(json.where() + ": id2label is empty; a classifier has one label or more");
        }
        return List.copyOf(labels);
    }

    private static int id(JsonObject json, String key, String id) throws ModelException {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException e) {
            throw new ModelException(json.where() + ": " + key + ": '" + id + "' is not a label's id", e);
        }
    }

    private static ProblemType problemType(JsonObject json, int labels) throws ModelException {
        String name = json.string("problem_type");
        if (name == null) {
            return labels == 1 ? ProblemType.REGRESSION : ProblemType.SINGLE_LABEL_CLASSIFICATION;
        }
        @Nullable ProblemType found = null;
        for (ProblemType type : ProblemType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
                found = type;
            }
        }
        if (found == null) {
            throw new ModelException(json.where() + ": problem_type is '" + name
                    + "'; it has to be single_label_classification, multi_label_classification or regression");
        }
        return found;
    }
}
