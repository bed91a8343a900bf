package dev.decant.pipeline;

import dev.decant.data.Fields;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Texts from memory as a source: no columns of their own.
final class StringSource implements Source {
    private final Iterator<String> texts;
    private long index;

    StringSource(Iterator<String> texts) {
        this.texts = texts;
    }

    @Override
    public String name() {
        return "texts";
    }

    @Override
    public List<String> columns() {
        return List.of();
    }

    @Override
    public @Nullable Row next() {
        if (!texts.hasNext()) {
            return null;
        }
        String text = texts.next();
        return text.isBlank()
                ? new Row.Blank(index++, 0, Fields.NONE, "empty text")
                : new Row.Text(index++, 0, Fields.NONE, text);
    }

    @Override
    public Progress progress() {
        return Progress.UNKNOWN;
    }

    @Override
    public void close() {}
}
