package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Where an output goes: a file under its `.part` name until it is whole, a device or pipe, or the standard output.
final class OutputTarget implements Closeable {
    private final String name;
    private final OutputStream out;
    /// Null for what is not a file of its own: nothing to sync, close or rename.
    private final @Nullable Part part;
    private boolean committed;

    private record Part(Path part, Path target, FileOutputStream stream, boolean force) {}

    private OutputTarget(String name, OutputStream out, @Nullable Part part) {
        this.name = name;
        this.out = out;
        this.part = part;
    }

    /// The standard output, which stays open.
    static OutputTarget standard(OutputStream stdout) {
        return new OutputTarget("standard output", new Shared(stdout), null);
    }

    /// A file. One whose name ends in `.gz` is compressed.
    ///
    /// @param input the file that is being read, or null
    static OutputTarget file(Path target, boolean force, @Nullable Path input) throws IOException {
        String name = target.toString();
        if (Files.isDirectory(target)) {
            throw new DataException(name + ": this is a folder; name a file in it");
        }
        boolean exists = Files.exists(target);
        if (exists && input != null && Files.exists(input) && Files.isSameFile(target, input)) {
            throw new DataException(name + ": is the input too; name another output");
        }
        boolean special = exists && !Files.isRegularFile(target);
        if (exists && !special && !force) {
            throw new DataException(name + ": exists already; use --force to replace it");
        }
        // A link keeps pointing where it does: what it points to is replaced.
        Path file = exists ? target.toRealPath() : target.toAbsolutePath();
        Path part = special ? file : file.resolveSibling(file.getFileName() + ".part");
        if (input != null && Files.exists(part) && Files.exists(input) && Files.isSameFile(part, input)) {
            throw new DataException(part + ": is the input, and the output's name until it is whole; name another");
        }
        FileOutputStream stream = create(part, name);
        OutputStream out = stream;
        if (name.toLowerCase(Locale.ROOT).endsWith(".gz")) {
            out = new GZIPOutputStream(out, 1 << 13, true);
        }
        return new OutputTarget(name, out, special ? null : new Part(part, file, stream, force));
    }

    // Not a channel: an interrupt of the writing thread would close it under us.
    private static FileOutputStream create(Path file, String name) throws DataException {
        Path folder = file.getParent();
        if (folder != null && Files.notExists(folder)) {
            throw new DataException(name + ": the folder " + folder + " does not exist; make it first");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new DataException(name + ": " + folder + " is not a folder");
        }
        try {
            return new FileOutputStream(file.toFile());
        } catch (IOException e) {
            if (folder != null && !Files.isWritable(folder)) {
                throw new DataException(name + ": the folder " + folder + " may not be written to by this user", e);
            }
            throw new DataException(name + ": cannot be written: " + e.getMessage(), e);
        }
    }

    /// What messages call it.
    String name() {
        return name;
    }

    /// What the output is written to; its flush reaches the system.
    OutputStream stream() {
        return out;
    }

    /// Gives the file its name, once all of it is on the disk.
    void finish() throws IOException {
        if (out instanceof GZIPOutputStream gzip) {
            gzip.finish();
        }
        out.flush();
        if (part == null) {
            close();
            return;
        }
        part.stream.getFD().sync();
        part.stream.close();
        if (!part.force && Files.exists(part.target)) {
            throw new DataException(
                    name + ": has come to exist meanwhile and is not replaced; the output is in " + part.part);
        }
        Files.move(part.part, part.target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /// What was written so far is to stay, whatever becomes of the rest.
    void committed() {
        committed = true;
    }

    /// Lets go of the file. What was committed stays under the `.part` name; where nothing was, nothing is left.
    @Override
    public void close() throws IOException {
        if (part != null) {
            // Not the stream: closing it would write what was not committed.
            part.stream.close();
            if (!committed) {
                Files.deleteIfExists(part.part);
            }
        } else {
            out.close();
        }
    }

    /// A stream that belongs to someone else: flushed, never closed; and a PrintStream's silence is broken.
    private static final class Shared extends OutputStream {
        private final OutputStream out;

        Shared(OutputStream out) {
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
}
