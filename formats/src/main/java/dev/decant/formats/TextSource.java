package dev.decant.formats;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// What the sources of this package have in common: the limit, the rows' numbers, errors that name the input.
abstract class TextSource implements Source {
    private final InputLocation location;
    private final InputBytes bytes;
    private final long limit;
    private long index;
    private @Nullable DataException failure;

    TextSource(InputLocation location, InputBytes bytes, long limit) {
        this.location = location;
        this.bytes = bytes;
        this.limit = limit < 0 ? Long.MAX_VALUE : limit;
    }

    @Override
    public final String name() {
        return location.name();
    }

    @Override
    public final Progress progress() {
        return bytes.progress();
    }

    /// The file that is read, or null for the standard input.
    @Nullable
    final Path path() {
        return location.path();
    }

    /// Whether the input names its columns.
    abstract boolean named();

    /// Whether no row has a field beyond [#columns()].
    abstract boolean complete();

    /// Makes each record malformed, from here on, that has a field of one of these names.
    abstract void reserve(Set<String> names);

    /// The next record as the row of this number, or null at the end.
    @Nullable
    abstract Row read(long index) throws IOException;

    /// The line being read, from 1, for messages.
    abstract long line();

    @Override
    public final @Nullable Row next() throws IOException {
        if (failure != null) {
            throw new DataException(String.valueOf(failure.getMessage()), failure);
        }
        if (index >= limit) {
            return null;
        }
        try {
            Row row = read(index);
            if (row != null) {
                index++;
            }
            return row;
        } catch (IOException e) {
            failure = unreadable(name(), line(), e);
            throw failure;
        }
    }

    /// What ended the reading, in words.
    static DataException unreadable(String name, long line, IOException cause) {
        if (cause instanceof DataException data) {
            return data;
        }
        String where = line == 0 ? "" : " after line " + line;
        if (cause instanceof EOFException || cause instanceof ZipException) {
            return new DataException(
                    name + ": the gzip data is damaged or ends too early" + where + "; get the file anew", cause);
        }
        return new DataException(name + ": cannot be read" + where + ": " + cause.getMessage(), cause);
    }

    /// The message about bytes that the charset does not know.
    static String undecodable(long line, Charset charset) {
        return "line " + line + ": bytes that are not valid " + charset + "; see --charset";
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
