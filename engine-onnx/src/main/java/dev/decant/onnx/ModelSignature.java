package dev.decant.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The inputs that a model wants and the output that holds its logits.
///
/// @param inputs the inputs to be fed, in the model's order
/// @param output the name of the logits
/// @param pinned whether the logits are 32-bit floats, which can be written where we say
/// @param rows how many rows a run has, where the model fixes that; else 0
/// @param columns how many tokens a row has, where the model fixes that; else 0
record ModelSignature(List<Input> inputs, String output, boolean pinned, int rows, int columns) {
    private static final int MOST_ROWS = 1 << 16;
    private static final int MOST_COLUMNS = 1 << 20;
    /// The most numbers in one tensor of a model that fixes its size.
    private static final int MOST_NUMBERS = 1 << 22;

    /// What an input holds, by the names that exporters give.
    enum Content {
        INPUT_IDS,
        ATTENTION_MASK,
        TOKEN_TYPE_IDS,
        POSITION_IDS
    }

    /// @param name the name in the model
    /// @param wide whether its numbers have 64 bits, else 32
    record Input(String name, Content content, boolean wide) {
        int bytes() {
            return wide ? Long.BYTES : Integer.BYTES;
        }
    }

    static ModelSignature of(OrtSession session, ModelFolder folder) throws OrtException, ModelException {
        String where = "model folder " + folder.path() + ": " + folder.modelFileName();
        List<Input> inputs = new ArrayList<>();
        int rows = 0;
        int columns = 0;
        for (NodeInfo node : session.getInputInfo().values()) {
            TensorInfo info = tensor(where, node);
            long[] shape = info.getShape();
            if (shape.length != 2 || !(info.type == OnnxJavaType.INT64 || info.type == OnnxJavaType.INT32)) {
                throw new ModelException(where + ": input " + node.getName() + " is " + info.type + " of rank "
                        + shape.length + "; a classifier's inputs are int64 or int32 of rank 2");
            }
            inputs.add(new Input(node.getName(), content(where, node.getName()), info.type == OnnxJavaType.INT64));
            rows = Math.max(rows, fixed(where, node, shape[0], MOST_ROWS));
            columns = Math.max(columns, fixed(where, node, shape[1], MOST_COLUMNS));
        }
        if ((long) rows * Math.max(columns, folder.labels().size()) > MOST_NUMBERS) {
            throw new ModelException(where + ": its inputs have a fixed size of " + rows + " rows of " + columns
                    + " tokens, with " + folder.labels().size() + " labels for each, which is more than is supported;"
                    + " export it with dynamic axes");
        }
        if (inputs.stream().noneMatch(input -> input.content == Content.INPUT_IDS)) {
            throw new ModelException(where + " has no input input_ids; it is not a text classifier");
        }
        NodeInfo logits = logits(where, session.getOutputInfo());
        TensorInfo info = tensor(where, logits);
        long[] shape = info.getShape();
        int labels = folder.labels().size();
        if (shape.length != 2 || (shape[1] >= 0 && shape[1] != labels)) {
            throw new ModelException(where + ": output " + logits.getName() + " has the shape "
                    + Arrays.toString(shape) + ", but config.json names " + labels
                    + " labels; export the model with its classification head, or mend id2label");
        }
        return new ModelSignature(
                List.copyOf(inputs), logits.getName(), info.type == OnnxJavaType.FLOAT, rows, columns);
    }

    private static NodeInfo logits(String where, Map<String, NodeInfo> outputs) throws ModelException {
        NodeInfo named = outputs.get("logits");
        if (named != null) {
            return named;
        }
        if (outputs.size() != 1) {
            throw new ModelException(where + " has the outputs " + outputs.keySet() + ", none called logits;"
                    + " export the model with its classification head");
        }
        return outputs.values().iterator().next();
    }

    private static TensorInfo tensor(String where, NodeInfo node) throws ModelException {
        if (node.getInfo() instanceof TensorInfo info) {
            return info;
        }
        throw new ModelException(where + ": " + node.getName() + " is not a tensor; it is not a text classifier");
    }

    private static Content content(String where, String name) throws ModelException {
        return switch (name) {
            case "input_ids" -> Content.INPUT_IDS;
            case "attention_mask" -> Content.ATTENTION_MASK;
            case "token_type_ids" -> Content.TOKEN_TYPE_IDS;
            case "position_ids" -> Content.POSITION_IDS;
            default ->
                throw new ModelException(where + " wants an input " + name
                        + "; only input_ids, attention_mask, token_type_ids and position_ids are supported");
        };
    }

    private static int fixed(String where, NodeInfo node, long size, int most) throws ModelException {
        if (size > most) {
            throw new ModelException(where + ": input " + node.getName() + " has a fixed size of " + size
                    + ", which is more than the " + most + " that are supported");
        }
        return (int) Math.max(0, size);
    }
}
