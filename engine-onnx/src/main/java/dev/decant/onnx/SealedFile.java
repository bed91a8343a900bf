package dev.decant.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/// A file whose last eight bytes are the checksum (CRC-32) of those before them.
///
/// Checking reads the file without mapping it, so that weights which no text ever touches do not count as
/// memory of the process; it takes some 10 ms for 25 MB that the system has at hand.
final class SealedFile {
    private static final int SEAL_BYTES = Long.BYTES;

    private SealedFile() {}

    /// Puts the seal on a file that has none.
    static void seal(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long length = channel.size();
            ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES).putLong(0, checksum(channel, length));
            while (seal.hasRemaining()) {
                channel.write(seal, length + seal.position());
            }
        }
    }

    /// The length of what the seal closes.
    ///
    /// @throws IOException when the seal is broken, or there is none
    static long check(FileChannel channel) throws IOException {
        long length = channel.size() - SEAL_BYTES;
        if (length < 0) {
            throw new IOException("the file is cut short");
        }
        ByteBuffer seal = ByteBuffer.allocate(SEAL_BYTES);
        while (seal.hasRemaining() && channel.read(seal, length + seal.position()) >= 0) {
            // reads on
        }
        if (seal.hasRemaining() || seal.getLong(0) != checksum(channel, length)) {
            throw new IOException("the file is damaged");
        }
        return length;
    }

    private static long checksum(FileChannel channel, long length) throws IOException {
        CRC32 checksum = new CRC32();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long at = 0; at < length; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("the file is cut short");
            }
            checksum.update(buffer.array(), 0, read);
            at += read;
        }
        return checksum.getValue();
    }
}
