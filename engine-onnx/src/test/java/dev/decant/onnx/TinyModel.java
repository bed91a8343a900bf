package dev.decant.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A model folder made for a test: each token has a vector, a text's is the mean of its tokens', and a
/// matrix makes logits of it. The token `nan` makes its row's logits NaN.
final class TinyModel {
    static final List<String> VOCABULARY = vocabulary();
    static final int WIDTH = 16;

    boolean tokenTypes = true;
    boolean attentionMask = true;
    boolean positions;
    boolean quantized;
    boolean endless;
    int inputType = GraphWriter.INT64;
    Object rows = "rows";
    Object columns = "columns";
    int labels = 2;
    String config = "\"id2label\": {\"0\": \"NEGATIVE\", \"1\": \"POSITIVE\"}, \"max_position_embeddings\": 64";

    /// Writes the folder.
    Path writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), "{" + config + "}");
        Files.writeString(folder.resolve("vocab.txt"), String.join("\n", VOCABULARY) + "\n");
        Files.write(folder.resolve("model.onnx"), graph());
        return folder;
    }

    byte[] graph() {
        GraphWriter graph = new GraphWriter();
        Random random = new Random(7);
        graph.input("input_ids", inputType, rows, columns);
        float[] table = floats(random, VOCABULARY.size() * WIDTH);
        int nan = VOCABULARY.indexOf("nan") * WIDTH;
        table[nan] = Float.NaN;
        graph.floats("table", table, VOCABULARY.size(), WIDTH);
        graph.node("Gather", List.of("table", "input_ids"), List.of("words"));
        String sum = "words";
        if (tokenTypes) {
            sum = addGather(graph, sum, "token_type_ids", floats(random, 2 * WIDTH));
        }
        if (positions) {
            sum = addGather(graph, sum, "position_ids", floats(random, 64 * WIDTH));
        }
        graph.longs("one", new long[] {1}, 1).longs("last", new long[] {-1}, 1);
        String mask = "input_ids";
        if (attentionMask) {
            mask = "attention_mask";
            graph.input("attention_mask", inputType, rows, columns);
        }
        graph.node("Cast", List.of(mask), List.of("weight"), GraphWriter.attribute("to", GraphWriter.FLOAT));
        graph.node("Unsqueeze", List.of("weight", "last"), List.of("weight3"));
        graph.node("Mul", List.of(sum, "weight3"), List.of("weighted"));
        graph.node("ReduceSum", List.of("weighted", "one"), List.of("sum"), GraphWriter.attribute("keepdims", 0));
        graph.node("ReduceSum", List.of("weight", "one"), List.of("count"));
        graph.node("Div", List.of("sum", "count"), List.of("mean"));
        head(graph, random);
        return graph.output("logits", GraphWriter.FLOAT, rows, labels).toModel();
    }

    private String addGather(GraphWriter graph, String sum, String input, float[] table) {
        graph.input(input, inputType, rows, columns);
        graph.floats(input + "_table", table, table.length / WIDTH, WIDTH);
        graph.node("Gather", List.of(input + "_table", input), List.of(input + "_words"));
        graph.node("Add", List.of(sum, input + "_words"), List.of(input + "_sum"));
        return input + "_sum";
    }

    private void head(GraphWriter graph, Random random) {
        if (quantized) {
            byte[] weights = new byte[WIDTH * labels];
            random.nextBytes(weights);
            graph.tensor("head", GraphWriter.UINT8, weights, WIDTH, labels);
            graph.node("DynamicQuantizeLinear", List.of("mean"), List.of("q", "scale", "zero"));
            graph.node("MatMulInteger", List.of("q", "head", "zero"), List.of("product"));
            graph.node(
                    "Cast", List.of("product"), List.of("product_f"), GraphWriter.attribute("to", GraphWriter.FLOAT));
            graph.floats("step", new float[] {0.01f}, 1);
            graph.node("Mul", List.of("product_f", "scale"), List.of("scaled"));
            graph.node("Mul", List.of("scaled", "step"), List.of("logits"));
            return;
        }
        graph.floats("head", floats(random, WIDTH * labels), WIDTH, labels);
        graph.node("MatMul", List.of("mean", "head"), List.of(endless ? "start" : "logits"));
        if (endless) {
            GraphWriter body = new GraphWriter()
                    .input("i", GraphWriter.INT64)
                    .input("go", GraphWriter.BOOL)
                    .input("x", GraphWriter.FLOAT, rows, labels)
                    .node("Identity", List.of("go"), List.of("go_on"))
                    .node("Neg", List.of("x"), List.of("y"))
                    .output("go_on", GraphWriter.BOOL)
                    .output("y", GraphWriter.FLOAT, rows, labels);
            graph.longs("rounds", new long[] {Long.MAX_VALUE});
            graph.tensor("true", GraphWriter.BOOL, new byte[] {1});
            graph.node(
                    "Loop", List.of("rounds", "true", "start"), List.of("logits"), GraphWriter.attribute("body", body));
        }
    }

    private static float[] floats(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static List<String> vocabulary() {
        List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        tokens.addAll(List.of("nan", "good", "bad", "wine", "fine", "awful", "not", "a", "the", ".", ","));
        for (char c = 'b'; c <= 'z'; c++) {
            tokens.add(String.valueOf(c));
            tokens.add("##" + c);
        }
        return List.copyOf(tokens);
    }
}
