package dev.decant.onnx;

import static org.assertj.core.api.Assumptions.assumeThat;

import dev.decant.engine.Engine;
import dev.decant.engine.EngineContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/// The engine contract for float32 models, for dynamically quantised ones, and for the default model.
class OnnxEngineContractTest {
    private static Engine open(Path model, Path cache) throws Exception {
        return OnnxEngine.open(ModelFolder.read(model), OnnxOptions.defaults().withCacheFolder(cache));
    }

    @Nested
    class Float32 extends EngineContract {
        @TempDir
        Path folder;

        @Override
        protected Engine open() throws Exception {
            return OnnxEngineContractTest.open(new TinyModel().writeTo(folder.resolve("m")), folder.resolve("cache"));
        }
    }

    @Nested
    class DynamicallyQuantised extends EngineContract {
        @TempDir
        Path folder;

        @Override
        protected Engine open() throws Exception {
            TinyModel model = new TinyModel();
            model.quantized = true;
            return OnnxEngineContractTest.open(model.writeTo(folder.resolve("m")), folder.resolve("cache"));
        }
    }

    @Nested
    class OfTwoRowsAndFixedLength extends EngineContract {
        @TempDir
        Path folder;

        @Override
        protected Engine open() throws Exception {
            TinyModel model = new TinyModel();
            model.rows = 2;
            model.columns = 64;
            return OnnxEngineContractTest.open(model.writeTo(folder.resolve("m")), folder.resolve("cache"));
        }
    }

    @Nested
    class Default extends EngineContract {
        @TempDir
        Path folder;

        @Override
        protected Engine open() throws Exception {
            Path place = Path.of(System.getProperty("decant.root", ".."), "models", "sst2-minilm");
            assumeThat(Files.exists(place.resolve("model.onnx")))
                    .as("the default model in models/sst2-minilm")
                    .isTrue();
            return OnnxEngineContractTest.open(place, folder.resolve("cache"));
        }
    }
}
