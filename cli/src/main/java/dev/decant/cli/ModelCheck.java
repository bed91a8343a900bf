package dev.decant.cli;

import dev.decant.data.LabelScore;
import dev.decant.engine.Batch;
import dev.decant.engine.EngineException;
import dev.decant.onnx.ModelFolder;
import dev.decant.onnx.OnnxEngine;
import dev.decant.onnx.OnnxOptions;
import java.io.IOException;
import java.util.List;

/// Opens the default model and scores a text with it: native libraries, model files and memory in one.
final class ModelCheck {
    private ModelCheck() {}

    static Finding model() {
        try {
            ModelFolder folder = ModelFolder.onBoard();
            try (OnnxEngine engine = OnnxEngine.open(folder, OnnxOptions.defaults())) {
                LabelScore best = engine.run(Batch.of(List.of(engine.prepare("a fine wine"))))
                        .getFirst()
                        .scores()
                        .getFirst();
                return Finding.ok("model", folder.path() + " with ONNX Runtime; \"a fine wine\" is " + best.label());
            }
        } catch (IOException e) {
            return Finding.bad("model", String.valueOf(e.getMessage()));
        } catch (EngineException e) {
            return Finding.bad("model", "ONNX Runtime does not run the default model: " + e.getMessage());
        } catch (LinkageError e) {
            return Finding.bad(
                    "model",
                    "ONNX Runtime's native library cannot be loaded (" + e.getMessage()
                            + "): this system or its C library is not one that it is made for");
        }
    }
}
