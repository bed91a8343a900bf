package dev.decant.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/// The name under which a model's optimised graph is kept: one for each model file and way of running it,
/// another when the file, ONNX Runtime or the processor changes.
///
/// @param model what stays when the file changes; entries of older states of it are deleted
/// @param state what changes with file, version and processor
record GraphCache(String model, String state) {
    /// Raised with every change of the session's options that another graph comes of: a graph that an older
    /// Decant wrote would give other scores.
    private static final int GENERATION = 2;

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

    static GraphCache of(Path modelFile, String version) throws IOException {
        return new GraphCache(
                hash(modelFile.toRealPath().toString()),
                hash(Files.size(modelFile) + "\n"
                        + Files.getLastModifiedTime(modelFile).toMillis() + "\n" + version + "\n" + GENERATION + "\n"
                        + processor()));
    }

    String fileName() {
        return model + "-" + state + ".ort";
    }

    // The optimiser chooses operators by what the processor can do.
    private static String processor() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!Files.isReadable(PROCESSOR)) {
            return system;
        }
        try (Stream<String> lines = Files.lines(PROCESSOR, StandardCharsets.ISO_8859_1)) {
            return system
                    + lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                            .findFirst()
                            .orElse("");
        } catch (IOException e) {
            return system;
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
