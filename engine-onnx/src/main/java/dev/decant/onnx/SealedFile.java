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
    private static final int BLOCK_BYTES = 1 << 16;

    private SealedFile() {}

    /// Copies a file and puts the seal on the copy.
    ///
    /// Written in small blocks: Linux keeps a file in memory in pieces as large as the writes were, and
    /// maps a piece of 2 MB as a whole where one byte of it is read.
    static void copy(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from);
                FileChannel out = FileChannel.open(
                        to,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            CRC32 checksum = new CRC32();
            ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
            while (in.read(buffer.clear()) >= 0) {
                checksum.update(buffer.array(), 0, buffer.flip().remaining());
                write(buffer, out);
            }
            write(ByteBuffer.allocate(SEAL_BYTES).putLong(0, checksum.getValue()), out);
        }
    }

    private static void write(ByteBuffer buffer, FileChannel out) throws IOException {
        while (buffer.hasRemaining()) {
            out.write(buffer);
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
        ByteBuffer buffer = ByteBuffer.allocate(BLOCK_BYTES);
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
