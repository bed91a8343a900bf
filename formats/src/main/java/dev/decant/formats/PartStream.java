package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// The bytes of an output that is not yet whole: counted and summed, so that a checkpoint can say which they are.
///
/// Not a channel: an interrupt of the writing thread would close it under us.
final class PartStream extends OutputStream {
    private final RandomAccessFile file;
    private final CRC32C crc = new CRC32C();
    private long length;

    private PartStream(RandomAccessFile file) {
        this.file = file;
    }

    static PartStream create(Path part) throws IOException {
        RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw");
        try {
            file.setLength(0);
            return new PartStream(file);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /// Opens a part file behind its committed bytes, which are read and compared first.
    ///
    /// @throws DataException where they are not those of the checkpoint
    static PartStream reopen(Path part, Checkpoint last) throws IOException {
        RandomAccessFile file = new RandomAccessFile(part.toFile(), "rw");
        try {
            PartStream stream = new PartStream(file);
            byte[] buffer = new byte[1 << 16];
            while (stream.length < last.outputBytes()) {
                int read = file.read(buffer, 0, (int) Math.min(buffer.length, last.outputBytes() - stream.length));
                if (read < 0) {
                    break;
                }
                stream.crc.update(buffer, 0, read);
                stream.length += read;
            }
            if (stream.length < last.outputBytes() || stream.crc.getValue() != last.outputCrc()) {
                throw new DataException(part + ": has been changed since its checkpoint; start anew with --force");
            }
            file.setLength(stream.length);
            return stream;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    long length() {
        return length;
    }

    long crc() {
        return crc.getValue();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        file.write(bytes, offset, count);
        crc.update(bytes, offset, count);
        length += count;
    }

    /// Returns when all bytes are on the disk.
    void sync() throws IOException {
        file.getFD().sync();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
