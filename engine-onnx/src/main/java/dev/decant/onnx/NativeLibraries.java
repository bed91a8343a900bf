package dev.decant.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.jspecify.annotations.Nullable;

/// Keeps ONNX Runtime's native libraries unpacked, so that a start does not write 20 MB into a
/// temporary folder and delete them again.
///
/// It takes effect through the system property `onnxruntime.native.path`, which ONNX Runtime reads when
/// its first class is used; one that the user has set is left alone.
final class NativeLibraries {
    static final String PROPERTY = "onnxruntime.native.path";

    private static final List<String> LIBRARIES = List.of("onnxruntime", "onnxruntime4j_jni");

    private NativeLibraries() {}

    /// Unpacks the libraries where they are not there yet, and says so to ONNX Runtime. Where that fails
    /// nothing is said, and ONNX Runtime unpacks them its own way.
    static void prepare(Path cacheFolder) {
        if (System.getProperty(PROPERTY) != null || System.getProperty("onnxruntime.native.onnxruntime.path") != null) {
            return;
        }
        try {
            Path folder = unpack(cacheFolder);
            if (folder != null) {
                System.setProperty(PROPERTY, folder.toString());
            }
        } catch (IOException | SecurityException e) {
            System.getLogger(NativeLibraries.class.getName())
                    .log(System.Logger.Level.DEBUG, "native libraries are not kept in " + cacheFolder, e);
        }
    }

    /// The folder with the libraries of this system, or null where the jar has none.
    static @Nullable Path unpack(Path cacheFolder) throws IOException {
        String system = system();
        Path folder = null;
        for (String library : LIBRARIES) {
            String name = System.mapLibraryName(library);
            URL url = ai.onnxruntime.OrtException.class.getResource("/ai/onnxruntime/native/" + system + "/" + name);
            if (url == null || !(url.openConnection() instanceof JarURLConnection jar)) {
                return null;
            }
            jar.setUseCaches(false);
            try (InputStream in = jar.getInputStream()) {
                long crc = jar.getJarEntry().getCrc();
                long size = jar.getJarEntry().getSize();
                // The first library's checksum names the folder: another version goes into another.
                folder = folder == null
                        ? cacheFolder.resolve("onnxruntime-" + system + "-" + Long.toHexString(crc))
                        : folder;
                if (size != sizeOf(folder.resolve(name))) {
                    new CacheFolder(folder).write(name, aside -> copy(in, aside, crc));
                }
            }
        }
        return folder;
    }

    private static void copy(InputStream in, Path aside, long crc) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
        Files.copy(checked, aside, StandardCopyOption.REPLACE_EXISTING);
        if (checked.getChecksum().getValue() != crc) {
            throw new IOException("the library in the jar is damaged");
        }
    }

    private static long sizeOf(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.size(file) : -1;
    }

    // As ONNX Runtime names its folders.
    private static String system() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String system = os.contains("mac") || os.contains("darwin") ? "osx" : os.contains("win") ? "win" : "linux";
        return system + "-" + (arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch);
    }
}
