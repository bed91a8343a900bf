package dev.decant.onnx;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A folder of files that can be made again. Several processes may use it at once: a file appears whole
/// under its name or not at all.
///
/// @param folder the folder, made when first written to
record CacheFolder(Path folder) {
    /// Writes a file's content.
    interface Content {
        void writeTo(Path file) throws IOException;
    }

    /// The cache folder of the user: `decant` in `$XDG_CACHE_HOME` or in `~/.cache`; null where there is no home.
    static @Nullable Path ofUser() {
        String cache = System.getenv("XDG_CACHE_HOME");
        if (cache != null && Path.of(cache).isAbsolute()) {
            return Path.of(cache, "decant");
        }
        String home = System.getProperty("user.home", "");
        return home.isBlank() || home.equals("?") ? null : Path.of(home, ".cache", "decant");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /// Writes a file aside and gives it its name when it is complete, replacing what had it.
    void write(String name, Content content) throws IOException {
        Path file = file(name);
        Files.createDirectories(folder);
        Path aside = Files.createTempFile(folder, "." + name, ".tmp");
        try {
            content.writeTo(aside);
            try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    /// Deletes the files whose names start so, but for one.
    void deleteOthers(String start, String kept) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, start + "*")) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals(kept)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
