package dev.decant.python;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The process's standard output, out of reach of native code and child processes.
///
/// Python's `print` can be sent elsewhere from inside; C code that writes to descriptor 1, and processes that a script
/// starts, cannot. Here the program keeps a duplicate of descriptor 1 for its own data, and descriptor 1 itself becomes
/// the standard error. Unbuffered. Used by one thread at a time.
public final class StandardOutput extends OutputStream {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int INTERRUPTED = 4;
    private static final int CHUNK = 1 << 16;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option[] CAPTURE = {Linker.Option.captureCallState("errno")};

    private static final MethodHandle DUP = Native.system("dup", int.class, int.class);
    private static final MethodHandle DUP2 = Native.system("dup2", int.class, int.class, int.class);
    private static final MethodHandle STRERROR = Native.system("strerror", long.class, int.class);
    private static final MethodHandle WRITE = Native.link(
            Native.LINKER.defaultLookup().findOrThrow("write").address(),
            CAPTURE,
            long.class,
            int.class,
            long.class,
            long.class);

    private final int descriptor;
    private final MemorySegment state = Arena.ofAuto().allocate(STATE);
    private final MemorySegment chunk = Arena.ofAuto().allocate(CHUNK);

    private StandardOutput(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Takes descriptor 1 over: what is written to it from here on goes to the standard error, and only what is written
    /// to the stream returned goes to the standard output. Cannot be undone.
    public static StandardOutput takeOver() throws IOException {
        try {
            int own = (int) DUP.invokeExact(STDOUT);
            if (own < 0 || (int) DUP2.invokeExact(STDERR, STDOUT) < 0) {
                throw new IOException("the standard output or the standard error is closed");
            }
            return new StandardOutput(own);
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            int next = Math.min(CHUNK, length - written);
            MemorySegment.copy(bytes, offset + written, chunk, ValueLayout.JAVA_BYTE, 0, next);
            written += writeChunk(next);
        }
    }

    private int writeChunk(int length) throws IOException {
        try {
            while (true) {
                long written = (long) WRITE.invokeExact(state, descriptor, chunk.address(), (long) length);
                if (written >= 0) {
                    return (int) written;
                }
                int error = (int) ERRNO.get(state, 0L);
                if (error != INTERRUPTED) {
                    throw new IOException(Native.cString((long) STRERROR.invokeExact(error)));
                }
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
