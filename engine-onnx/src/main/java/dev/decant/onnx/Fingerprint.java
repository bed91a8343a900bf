package dev.decant.onnx;

import dev.decant.data.FileChecksum;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// SHA-256 over the names and bytes of the files that make a model's scores, computed once.
final class Fingerprint {
    private final FolderFiles files;
    private final Set<String> names =
            new TreeSet<>(Set.of("config.json", "tokenizer_config.json", "tokenizer.json", "vocab.txt"));
    private @Nullable String value;

    Fingerprint(FolderFiles files, String modelFile, Set<String> externalFiles) {
        this.files = files;
        names.add(modelFile);
        String folder = modelFile.substring(0, modelFile.lastIndexOf('/') + 1);
        externalFiles.forEach(name -> names.add(folder + name));
    }

    synchronized String get() {
        if (value == null) {
            try {
                value = compute();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return value;
    }

    /// What each file is, by its name; in milliseconds where the files are in the system's memory.
    SequencedMap<String, FileChecksum> checksums() throws IOException {
        SequencedMap<String, FileChecksum> checksums = new LinkedHashMap<>();
        for (String name : names) {
            Path file = files.find(name);
            if (file != null) {
                checksums.put(name, FileChecksum.of(file));
            }
        }
        return checksums;
    }

    private String compute() throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
        byte[] buffer = new byte[1 << 16];
        for (String name : names) {
            Path file = files.find(name);
            if (file == null) {
                continue;
            }
            // The length goes before the bytes, so that no two folders give the same stream.
            digest.update((name + "\0" + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
            try (InputStream in = Files.newInputStream(file)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    digest.update(buffer, 0, n);
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
