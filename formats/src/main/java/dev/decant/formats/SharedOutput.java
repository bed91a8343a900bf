package dev.decant.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/// A stream that belongs to someone else: flushed, never closed; and a PrintStream's silence is broken.
final class SharedOutput extends OutputStream {
    private final OutputStream out;

    SharedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        check();
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        out.write(source, offset, length);
        check();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
        check();
    }

    private void check() throws IOException {
        if (out instanceof PrintStream printing && printing.checkError()) {
            throw new IOException("the standard output does not take any more");
        }
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
