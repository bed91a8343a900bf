package dev.decant.formats;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Where an output goes: a file under its `.part` name until it is whole, a device or pipe, or the standard output.
abstract sealed class OutputTarget implements Closeable permits PartFile, OutputTarget.Stream {
    /// The standard output, which stays open.
    static OutputTarget standard(OutputStream stdout) {
        return new Stream(new SharedOutput(stdout));
    }

    /// A file. One whose name ends in `.gz` is compressed.
    ///
    /// @param input the file that is being read, or null
    /// @param resumption the claim on the file, or null for an output that need not survive
    static OutputTarget file(Path target, boolean force, @Nullable Path input, @Nullable Resumption resumption)
            throws IOException {
        boolean gzip = target.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        if (resumption == null && OutputFiles.special(target)) {
            OutputStream out = new FileOutputStream(target.toFile());
            return new Stream(gzip ? new GZIPOutputStream(out, 1 << 13, true) : out);
        }
        return PartFile.open(target, force, gzip, input, resumption);
    }

    /// What the output is written to.
    abstract OutputStream stream();

    /// What was written so far is to stay, whatever becomes of the rest.
    abstract void commit() throws IOException;

    /// Gives a file its name, once all of it is on the disk.
    abstract void finish() throws IOException;

    /// Something that is written to as it is.
    static final class Stream extends OutputTarget {
        private final OutputStream out;

        Stream(OutputStream out) {
            this.out = out;
        }

        @Override
        OutputStream stream() {
            return out;
        }

        @Override
        void commit() throws IOException {
            out.flush();
        }

        @Override
        void finish() throws IOException {
            out.flush();
            close();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
