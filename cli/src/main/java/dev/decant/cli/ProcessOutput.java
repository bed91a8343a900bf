package dev.decant.cli;

import dev.decant.python.StandardOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// The process's standard output, which can be kept from code that writes to descriptor 1 behind Java's back.
final class ProcessOutput extends OutputStream {
    private OutputStream out = new FileOutputStream(FileDescriptor.out);
    private boolean kept;

    /// From here on only what goes through this stream reaches the standard output; all else goes to the standard
    /// error.
    synchronized void keep() throws IOException {
        if (!kept) {
            kept = true;
            out = StandardOutput.takeOver();
        }
    }

    @Override
    public synchronized void write(int b) throws IOException {
        out.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }
}
