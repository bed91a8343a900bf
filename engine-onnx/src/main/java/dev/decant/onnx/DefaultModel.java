package dev.decant.onnx;

import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/// Finds the model that comes with Decant.
final class DefaultModel {
    static final String PROPERTY = "decant.model";
    static final String VARIABLE = "DECANT_MODEL";

    private static final Path PLACE = Path.of("models", "sst2-minilm");

    private DefaultModel() {}

    static Path find() throws ModelException {
        String named = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        Path code = codeLocation();
        Path found = code == null ? null : above(code);
        if (found == null) {
            throw new ModelException("the model that comes with Decant, " + PLACE + ", is not above "
                    + (code == null ? "the code" : code) + "; name a model folder with --model, or with the variable "
                    + VARIABLE);
        }
        return found;
    }

    /// The folder of that place in `start` or the nearest folder above it, or null.
    static @Nullable Path above(Path start) {
        for (Path folder = start.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve(PLACE).resolve("config.json"))) {
                return folder.resolve(PLACE);
            }
        }
        return null;
    }

    private static @Nullable Path codeLocation() {
        CodeSource source = DefaultModel.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return null; // not a file: then there is nothing above it
        }
    }
}
