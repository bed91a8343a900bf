package dev.decant.onnx;

import dev.decant.onnx.tokenizer.Encoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A model folder with one file, which the first byte chooses, of any content: no error but a refused folder; else
/// labels,
/// a longest input, and ids within it.
public final class ModelFolderFuzz {
    private static final List<String> FILES =
            List.of("config.json", "tokenizer_config.json", "tokenizer.json", "vocab.txt", "model.onnx");
    private static final Path FOLDER = folder();
    private static final byte[][] SOUND = sound();
    private static final int LONGEST = 64;

    private ModelFolderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) throws IOException {
        if (data.length == 0) {
            return;
        }
        int which = Math.floorMod(data[0], FILES.size());
        Path file = FOLDER.resolve(FILES.get(which));
        Files.write(file, Arrays.copyOfRange(data, 1, data.length));
        try {
            read();
        } finally {
            if (SOUND[which].length == 0) {
                Files.delete(file);
            } else {
                Files.write(file, SOUND[which]);
            }
        }
    }

    private static void read() {
        ModelFolder folder;
        try {
            folder = ModelFolder.read(FOLDER);
        } catch (ModelException e) {
            String message = String.valueOf(e.getMessage());
            need(message.indexOf('\n') < 0 && message.indexOf('\r') < 0, "not one line: " + message);
            need(message.contains(FOLDER.toString()), "does not name the folder: " + message);
            return;
        }
        need(!folder.labels().isEmpty(), "no labels");
        need(folder.maxInputTokens() > 0, "no room for a token");
        for (String name : folder.graph().externalFiles()) {
            need(!name.contains("..") && !name.startsWith("/"), "weights outside: " + name);
        }
        int special = folder.tokenizer().specialTokens();
        if (special <= LONGEST) {
            Encoding encoding = folder.tokenizer().encode("Good wine, not <m> bad: é 漢字 😀\ud800 [SEP]", LONGEST);
            need(encoding.ids().length <= LONGEST, "more ids than asked");
            for (int id : encoding.ids()) {
                need(id >= 0, "an id below zero");
            }
        }
    }

    private static void need(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }

    private static Path folder() {
        try {
            Path folder =
                    new TinyModel().writeTo(Files.createTempDirectory("fuzz").toRealPath());
            Files.write(folder.resolve("w.bin"), "1234".getBytes(StandardCharsets.UTF_8));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[][] sound() {
        byte[][] sound = new byte[FILES.size()][];
        try {
            for (int i = 0; i < sound.length; i++) {
                Path file = FOLDER.resolve(FILES.get(i));
                sound[i] = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sound;
    }
}
