package dev.decant.formats;

import dev.decant.data.DataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// A moving view of an input's characters: `buffer[begin..end)` is what was read and not yet consumed.
///
/// Bytes that are not valid in the charset become U+FFFD, and the window knows where: what is damaged is one
/// record, not the input. The buffer grows with the longest record that its reader keeps in view.
final class CharWindow implements Closeable {
    private static final int CHUNK = 1 << 16;
    /// By so many bytes an input is told from a binary one.
    private static final int LOOKED_AT = 1 << 10;
    /// The least room for decoding: a surrogate pair and one replacement.
    private static final int LEAST_ROOM = CHUNK / 4;

    char[] buffer = new char[CHUNK];
    int begin;
    int end;

    private final InputStream in;
    private final CharsetDecoder decoder;
    private final ByteBuffer bytes = ByteBuffer.allocate(CHUNK).limit(0);
    private boolean bytesEnded;
    private boolean ended;

    /// The count of characters that once stood before `buffer[0]`.
    private long dropped;
    /// Where damaged characters stand, counted from the input's beginning, ascending.
    private long[] damaged = new long[64];

    private int damagedBegin;
    private int damagedEnd;

    /// Opens the characters of an input, through gzip where its first bytes say so, whatever its name.
    ///
    /// @param charset the encoding unless a byte order mark says another
    /// @param name what messages call the input
    CharWindow(InputBytes input, Charset charset, String name) throws IOException {
        if (input.startsWith('P', 'A', 'R', '1')) {
            throw new DataException(name + ": this is a Parquet file, not text; say so with --format parquet");
        }
        if (input.startsWith('P', 'K', 3, 4)) {
            throw new DataException(
                    name + ": this is a zip archive or a spreadsheet, not text; unpack it or save it as CSV");
        }
        in = input.startsWith(0x1f, 0x8b) ? new GZIPInputStream(input, 1 << 13) : input;
        while (bytes.limit() < 4 && !bytesEnded) {
            readBytes();
        }
        // A pipe may have brought a few bytes only, and of those one zero says nothing.
        while (bytes.limit() < LOOKED_AT && !bytesEnded && zeros() > 0) {
            readBytes();
        }
        Charset marked = skipByteOrderMark(charset);
        decoder = marked.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        if (!marked.name().startsWith("UTF-16") && !marked.name().startsWith("UTF-32") && holdsZeros()) {
            throw new DataException(
                    name + ": this is not text in " + marked + " but binary; if it is UTF-16, say so with --charset");
        }
    }

    /// The encoding in use.
    Charset charset() {
        return decoder.charset();
    }

    private Charset skipByteOrderMark(Charset otherwise) {
        // UTF-32LE first: its mark begins with that of UTF-16LE.
        if (skip(0xff, 0xfe, 0, 0)) {
            return Charset.forName("UTF-32LE");
        }
        if (skip(0, 0, 0xfe, 0xff)) {
            return Charset.forName("UTF-32BE");
        }
        if (skip(0xef, 0xbb, 0xbf)) {
            return StandardCharsets.UTF_8;
        }
        if (skip(0xff, 0xfe)) {
            return StandardCharsets.UTF_16LE;
        }
        if (skip(0xfe, 0xff)) {
            return StandardCharsets.UTF_16BE;
        }
        return otherwise;
    }

    private boolean skip(int... mark) {
        if (bytes.remaining() < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((bytes.get(bytes.position() + i) & 0xff) != mark[i]) {
                return false;
            }
        }
        bytes.position(bytes.position() + mark.length);
        return true;
    }

    /// Whether more than one in twenty of the first bytes is zero. A single stray one is the record's affair.
    private boolean holdsZeros() {
        return zeros() * 20 > Math.min(bytes.remaining(), LOOKED_AT);
    }

    private int zeros() {
        int looked = Math.min(bytes.remaining(), LOOKED_AT);
        int zeros = 0;
        for (int i = 0; i < looked; i++) {
            if (bytes.get(bytes.position() + i) == 0) {
                zeros++;
            }
        }
        return zeros;
    }

    /// Reads on, keeping `[begin, end)` (its place in the buffer may change). False at the end of the input.
    boolean more() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        int before = end;
        while (end == before && !ended) {
            // One place is left over for a replacement.
            CharBuffer out = CharBuffer.wrap(buffer, end, buffer.length - end - 1);
            CoderResult result = decoder.decode(bytes, out, bytesEnded);
            end = out.position();
            if (result.isError()) {
                bytes.position(bytes.position() + result.length());
                damage(dropped + end);
                buffer[end++] = '\ufffd';
            } else if (result.isUnderflow() && end == before) {
                // Only when nothing came out: of a pipe, what is there is not held back for what may come.
                if (bytesEnded) {
                    decoder.flush(out);
                    end = out.position();
                    ended = true;
                } else {
                    readBytes();
                }
            }
        }
        return end > before;
    }

    private void readBytes() throws IOException {
        bytes.compact();
        try {
            int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (read < 0) {
                bytesEnded = true;
            } else {
                bytes.position(bytes.position() + read);
            }
        } finally {
            bytes.flip();
        }
    }

    private void makeRoom() {
        if (buffer.length - end >= LEAST_ROOM) {
            return;
        }
        int kept = end - begin;
        char[] target = kept > buffer.length / 2 ? new char[buffer.length * 2] : buffer;
        System.arraycopy(buffer, begin, target, 0, kept);
        buffer = target;
        dropped += begin;
        begin = 0;
        end = kept;
    }

    private void damage(long place) {
        if (damagedEnd == damaged.length) {
            damaged = Arrays.copyOfRange(damaged, damagedBegin, damagedBegin + 2 * damaged.length);
            damagedEnd -= damagedBegin;
            damagedBegin = 0;
        }
        damaged[damagedEnd++] = place;
    }

    /// Gives up the characters before `position`; says whether one of them was damaged.
    boolean consume(int position) {
        begin = position;
        if (damagedBegin == damagedEnd) {
            return false;
        }
        int first = damagedBegin;
        while (damagedBegin < damagedEnd && damaged[damagedBegin] < dropped + position) {
            damagedBegin++;
        }
        boolean some = damagedBegin > first;
        if (damagedBegin == damagedEnd) {
            damagedBegin = 0;
            damagedEnd = 0;
        }
        return some;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
