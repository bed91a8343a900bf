package dev.decant.pipeline;

import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source whose first rows can be looked at before they are read.
///
/// Holds the rows looked at until they are read; owns the source it is over. Used by one thread at a time.
public final class Lookahead implements Source {
    private final Source source;
    private final Deque<Row> ahead = new ArrayDeque<>();

    public Lookahead(Source source) {
        this.source = source;
    }

    /// The next rows, `count` at most; they are still to be read.
    public List<Row> peek(int count) throws IOException {
        while (ahead.size() < count) {
            Row row = source.next();
            if (row == null) {
                break;
            }
            ahead.add(row);
        }
        return new ArrayList<>(ahead).subList(0, Math.min(count, ahead.size()));
    }

    @Override
    public @Nullable Row next() throws IOException {
        Row row = ahead.poll();
        return row != null ? row : source.next();
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public List<String> columns() {
        return source.columns();
    }

    @Override
    public Progress progress() {
        return source.progress();
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
