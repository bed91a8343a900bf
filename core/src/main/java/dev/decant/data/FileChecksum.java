package dev.decant.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// The length and the CRC-32C of a file's bytes: tells by accident changed content from unchanged, in milliseconds.
///
/// No proof against intent: two files can be made to have the same. Reading runs at the speed of the disk.
///
/// @param bytes how many bytes were read
/// @param crc32c their CRC-32C (Castagnoli, RFC 3720)
public record FileChecksum(long bytes, long crc32c) {
    /// Of a whole file.
    public static FileChecksum of(Path file) throws IOException {
        return ofFirst(file, Long.MAX_VALUE);
    }

    /// Of a file's first bytes, as many as there are and `limit` at most.
    public static FileChecksum ofFirst(Path file, long limit) throws IOException {
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[1 << 16];
        long left = limit;
        try (InputStream in = Files.newInputStream(file)) {
            while (left > 0) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (read < 0) {
                    break;
                }
                crc.update(buffer, 0, read);
                left -= read;
            }
        }
        return new FileChecksum(limit - left, crc.getValue());
    }

    /// Such as `1234 bytes, crc32c 0a1b2c3d`.
    @Override
    public String toString() {
        return bytes + " bytes, crc32c " + String.format("%08x", crc32c);
    }
}
