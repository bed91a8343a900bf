package dev.decant.cli;

import dev.decant.onnx.ModelException;
import dev.decant.onnx.ModelFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which model runs.
final class ModelFlags {
    @Option(
            names = "--model",
            paramLabel = "FOLDER",
            description = "A Hugging Face style folder: config.json, vocab.txt or tokenizer.json, model.onnx."
                    + " Default: the sentiment model that comes with Decant (DECANT_MODEL names another).")
    private @Nullable Path folder;

    @Option(
            names = "--model-file",
            paramLabel = "FILE",
            description = "Which ONNX file of the folder, where there are several: onnx/model_int8.onnx.")
    private @Nullable String file;

    @Option(
            names = "--max-length",
            paramLabel = "TOKENS",
            description = "Cut texts at so many tokens. Default: the model's longest input.")
    int maxLength;

    /// Whether any of these options is given.
    boolean given() {
        return folder != null || file != null || maxLength != 0;
    }

    void tell(ModelFolder chosen, SequencedMap<String, String> settings) throws IOException {
        chosen.checksums().forEach((name, checksum) -> settings.put("the model's " + name, checksum.toString()));
        settings.put("--max-length", Integer.toString(maxLength));
    }

    ModelFolder folder() throws ModelException {
        Path chosen = folder;
        if (chosen == null) {
            if (file != null) {
                throw new IllegalArgumentException("--model-file names a file of --model FOLDER; give both");
            }
            return ModelFolder.onBoard();
        }
        return file == null ? ModelFolder.read(chosen) : ModelFolder.read(chosen, file);
    }
}
