package dev.decant.comparison;

import dev.decant.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A model folder, with the weights that are in it: the same ones for torch, as ONNX, and quantised.
///
/// @param folder absolute
/// @param name the folder's name
/// @param weights where they come from, as `config.json` says it in `weights`: of a reference model without real
///     ones, that they are seeded. Empty where it says nothing.
/// @param torch whether there are weights that transformers loads
/// @param plain the ONNX file in 32-bit floats, relative to the folder
/// @param quantised the quantised ONNX file
public record ComparedModel(
        Path folder, String name, String weights, boolean torch, Optional<String> plain, Optional<String> quantised) {
    private static final List<String> TORCH = List.of("model.safetensors", "pytorch_model.bin");
    private static final List<String> ONNX = List.of("model.onnx", "onnx/model.onnx");
    private static final List<String> QUANTISED = List.of(
            "onnx/model_int8.onnx",
            "onnx/model_quantized.onnx",
            "model_int8.onnx",
            "model_quantized.onnx",
            "onnx/model_quint8.onnx",
            "onnx/model_uint8.onnx");

    /// Looks at a folder.
    ///
    /// @throws DataException when it is none, or has no `config.json`
    /// @throws IOException when a file cannot be read
    public static ComparedModel read(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + " is no folder (--model)");
        }
        Path config = folder.resolve("config.json");
        if (!Files.isRegularFile(config)) {
            throw new DataException("model folder " + folder + " has no config.json (--model)");
        }
        String weights = JsonScalars.read(config).text("weights").orElse("");
        Optional<String> plain = Optional.empty();
        Optional<String> quantised = there(folder, QUANTISED);
        for (String name : ONNX) {
            if (Files.isRegularFile(folder.resolve(name))) {
                if (!Quantisation.in(folder.resolve(name))) {
                    plain = plain.or(() -> Optional.of(name));
                } else if (quantised.isEmpty()) {
                    quantised = Optional.of(name);
                }
            }
        }
        Path real = folder.toRealPath();
        return new ComparedModel(
                real,
                String.valueOf(real.getFileName()),
                weights,
                there(folder, TORCH).isPresent(),
                plain,
                quantised);
    }

    private static Optional<String> there(Path folder, List<String> names) {
        return names.stream()
                .filter(name -> Files.isRegularFile(folder.resolve(name)))
                .findFirst();
    }

    /// Whether the weights are random ones, whose labels mean nothing.
    public boolean seeded() {
        return weights.contains("seeded");
    }

    /// The ONNX file that a plain loop would take: in floats, else the quantised one.
    Optional<String> onnx() {
        return plain.or(() -> quantised);
    }
}
