package dev.decant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.decant.engine.Batch;
import dev.decant.engine.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCacheTest {
    @TempDir
    Path temporary;

    private Path folder = Path.of("");
    private Path cache = Path.of("");

    @BeforeEach
    void writeAModel() throws Exception {
        folder = new TinyModel().writeTo(temporary.resolve("tiny"));
        cache = temporary.resolve("cache");
    }

    private List<Prediction> score(Path cacheFolder) throws Exception {
        OnnxOptions options = OnnxOptions.defaults().withCacheFolder(cacheFolder);
        try (OnnxEngine engine = OnnxEngine.open(ModelFolder.read(folder), options)) {
            return engine.run(Batch.of(List.of(engine.prepare("good wine"), engine.prepare("bad"))));
        }
    }

    private List<Path> entries() throws Exception {
        try (Stream<Path> files = Files.list(cache.resolve("graphs"))) {
            return files.toList();
        }
    }

    private List<Prediction> scoreWithoutCache() throws Exception {
        OnnxOptions options = new OnnxOptions(1, 0, false, false, false, false, null);
        try (OnnxEngine engine = OnnxEngine.open(ModelFolder.read(folder), options)) {
            return engine.run(Batch.of(List.of(engine.prepare("good wine"), engine.prepare("bad"))));
        }
    }

    @Test
    void theSecondOpenMapsWhatTheFirstWroteAndScoresAreTheSame() throws Exception {
        List<Prediction> expected = scoreWithoutCache();
        assertThat(score(cache)).isEqualTo(expected);
        Path entry = entries().getFirst();
        FileTime written = Files.getLastModifiedTime(entry);
        assertThat(entry.toString()).endsWith(".ort");
        assertThat(score(cache)).isEqualTo(expected);
        assertThat(entries()).containsExactly(entry);
        assertThat(Files.getLastModifiedTime(entry)).isEqualTo(written);
    }

    @Test
    void aDamagedEntryIsReplaced() throws Exception {
        List<Prediction> expected = score(cache);
        Path entry = entries().getFirst();
        byte[] whole = Files.readAllBytes(entry);
        byte[] oneBit = whole.clone();
        oneBit[whole.length / 2] ^= 1;
        for (byte[] damaged :
                List.of(new byte[0], new byte[4096], java.util.Arrays.copyOf(whole, whole.length / 2), oneBit)) {
            Files.write(entry, damaged);
            assertThat(score(cache)).isEqualTo(expected);
            assertThat(Files.size(entry)).isEqualTo(whole.length);
            assertThat(Files.readAllBytes(entry)).isNotEqualTo(damaged);
        }
    }

    @Test
    void aChangedModelGetsANewEntryAndTheOldOneGoes() throws Exception {
        List<Prediction> before = score(cache);
        Path old = entries().getFirst();
        TinyModel other = new TinyModel();
        other.tokenTypes = false;
        other.writeTo(folder);
        assertThat(score(cache)).isNotEqualTo(before).isEqualTo(scoreWithoutCache());
        assertThat(entries()).hasSize(1).doesNotContain(old);
    }

    @Test
    void aCacheThatCannotBeWrittenIsDoneWithout() throws Exception {
        List<Prediction> expected = scoreWithoutCache();
        Files.writeString(cache, "a file where the folder should be");
        assertThat(score(cache)).isEqualTo(expected);
        Files.delete(cache);
        Path readOnly = Files.createDirectories(cache);
        assumeThat(readOnly.toFile().setWritable(false)).isTrue();
        assertThat(score(cache)).isEqualTo(expected);
        assertThat(readOnly.toFile().setWritable(true)).isTrue();
    }

    @Test
    void manyOpensAtOnceLeaveOneWholeEntry() throws Exception {
        List<Prediction> expected = scoreWithoutCache();
        List<Callable<List<Prediction>>> opens = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            opens.add(() -> score(cache));
        }
        try (var executor = Executors.newFixedThreadPool(8)) {
            for (var open : executor.invokeAll(opens)) {
                assertThat(open.get()).isEqualTo(expected);
            }
        }
        assertThat(entries()).hasSize(1);
    }

    @Test
    void nativeLibrariesAreUnpackedOnceAndWhole() throws Exception {
        Path libraries = NativeLibraries.unpack(cache);
        assumeThat(libraries)
                .as("libraries for this system in ONNX Runtime's jar")
                .isNotNull();
        Path library = Objects.requireNonNull(libraries).resolve(System.mapLibraryName("onnxruntime"));
        long size = Files.size(library);
        FileTime written = Files.getLastModifiedTime(library);
        assertThat(NativeLibraries.unpack(cache)).isEqualTo(libraries);
        assertThat(Files.getLastModifiedTime(library)).isEqualTo(written);
        Files.write(library, new byte[10]);
        NativeLibraries.unpack(cache);
        assertThat(Files.size(library)).isEqualTo(size);
    }
}
