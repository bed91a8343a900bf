package dev.decant.formats;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file that is written under its `.part` name, from its beginning or from where an earlier run left it.
final class PartFile extends OutputTarget {
    private final OutputFiles files;
    private final PartStream part;
    private final @Nullable GzipMembers gzip;
    private final @Nullable Resumption resumption;
    private boolean committed;
    private boolean closed;

    private PartFile(OutputFiles files, PartStream part, boolean gzip, @Nullable Resumption resumption) {
        this.files = files;
        this.part = part;
        this.resumption = resumption;
        this.gzip = gzip ? new GzipMembers(part, part.length() > 0) : null;
        committed = resumption != null && resumption.last() != null;
    }

    static PartFile open(
            Path target, boolean force, boolean gzip, @Nullable Path input, @Nullable Resumption resumption)
            throws IOException {
        OutputFiles files = resumption != null ? resumption.files() : OutputFiles.take(target, force);
        try {
            files.requireApart(input);
            if (resumption == null) {
                files.requireFree();
                files.requireNothingToResume();
            }
            Checkpoint last = resumption == null ? null : resumption.last();
            return new PartFile(files, last == null ? files.create() : files.reopen(last), gzip, resumption);
        } catch (IOException | RuntimeException e) {
            files.release();
            throw e;
        }
    }

    @Override
    OutputStream stream() {
        return gzip != null ? gzip : part;
    }

    @Override
    void commit() throws IOException {
        if (gzip != null) {
            gzip.endMember();
        }
        if (resumption != null) {
            part.sync();
            resumption.commit(part.length(), part.crc());
        }
        committed = true;
    }

    @Override
    void finish() throws IOException {
        if (gzip != null) {
            gzip.finish();
        }
        part.sync();
        closeStream();
        files.rename();
    }

    private void closeStream() throws IOException {
        if (gzip != null) {
            gzip.close();
        }
        part.close();
        closed = true;
    }

    /// Lets go of the file. What was committed stays under the `.part` name; where nothing was, nothing is left.
    @Override
    public void close() throws IOException {
        if (!closed) {
            closeStream();
            if (!committed) {
                files.discard();
            }
        }
        files.release();
    }
}
