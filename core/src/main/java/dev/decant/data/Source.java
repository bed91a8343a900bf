package dev.decant.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows, one after the other, from one input.
///
/// Read by one thread at a time; [#progress()] may be called from any. Memory is bounded by the
/// longest record. Whoever opened the source closes it.
public interface Source extends Closeable {
    /// What messages call this input, such as the file's path.
    String name();

    /// The columns of the input, in order, as far as they are known before the rows are read.
    List<String> columns();

    /// The next row, or null at the end of the input.
    ///
    /// A record that cannot be read is a [Row.Malformed], not an exception.
    ///
    /// @throws IOException when nothing after this point can be read; a [DataException] where the
    ///     message is already fit for the user
    @Nullable
    Row next() throws IOException;

    /// How far the source has been read.
    Progress progress();

    /// Bytes read so far, and in all.
    ///
    /// @param bytesRead bytes of the input taken so far; compressed ones where it is compressed
    /// @param bytesTotal the input's size, or -1 where it is not known (a pipe)
    record Progress(long bytesRead, long bytesTotal) {
        /// Nothing is known.
        public static final Progress UNKNOWN = new Progress(0, -1);

        /// The part that has been read, from 0 to 1, or -1 where the size is not known.
        public double fraction() {
            return bytesTotal <= 0 ? -1 : Math.min(1.0, (double) bytesRead / bytesTotal);
        }
    }
}
