package dev.decant.benchmarks;

import dev.decant.data.Fields;
import dev.decant.data.Row;
import dev.decant.data.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows out of memory, all texts different: what a source costs that neither reads nor parses.
///
/// Each row has a string of its own, as one from a file has: no hash code is known beforehand.
final class SyntheticRows implements Source {
    private static final List<String> COLUMNS = List.of("id", "description");

    private final byte[][] texts;
    private int next;

    private SyntheticRows(byte[][] texts) {
        this.texts = texts;
    }

    /// Texts of `length` characters or a few more, to be read again and again.
    static byte[][] texts(int count, int length) {
        byte[][] texts = new byte[count][];
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder("row ").append(i);
            while (text.length() < length) {
                text.append(" is round and long");
            }
            texts[i] = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        }
        return texts;
    }

    static SyntheticRows of(byte[][] texts) {
        return new SyntheticRows(texts);
    }

    @Override
    public String name() {
        return "synthetic rows";
    }

    @Override
    public List<String> columns() {
        return COLUMNS;
    }

    @Override
    public @Nullable Row next() {
        if (next == texts.length) {
            return null;
        }
        int index = next++;
        String text = new String(texts[index], StandardCharsets.ISO_8859_1);
        Fields fields = new Fields(COLUMNS, List.of("id", text), Fields.Encoding.TEXT);
        return new Row.Text(index, index + 2L, fields, text);
    }

    @Override
    public Progress progress() {
        return new Progress(next, texts.length);
    }

    @Override
    public void close() {}
}
