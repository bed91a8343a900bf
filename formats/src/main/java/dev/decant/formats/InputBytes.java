package dev.decant.formats;

import dev.decant.data.Source;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of one input as they lie in the file or come through the pipe: buffered, counted, with a look at the
/// first ones.
///
/// Of a file, those that it held when it was opened: what is appended while it is read is not of this input.
///
/// Read by one thread; [#progress()] may be called from any.
final class InputBytes extends InputStream {
    private final InputStream in;
    private final long total;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private boolean ended;
    /// Written by the reading thread alone.
    private volatile long taken;

    /// @param total the input's size in bytes, or -1 where it is not known
    InputBytes(InputStream in, long total) {
        this.in = in;
        this.total = total;
    }

    Source.Progress progress() {
        return new Source.Progress(taken, total);
    }

    /// Tells how far an input has been read that is not read through this stream.
    void readTo(long position) {
        taken = position;
    }

    /// Whether the next bytes are these; takes none.
    boolean startsWith(int... bytes) throws IOException {
        while (limit - position < bytes.length) {
            if (!fill()) {
                return false;
            }
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((buffer[position + i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    /// Reads more behind what is there. False at the end of the input.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private boolean fill() throws IOException {
        if (ended || (total >= 0 && taken >= total)) {
            return false;
        }
        if (position == limit) {
            position = 0;
            limit = 0;
        }
        int room = buffer.length - limit;
        int read = in.read(buffer, limit, total < 0 ? room : (int) Math.min(room, total - taken));
        if (read < 0) {
            ended = true;
            if (total >= 0) {
                throw new IOException("the file had " + total + " bytes when it was opened and ends after " + taken
                        + " now: it was cut meanwhile");
            }
            return false;
        }
        limit += read;
        taken += read;
        return true;
    }

    private boolean ensure() throws IOException {
        while (position == limit) {
            if (!fill()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int read() throws IOException {
        return ensure() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!ensure()) {
            return -1;
        }
        int count = Math.min(length, limit - position);
        System.arraycopy(buffer, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
