package dev.decant.cli;

import dev.decant.data.ClosedOutputException;
import dev.decant.python.StandardOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// The process's standard output, which can be kept from code that writes to descriptor 1 behind Java's back.
final class ProcessOutput extends OutputStream {
    private OutputStream out = new FileOutputStream(FileDescriptor.out);
    private final boolean pipe = isPipe();
    private boolean kept;

    /// Whether the standard output is a pipe or socket: what fails there is that nobody reads any more.
    private static boolean isPipe() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/1")).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private IOException told(IOException e) {
        boolean gone = pipe || String.valueOf(e.getMessage()).contains("Broken pipe");
        return gone ? new ClosedOutputException("nobody reads the standard output any more", e) : e;
    }

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
        try {
            out.write(b);
        } catch (IOException e) {
            throw told(e);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw told(e);
        }
    }
}
