package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where an input is: a file, or the standard input.
///
/// @param name what messages call it
/// @param path the file, or null for the standard input
/// @param stdin the standard input
record InputLocation(String name, @Nullable Path path, InputStream stdin) {
    static InputLocation of(String input, InputStream stdin) throws DataException {
        return input.equals(Format.STANDARD_STREAM)
                ? new InputLocation("standard input", null, stdin)
                : new InputLocation(input, Format.path(input), stdin);
    }

    /// Whether the input can be read a second time from its beginning.
    boolean rereadable() {
        return path != null && Files.isRegularFile(path);
    }

    /// Opens it. The standard input stays open when the result is closed: it belongs to the caller.
    InputBytes open() throws IOException {
        if (path == null) {
            return new InputBytes(
                    new InputStream() {
                        @Override
                        public int read() throws IOException {
                            return stdin.read();
                        }

                        @Override
                        public int read(byte[] target, int offset, int length) throws IOException {
                            return stdin.read(target, offset, length);
                        }
                    },
                    -1);
        }
        if (Files.notExists(path)) {
            throw new DataException(name + ": there is no such file");
        }
        if (Files.isDirectory(path)) {
            throw new DataException(name + ": this is a folder, not a file");
        }
        try {
            long size = Files.isRegularFile(path) ? Files.size(path) : -1;
            // Files that the system makes up say that they are empty.
            return new InputBytes(Files.newInputStream(path), size == 0 ? -1 : size);
        } catch (AccessDeniedException e) {
            throw new DataException(name + ": may not be read by this user; see its permissions", e);
        } catch (IOException e) {
            throw new DataException(name + ": cannot be opened: " + e.getMessage(), e);
        }
    }
}
