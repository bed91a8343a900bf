package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.engine.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models whose files would have other files read, or memory taken that they do not have.
class HostileModelTest {
    private static final int TABLE_BYTES = TinyModel.VOCABULARY.size() * 2 * Float.BYTES;

    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void writeAModel() throws IOException {
        folder = new TinyModel().writeTo(temporary.resolve("tiny"));
    }

    /// A model whose table of embeddings lies in another file.
    private static byte[] withWeightsIn(String location, String... more) {
        return new GraphWriter()
                .input("input_ids", GraphWriter.INT64, "rows", "columns")
                .external("table", location, more, TinyModel.VOCABULARY.size(), 2)
                .longs("one", new long[] {1}, 1)
                .node("Gather", List.of("table", "input_ids"), List.of("words"))
                .node("ReduceSum", List.of("words", "one"), List.of("logits"), GraphWriter.attribute("keepdims", 0))
                .output("logits", GraphWriter.FLOAT, "rows", 2)
                .toModel();
    }

    private void model(byte[] bytes) throws IOException {
        Files.write(folder.resolve("model.onnx"), bytes);
    }

    private static void assertRuns(Path folder) throws Exception {
        try (OnnxEngine engine = OnnxEngine.open(ModelFolder.read(folder), OnnxOptions.defaults())) {
            assertThat(engine.run(Batch.of(List.of(engine.prepare("good wine")))))
                    .hasSize(1);
        }
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> OnnxEngine.open(
                                ModelFolder.read(folder), OnnxOptions.defaults().withCacheFolder(null))
                        .close())
                .isInstanceOf(ModelException.class)
                .hasMessageContainingAll(parts)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void weightsBesideTheModelAreLoadedFromWhereTheyWereChecked() throws Exception {
        Files.write(folder.resolve("w.bin"), new byte[TABLE_BYTES]);
        model(withWeightsIn("w.bin"));
        assertRuns(folder);
        // A link within the folder: what counts is beside the link, as it was checked, not beside its target.
        Files.createDirectories(folder.resolve("sub"));
        Files.move(folder.resolve("model.onnx"), folder.resolve("sub/m.onnx"));
        Files.createSymbolicLink(folder.resolve("model.onnx"), Path.of("sub/m.onnx"));
        Path outside = Files.write(temporary.resolve("outside.bin"), new byte[TABLE_BYTES]);
        Files.createSymbolicLink(folder.resolve("sub/w.bin"), outside);
        assertThat(ModelFolder.read(folder).loadPath().getParent()).isEqualTo(folder.toRealPath());
        Files.delete(folder.resolve("w.bin"));
        Files.createSymbolicLink(folder.resolve("w.bin"), outside);
        assertRefused("w.bin leads out of the folder");
    }

    @Test
    void anAddressInMemoryIsNoPlaceForWeights() throws Exception {
        // ONNX Runtime's own mark for it, as a file that is there.
        String mark = "*/_ORT_MEM_ADDR_/*";
        Files.createDirectories(folder.resolve(mark).getParent());
        Files.write(folder.resolve(mark), new byte[TABLE_BYTES]);
        model(withWeightsIn(mark, "offset", "4096", "length", "" + TABLE_BYTES));
        assertRefused("names weights in " + mark, "leads out of the folder");
    }

    @ParameterizedTest
    @CsvSource({"4096,528", "-8,528", "9223372036854775800,528", "0,9223372036854775807", "0,-1", "1,528"})
    void weightsBeyondTheirFileAreRefused(String offset, String length) throws Exception {
        Files.write(folder.resolve("w.bin"), new byte[TABLE_BYTES]);
        model(withWeightsIn("w.bin", "offset", offset, "length", length));
        assertRefused("model.onnx");
        Files.write(folder.resolve("w.bin"), new byte[4]);
        model(withWeightsIn("w.bin"));
        assertRefused("model.onnx");
    }

    @Test
    void aPlaceIsFoundHoweverItsFieldIsNumbered() throws Exception {
        ProtoMessage entry = new ProtoMessage().text(1, "location").text(2, "../w.bin");
        ProtoMessage tensor = new ProtoMessage().number(2, GraphWriter.FLOAT).text(8, "w");
        ProtoMessage hidden = new ProtoMessage().message(13, entry);
        byte[] plain = hidden.toBytes();
        // The same tag, written as a number of more than 32 bits: readers of 32 bits see field 13.
        byte[] overlong = new byte[plain.length + 4];
        System.arraycopy(plain, 1, overlong, 5, plain.length - 1);
        System.arraycopy(new byte[] {(byte) 0xEA, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10}, 0, overlong, 0, 5);
        for (byte[] bytes : List.of(plain, overlong)) {
            byte[] graph =
                    new ProtoMessage().bytes(5, join(tensor.toBytes(), bytes)).toBytes();
            model(new ProtoMessage().bytes(7, graph).toBytes());
            assertThatThrownBy(() -> ModelFolder.read(folder)).isInstanceOf(ModelException.class);
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = java.util.Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void weightsNamedInAFunctionsDefaultsAreSeen() throws Exception {
        ProtoMessage tensor = new ProtoMessage()
                .message(13, new ProtoMessage().text(1, "location").text(2, "../w.bin"));
        ProtoMessage function = new ProtoMessage().message(11, new ProtoMessage().message(5, tensor));
        model(new ProtoMessage()
                .message(7, new GraphWriter().named("g"))
                .message(25, function)
                .toBytes());
        assertRefused("names weights in ../w.bin", "leads out of the folder");
    }

    @Test
    void foldersOutsideAreNotListed() throws Exception {
        Files.delete(folder.resolve("model.onnx"));
        Path outside = Files.createDirectories(temporary.resolve("secret"));
        Files.write(outside.resolve("model_a.onnx"), new TinyModel().graph());
        Files.write(outside.resolve("model_b.onnx"), new TinyModel().graph());
        Files.createSymbolicLink(folder.resolve("onnx"), outside);
        assertThatThrownBy(() -> ModelFolder.read(folder))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("onnx leads out of the folder")
                .hasMessageNotContaining("model_a");
    }

    @Test
    void weightsInTheCacheLayoutOfTheHubAreFollowed() throws Exception {
        Files.write(folder.resolve("w.bin"), new byte[TABLE_BYTES]);
        model(withWeightsIn("w.bin"));
        Path repository = temporary.resolve("models--org--name");
        Path snapshot = Files.createDirectories(repository.resolve("snapshots/abc"));
        Path blobs = Files.createDirectories(repository.resolve("blobs"));
        for (String name : List.of("config.json", "vocab.txt", "model.onnx", "w.bin")) {
            Files.move(folder.resolve(name), blobs.resolve("b-" + name));
            Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs/b-" + name));
        }
        assertRuns(snapshot);
    }

    @Test
    void aSizeThatTheModelFixesIsBounded() throws Exception {
        TinyModel huge = new TinyModel();
        huge.rows = 60_000;
        huge.columns = 1_000_000;
        folder = huge.writeTo(temporary.resolve("huge"));
        assertRefused("a fixed size of 60000 rows of 1000000 tokens");
    }

    @Test
    void smallFilesDoNotTakeMuchMemory() throws Exception {
        Files.writeString(folder.resolve("config.json"), "{\"a\":[" + "[],".repeat(2_000_000) + "[]]}");
        assertRefused("config.json holds more than");
        new TinyModel().writeTo(folder);
        Files.writeString(folder.resolve("vocab.txt"), "\n".repeat(3_000_000));
        assertRefused("vocab.txt has more than", "it is not a vocabulary");
        String vocabulary =
                IntStream.range(0, 2_200_000).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(","));
        String around = """
            {"pre_tokenizer": {"type": "BertPreTokenizer"}, "added_tokens": [%s],
             "model": {"type": "WordPiece", "vocab": {"[UNK]": 0%s}}}""";
        Files.write(
                folder.resolve("tokenizer.json"),
                around.formatted("", "," + vocabulary).getBytes(StandardCharsets.UTF_8));
        assertRefused("tokenizer.json has more than");
        String added = IntStream.range(0, 20_000)
                .mapToObj(i -> "{\"id\":1,\"content\":\"x" + i + "\",\"normalized\":false}")
                .collect(Collectors.joining(","));
        Files.writeString(folder.resolve("tokenizer.json"), around.formatted(added, ""));
        assertRefused("adds 20000 tokens");
    }
}
