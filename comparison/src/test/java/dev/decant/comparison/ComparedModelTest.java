package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparedModelTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void config() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"weights\": \"seeded random, seed 17\", \"dim\": 768}");
        Files.createDirectory(folder.resolve("onnx"));
    }

    private void file(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
    }

    @Test
    void aFolderWithAllWeightsHasAllWeights() throws IOException {
        file("model.safetensors", "torch");
        file("onnx/model.onnx", "MatMul");
        file("onnx/model_int8.onnx", "DynamicQuantizeLinear");
        ComparedModel model = ComparedModel.read(folder);
        assertThat(model.torch()).isTrue();
        assertThat(model.plain()).contains("onnx/model.onnx");
        assertThat(model.quantised()).contains("onnx/model_int8.onnx");
        assertThat(model.onnx()).contains("onnx/model.onnx");
        assertThat(model.seeded()).isTrue();
    }

    @Test
    void aModelThatIsOnlyThereQuantisedIsNotTakenForOneInFloats() throws IOException {
        file("model.onnx", "bytes MatMulInteger bytes");
        ComparedModel model = ComparedModel.read(folder);
        assertThat(model.torch()).isFalse();
        assertThat(model.plain()).isEmpty();
        assertThat(model.quantised()).contains("model.onnx");
        assertThat(model.onnx()).contains("model.onnx");
    }

    @Test
    void aFolderThatIsNoneIsRefusedByName() {
        assertThatThrownBy(() -> ComparedModel.read(folder.resolve("nothing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing is no folder (--model)");
        assertThatThrownBy(() -> ComparedModel.read(folder.resolve("onnx")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has no config.json");
    }

    @Test
    void anOperatorIsFoundWhereverItStandsInALongFile() throws IOException {
        long seed = Long.getLong("decant.seed", System.nanoTime());
        Random random = new Random(seed);
        Path file = folder.resolve("model.onnx");
        for (int i = 0; i < 12; i++) {
            byte[] bytes = new byte[(2 << 20) + random.nextInt(1 << 20)];
            random.nextBytes(bytes);
            Files.write(file, bytes);
            assertThat(Quantisation.in(file)).as("seed %d, none", seed).isFalse();
            // About a seam of two blocks every other time.
            int at = i % 2 == 0 ? random.nextInt(bytes.length - 32) : (1 << 20) - random.nextInt(40);
            byte[] name = "QuantizeLinear".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(name, 0, bytes, at, name.length);
            Files.write(file, bytes);
            assertThat(Quantisation.in(file)).as("seed %d, at %d", seed, at).isTrue();
        }
    }
}
