package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.engine.ProblemType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelFolderTest {
    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void writeAModel() throws Exception {
        folder = new TinyModel().writeTo(temporary.resolve("tiny"));
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("\n");
    }

    private void write(String name, String content) throws Exception {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), content);
    }

    private int[] ids(String text) throws Exception {
        return ModelFolder.read(folder).tokenizer().encode(text, 64).ids();
    }

    private static int[] tokens(String... tokens) {
        return List.of(tokens).stream().mapToInt(TinyModel.VOCABULARY::indexOf).toArray();
    }

    @Test
    void aFolderIsRead() throws Exception {
        ModelFolder model = ModelFolder.read(folder);
        assertThat(model.id()).isEqualTo("tiny");
        assertThat(model.labels()).containsExactly("NEGATIVE", "POSITIVE");
        assertThat(model.problemType()).isEqualTo(ProblemType.SINGLE_LABEL_CLASSIFICATION);
        assertThat(model.maxInputTokens()).isEqualTo(64);
        assertThat(ids("Good wine.")).isEqualTo(tokens("[CLS]", "good", "wine", ".", "[SEP]"));
    }

    @Test
    void labelsComeFromId2labelThenLabel2idThenTheirNumber() throws Exception {
        write("config.json", "{\"id2label\": {\"1\": \"b\", \"0\": \"a\", \"2\": \"c\"}}");
        assertThat(ModelFolder.read(folder).labels()).containsExactly("a", "b", "c");
        write("config.json", "{\"label2id\": {\"y\": 1, \"x\": 0}}");
        assertThat(ModelFolder.read(folder).labels()).containsExactly("x", "y");
        write("config.json", "{\"num_labels\": 3}");
        assertThat(ModelFolder.read(folder).labels()).containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
        write("config.json", "{}");
        assertThat(ModelFolder.read(folder).labels()).hasSize(2);
    }

    @Test
    void theProblemTypeIsNamedOrFollowsFromTheNumberOfLabels() throws Exception {
        write("config.json", "{\"num_labels\": 1}");
        assertThat(ModelFolder.read(folder).problemType()).isEqualTo(ProblemType.REGRESSION);
        write("config.json", "{\"num_labels\": 1, \"problem_type\": \"multi_label_classification\"}");
        assertThat(ModelFolder.read(folder).problemType()).isEqualTo(ProblemType.MULTI_LABEL_CLASSIFICATION);
        write("config.json", "{\"problem_type\": \"ranking\"}");
        assertRefused("config.json: problem_type is 'ranking'", "multi_label_classification");
    }

    @ParameterizedTest
    @CsvSource({"1e30,64", "1000000000000000019884624838656,64", "32,32", "512,64", "null,64"})
    void theLongestInputIsTheSmallerOfTokenizersAndModels(String said, int tokens) throws Exception {
        write("tokenizer_config.json", "{\"model_max_length\": " + said + "}");
        assertThat(ModelFolder.read(folder).maxInputTokens()).isEqualTo(tokens);
    }

    @Test
    void tokenizerSettingsAreFollowed() throws Exception {
        write("vocab.txt", "[PAD]\n[UNK]\n<s>\n</s>\ngood\nGood\né\ne\n<x>\n");
        write(
                "tokenizer_config.json",
                "{\"do_lower_case\": false, \"cls_token\": {\"content\": \"<s>\"}, \"sep_token\": \"</s>\","
                        + " \"additional_special_tokens\": [\"<x>\"]}");
        assertThat(ids("Good é <x>")).containsExactly(2, 5, 6, 8, 3);
        write("tokenizer_config.json", "{\"cls_token\": \"<s>\", \"sep_token\": \"</s>\"}");
        assertThat(ids("Good é")).containsExactly(2, 4, 7, 3);
        write("tokenizer_config.json", "{\"cls_token\": \"<s>\", \"sep_token\": \"</s>\", \"strip_accents\": false}");
        assertThat(ids("Good É")).containsExactly(2, 4, 6, 3);
    }

    private static String tokenizerJson(String normalizer, String model) {
        return """
            {"added_tokens": [{"id": 9, "content": "<m>", "special": true, "normalized": false}],
             "normalizer": %s,
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                          {"SpecialToken": {"id": "</s>", "type_id": 0}}],
               "special_tokens": {"<s>": {"id": "<s>", "ids": [7]}, "</s>": {"id": "</s>", "ids": [8]}}},
             "model": %s}""".formatted(normalizer, model);
    }

    @Test
    void tokenizerJsonGoesBeforeVocabTxt() throws Exception {
        write(
                "tokenizer.json",
                tokenizerJson(
                        "{\"type\": \"BertNormalizer\", \"lowercase\": true, \"strip_accents\": null}",
                        // The vocabulary stands before the prefix: the order of keys is free.
                        "{\"vocab\": {\"<unk>\": 0, \"ab\": 1, \"@@c\": 2, \"e\": 3}, \"type\": \"WordPiece\","
                                + "\"unk_token\": \"<unk>\", \"continuing_subword_prefix\": \"@@\","
                                + "\"max_input_chars_per_word\": 4}"));
        assertThat(ids("ABC é <m> abccc abcd")).containsExactly(7, 1, 2, 3, 9, 0, 0, 8);
        write("tokenizer_config.json", "{\"do_lower_case\": false}");
        assertThat(ids("ABC é abc")).containsExactly(7, 0, 0, 1, 2, 8);
    }

    @Test
    void tokenizersOfOtherKindsAreRefusedWithWhatTheyAre() throws Exception {
        write("tokenizer.json", tokenizerJson("null", "{\"type\": \"BPE\", \"vocab\": {}}"));
        assertRefused("tokenizer.json holds BPE", "only WordPiece");
        String wordPiece = "{\"type\": \"WordPiece\", \"vocab\": {\"[UNK]\": 0}}";
        write("tokenizer.json", tokenizerJson("{\"type\": \"Sequence\"}", wordPiece));
        assertRefused("the normalizer is Sequence", "only BertNormalizer");
        write("tokenizer.json", tokenizerJson("null", wordPiece).replace("BertPreTokenizer", "Whitespace"));
        assertRefused("the pre_tokenizer is Whitespace", "only BertPreTokenizer");
        write("tokenizer.json", tokenizerJson("null", wordPiece).replace("TemplateProcessing", "ByteLevel"));
        assertRefused("the post_processor is ByteLevel");
        write(
                "tokenizer.json",
                tokenizerJson("null", wordPiece).replace("\"normalized\": false", "\"normalized\": true"));
        assertRefused("the added token '<m>'", "normalised text");
        write("tokenizer.json", tokenizerJson("null", "{\"type\": \"WordPiece\", \"vocab\": {\"a\": 0}}"));
        assertRefused("tokenizer.json has no token [UNK]");
    }

    @Test
    void defectsAreNamedInOneLineWithFolderFileAndRemedy() throws Exception {
        Files.delete(folder.resolve("vocab.txt"));
        assertRefused("neither tokenizer.json nor vocab.txt", "copy one of them");
        write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n");
        assertRefused("vocab.txt has no token [SEP]");
        Files.write(folder.resolve("vocab.txt"), new byte[] {'a', '\n', (byte) 0xC3, '\n'});
        assertRefused("vocab.txt is not UTF-8");
        write("config.json", "{\"id2label\": ");
        assertRefused("config.json is not valid JSON at line 1");
        write("config.json", "[]");
        assertRefused("config.json is not a JSON object");
        write("config.json", "[".repeat(100));
        assertRefused("config.json");
        write("config.json", "{\"a\": " + "[".repeat(10_000));
        assertRefused("config.json is not valid JSON");
        write("config.json", "{\"id2label\": {\"0\": \"a\", \"2\": \"c\"}}");
        assertRefused("config.json: no label has the id 1");
        write("config.json", "{\"id2label\": [1]}");
        assertRefused("config.json: id2label is not a JSON object");
        write("config.json", "{\"num_labels\": 2000000000}");
        assertRefused("config.json: num_labels is 2000000000");
        Files.delete(folder.resolve("config.json"));
        assertRefused("has no config.json");
        folder = temporary.resolve("absent");
        assertRefused("does not exist");
    }

    @Test
    void aFolderWithoutOnnxSaysHowToExport() throws Exception {
        Files.delete(folder.resolve("model.onnx"));
        assertRefused("has no model.onnx", "export the model to ONNX");
        write("model.safetensors", "x");
        assertRefused("but model.safetensors", "optimum-cli export onnx --task text-classification");
    }

    @Test
    void theOnnxFileIsChosenInTheDocumentedOrder() throws Exception {
        byte[] graph = Files.readAllBytes(folder.resolve("model.onnx"));
        write("onnx/x", "");
        Files.write(folder.resolve("onnx/model.onnx"), graph);
        Files.write(folder.resolve("onnx/model_int8.onnx"), graph);
        Files.write(folder.resolve("onnx/model_quantized.onnx"), graph);
        assertThat(ModelFolder.read(folder).modelFileName()).isEqualTo("model.onnx");
        Files.delete(folder.resolve("model.onnx"));
        assertThat(ModelFolder.read(folder).modelFileName()).isEqualTo("onnx/model.onnx");
        Files.delete(folder.resolve("onnx/model.onnx"));
        assertRefused("several ONNX files", "--model-file: onnx/model_int8.onnx, onnx/model_quantized.onnx");
        assertThat(ModelFolder.read(folder, "onnx/model_quantized.onnx").modelFileName())
                .isEqualTo("onnx/model_quantized.onnx");
        assertThatThrownBy(() -> ModelFolder.read(folder, "model.onnx"))
                .hasMessageContaining("has no file model.onnx; it has onnx/model_int8.onnx");
        Files.delete(folder.resolve("onnx/model_int8.onnx"));
        assertThat(ModelFolder.read(folder).modelFileName()).isEqualTo("onnx/model_quantized.onnx");
    }

    @Test
    void noNameLeadsOutOfTheFolder() throws Exception {
        Path outside = Files.write(temporary.resolve("model.onnx"), new TinyModel().graph());
        for (String name : List.of("../model.onnx", "onnx/../../model.onnx", outside.toString())) {
            assertThatThrownBy(() -> ModelFolder.read(folder, name))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContaining(name + " leads out of the folder");
        }
        Files.createSymbolicLink(folder.resolve("link.onnx"), outside);
        assertThatThrownBy(() -> ModelFolder.read(folder, "link.onnx"))
                .hasMessageContaining("link.onnx leads out of the folder");
        Files.delete(folder.resolve("vocab.txt"));
        Files.createSymbolicLink(folder.resolve("vocab.txt"), temporary.resolve("model.onnx"));
        assertRefused("vocab.txt leads out of the folder");
    }

    @Test
    void weightsInAnotherFileAreLookedForInTheFolderOnly() throws Exception {
        for (String location : List.of("../w", "/etc/passwd", "sub/../../w")) {
            Files.write(
                    folder.resolve("model.onnx"),
                    new GraphWriter().external("w", location, 1).toModel());
            assertRefused("model.onnx names weights in " + location, "leads out of the folder");
        }
        Files.write(
                folder.resolve("model.onnx"),
                new GraphWriter().external("w", "w.bin", 1).toModel());
        assertRefused("names weights in w.bin, which is not there");
        write("w.bin", "1234");
        String before = ModelFolder.read(folder).fingerprint();
        write("w.bin", "1235");
        assertThat(ModelFolder.read(folder).fingerprint()).isNotEqualTo(before);
    }

    @Test
    void theCacheLayoutOfTheHubIsFollowedAndGivesTheName() throws Exception {
        Path repository = temporary.resolve("models--org--name");
        Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc"));
        Path blobs = Files.createDirectories(repository.resolve("blobs"));
        for (String name : List.of("config.json", "vocab.txt", "model.onnx")) {
            Files.move(folder.resolve(name), blobs.resolve("b-" + name));
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/b-" + name));
        }
        assertThat(ModelFolder.read(snapshot).id()).isEqualTo("org/name");
    }

    @Test
    void damagedOnnxFilesAreRefusedNotTrusted() throws Exception {
        byte[] graph = new TinyModel().graph();
        for (byte[] bytes : List.of(
                new byte[0],
                "<html>".getBytes(StandardCharsets.UTF_8),
                "version https://git-lfs.github.com/spec/v1\n".getBytes(StandardCharsets.UTF_8),
                java.util.Arrays.copyOf(graph, graph.length / 2),
                // A graph of 2^62 bytes.
                new byte[] {0x3A, -1, -1, -1, -1, -1, -1, -1, -1, 0x3F})) {
            Files.write(folder.resolve("model.onnx"), bytes);
            assertRefused("model.onnx is not an ONNX model", "fetch or export it again");
        }
        GraphWriter deep = new GraphWriter();
        for (int i = 0; i < 40; i++) {
            deep = new GraphWriter().node("If", List.of("c"), List.of("x"), GraphWriter.attribute("then_branch", deep));
        }
        Files.write(folder.resolve("model.onnx"), deep.toModel());
        assertRefused("nested more than");
    }

    @Test
    void operatorsOfSubgraphsAreSeen() throws Exception {
        GraphWriter inner = new GraphWriter().node("DynamicQuantizeLinear", List.of("x"), List.of("a", "b", "c"));
        GraphWriter outer =
                new GraphWriter().node("If", List.of("c"), List.of("x"), GraphWriter.attribute("then_branch", inner));
        Files.write(folder.resolve("model.onnx"), outer.toModel());
        OnnxGraph graph = ModelFolder.read(folder).graph();
        assertThat(graph.operators()).containsExactlyInAnyOrder("If", "DynamicQuantizeLinear");
        assertThat(graph.batchInvariant()).isFalse();
    }

    @Test
    void theFingerprintChangesWithEachFileThatMakesTheScoresAndNoOther() throws Exception {
        String first = ModelFolder.read(folder).fingerprint();
        assertThat(first).matches("[0-9a-f]{64}");
        write("README.md", "x");
        assertThat(ModelFolder.read(folder).fingerprint()).isEqualTo(first);
        write("tokenizer_config.json", "{}");
        assertThat(ModelFolder.read(folder).fingerprint()).isNotEqualTo(first);
    }

    @Test
    void theModelOnBoardIsFoundInTheNearestFolderAbove() throws Exception {
        Path place = new TinyModel().writeTo(temporary.resolve("models/sst2-minilm"));
        Path deep = Files.createDirectories(temporary.resolve("a/b/c"));
        assertThat(DefaultModel.above(deep)).isEqualTo(place);
        Files.delete(place.resolve("config.json"));
        Path found = DefaultModel.above(deep);
        assertThat(found == null || !found.startsWith(temporary)).isTrue();
    }
}
