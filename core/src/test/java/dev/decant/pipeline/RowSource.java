package dev.decant.pipeline;

import dev.decant.data.Fields;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.io.IOException;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// Rows made by a function of their index.
class RowSource implements Source {
    private final long count;
    private final LongFunction<Row> rows;
    volatile long read;

    RowSource(long count, LongFunction<Row> rows) {
        this.count = count;
        this.rows = rows;
    }

    static RowSource texts(List<String> texts) {
        return new RowSource(texts.size(), i -> text(i, texts.get((int) i)));
    }

    static Row text(long index, String text) {
        return new Row.Text(index, index + 1, Fields.NONE, text);
    }

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public List<String> columns() {
        return List.of();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads a source; the others only look.
    public @Nullable Row next() throws IOException {
        return read < count ? rows.apply(read++) : null;
    }

    @Override
    public Progress progress() {
        return new Progress(read, count);
    }

    @Override
    public void close() {}
}
