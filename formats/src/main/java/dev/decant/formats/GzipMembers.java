package dev.decant.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Compresses into gzip (RFC 1952) with a member of its own for what comes between two commits.
///
/// A member can be read without those behind it, and the next one can begin wherever one has ended: a run that goes on
/// from a commit writes the same bytes as one that was never interrupted. Readers take members in a row as one file.
/// Holds native memory until it is closed.
final class GzipMembers extends OutputStream {
    /// Deflate, no name, no time: the same rows are the same bytes.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final OutputStream out;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[1 << 13];
    private boolean open;
    private boolean any;

    /// @param any whether there are members already
    GzipMembers(OutputStream out, boolean any) {
        this.out = out;
        this.any = any;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        begin();
        crc.update(bytes, offset, length);
        deflater.setInput(bytes, offset, length);
        while (!deflater.needsInput()) {
            int count = deflater.deflate(buffer);
            out.write(buffer, 0, count);
        }
    }

    private void begin() throws IOException {
        if (!open) {
            open = true;
            any = true;
            deflater.reset();
            crc.reset();
            out.write(HEADER);
        }
    }

    /// Ends the present member, if there is anything in it, and flushes.
    void endMember() throws IOException {
        if (open) {
            deflater.finish();
            while (!deflater.finished()) {
                int count = deflater.deflate(buffer);
                out.write(buffer, 0, count);
            }
            little((int) crc.getValue());
            little((int) deflater.getBytesRead());
            open = false;
        }
        out.flush();
    }

    /// Ends the last member; there is one, though it may be empty.
    void finish() throws IOException {
        if (!any) {
            begin();
        }
        endMember();
    }

    private void little(int value) throws IOException {
        for (int shift = 0; shift < 32; shift += 8) {
            out.write((value >>> shift) & 0xff);
        }
    }

    /// Frees what the compression holds; the stream below is left open.
    @Override
    public void close() {
        deflater.end();
    }
}
