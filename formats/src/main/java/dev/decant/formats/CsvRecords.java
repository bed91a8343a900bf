package dev.decant.formats;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records of a CSV text (RFC 4180), one after the other, read so that a broken one costs no other.
///
/// Lines end in LF, CRLF or CR. A field that begins with a quote ends with one; quotes elsewhere are plain
/// characters. After a record that breaks this, reading goes on at the line after the one it began on: of a quote
/// that was never closed only that line is lost. This takes linear time, for a quoted run of lines that reads as
/// one field holds no line that would open a quote of its own.
///
/// [#next()] leaves the record in this object's fields, to be taken before the next call.
final class CsvRecords implements Closeable {
    /// What a header may have at most.
    static final int MAX_COLUMNS = 1 << 16;
    /// How many characters of a line a message can show.
    private static final int SHOWN = 41;

    private final CharWindow window;
    private final char delimiter;
    private final int maxChars;
    private int keep = MAX_COLUMNS;

    private int position;
    private int start;
    private boolean tooLong;
    private boolean skipLineFeed;
    /// Where the record's line end begins; -1: it ends with the text.
    private int lineEnd;

    private long nextLine = 1;
    private int quotedLineEnds;

    private String[] cells = new String[16];
    private int count;
    private long line;
    private boolean blank;
    private boolean damaged;
    private @Nullable String problem;

    CsvRecords(CharWindow window, char delimiter, int maxChars) {
        this.window = window;
        this.delimiter = delimiter;
        this.maxChars = maxChars;
    }

    /// How many fields of a record are stored from now on; the others are counted only.
    void keep(int fields) {
        keep = fields;
    }

    /// The line on which the record begins, from 1.
    long line() {
        return line;
    }

    /// The number of fields, stored or not.
    int count() {
        return count;
    }

    /// The first fields, as many as asked; empty ones, which take no memory, where there are no more.
    List<String> cells(int width) {
        int stored = Math.min(Math.min(count, keep), width);
        return new FixedList(Arrays.copyOf(cells, stored), width);
    }

    /// A field that is stored.
    String cell(int index) {
        return cells[index];
    }

    /// Whether the record is an empty line.
    boolean blank() {
        return blank;
    }

    /// Whether the record holds bytes that are not valid in the charset.
    boolean damaged() {
        return damaged;
    }

    /// The encoding in use.
    Charset charset() {
        return window.charset();
    }

    /// What is wrong with the record, or null. Its first fields may be there.
    @Nullable
    String problem() {
        return problem;
    }

    /// Reads the next record. False at the end of the text.
    boolean next() throws IOException {
        if (!atRecord()) {
            return false;
        }
        line = nextLine;
        count = 0;
        quotedLineEnds = 0;
        problem = null;
        tooLong = false;
        lineEnd = -1;
        position = window.begin;
        char first = window.buffer[position];
        blank = first == '\n' || first == '\r';
        boolean another = true;
        while (another) {
            another = field();
        }
        if (problem == null && recordEnd() - window.begin > maxChars) {
            problem = tooLongMessage();
        }
        if (problem != null && position - window.begin > maxChars) {
            count = 0; // How many of its fields were read depends on how the bytes have come.
        }
        if (problem != null) {
            skipLine();
            nextLine = line + 1;
        } else {
            nextLine = line + quotedLineEnds + 1;
        }
        damaged = window.consume(position);
        return true;
    }

    private int recordEnd() {
        return lineEnd < 0 ? position : lineEnd;
    }

    /// Goes to the next record's first character, past the LF of a CRLF.
    private boolean atRecord() throws IOException {
        if (window.begin == window.end && !window.more()) {
            return false;
        }
        if (skipLineFeed) {
            skipLineFeed = false;
            if (window.buffer[window.begin] == '\n') {
                window.consume(window.begin + 1);
                return window.begin < window.end || window.more();
            }
        }
        return true;
    }

    /// Reads one field. True when another follows in this record.
    private boolean field() throws IOException {
        start = position;
        if (position == window.end && !fill()) {
            return tooLong ? fail(tooLongMessage()) : last("");
        }
        return window.buffer[position] == '"' ? quoted() : plain();
    }

    private boolean plain() throws IOException {
        int i = position;
        while (true) {
            char[] buffer = window.buffer;
            int end = window.end;
            for (; i < end; i++) {
                char c = buffer[i];
                if (c == delimiter) {
                    add(text(start, i));
                    position = i + 1;
                    return true;
                }
                if (c <= '\r' && (c == '\n' || c == '\r')) {
                    endLine(i);
                    return last(text(start, i));
                }
            }
            position = i;
            if (!fill()) {
                return tooLong ? fail(tooLongMessage()) : last(text(start, position));
            }
            i = position;
        }
    }

    private boolean quoted() throws IOException {
        boolean escaped = false;
        int i = position + 1;
        while (true) {
            char[] buffer = window.buffer;
            int end = window.end;
            while (i < end && buffer[i] != '"') {
                char c = buffer[i];
                if (c <= '\r' && (c == '\r' || (c == '\n' && buffer[i - 1] != '\r'))) {
                    quotedLineEnds++;
                }
                i++;
            }
            boolean atQuote = i < end;
            if (atQuote && i + 1 < end) {
                char after = buffer[i + 1];
                if (after == '"') {
                    escaped = true;
                    i += 2;
                    continue;
                }
                String text = escaped ? unescaped(start + 1, i) : text(start + 1, i);
                if (after == delimiter) {
                    add(text);
                    position = i + 2;
                    return true;
                }
                if (after == '\n' || after == '\r') {
                    endLine(i + 1);
                    return last(text);
                }
                position = i + 1;
                return fail("text follows the closing quote of field " + (count + 1) + ": " + restOfLine());
            }
            position = end;
            int behind = end - i;
            if (!fill()) {
                if (tooLong) {
                    return fail(tooLongMessage());
                }
                if (atQuote) {
                    int quote = position - 1;
                    return last(escaped ? unescaped(start + 1, quote) : text(start + 1, quote));
                }
                return fail("the quote that opens field " + (count + 1) + " is never closed");
            }
            i = position - behind;
        }
    }

    /// Reads on behind `position`, the window's end. False at the end of the text, or where the record is too long.
    private boolean fill() throws IOException {
        if (window.end - window.begin > maxChars) {
            tooLong = true;
            return false;
        }
        int kept = position - window.begin;
        int field = start - window.begin;
        boolean more = window.more();
        position = window.begin + kept;
        start = window.begin + field;
        return more;
    }

    /// What stands on the line behind `position`, shortened: the same however the bytes have come.
    private String restOfLine() throws IOException {
        int length = 0;
        while (length < SHOWN) {
            int at = position + length;
            if (at == window.end) {
                int kept = position - window.begin;
                if (window.end - window.begin > maxChars || !window.more()) {
                    break;
                }
                position = window.begin + kept;
                at = position + length;
            }
            char c = window.buffer[at];
            if (c == '\n' || c == '\r' || at - window.begin > maxChars) {
                break;
            }
            length++;
        }
        return Texts.excerpt(new String(window.buffer, position, length));
    }

    private String tooLongMessage() {
        return "a record of more than " + maxChars + " characters, or a quote in it that is never closed";
    }

    private String text(int from, int to) {
        return from == to ? "" : new String(window.buffer, from, to - from);
    }

    /// The text with each pair of quotes made one.
    private String unescaped(int from, int to) {
        char[] buffer = window.buffer;
        StringBuilder text = new StringBuilder(to - from);
        int done = from;
        for (int i = from; i < to; i++) {
            if (buffer[i] == '"') {
                text.append(buffer, done, i + 1 - done);
                i++;
                done = i + 1;
            }
        }
        return text.append(buffer, done, to - done).toString();
    }

    private void add(String text) {
        if (count < keep) {
            if (count == cells.length) {
                cells = Arrays.copyOf(cells, count * 2);
            }
            cells[count] = text;
        }
        count++;
    }

    private boolean last(String text) {
        add(text);
        return false;
    }

    private boolean fail(String message) {
        // Which of the two is found first depends on how the bytes have come.
        problem = position - window.begin > maxChars ? tooLongMessage() : message;
        return false;
    }

    /// Ends the record at a CR or LF.
    private void endLine(int at) {
        skipLineFeed = window.buffer[at] == '\r';
        lineEnd = at;
        position = at + 1;
    }

    /// Goes past the line that the record begins on.
    private void skipLine() throws IOException {
        int i = window.begin;
        while (true) {
            for (; i < window.end; i++) {
                char c = window.buffer[i];
                if (c == '\n' || c == '\r') {
                    endLine(i);
                    return;
                }
            }
            window.consume(window.end);
            if (!window.more()) {
                position = window.end;
                return;
            }
            i = window.begin;
        }
    }

    @Override
    public void close() throws IOException {
        window.close();
    }
}
