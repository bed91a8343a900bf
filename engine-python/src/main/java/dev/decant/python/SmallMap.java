package dev.decant.python;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A map of few entries in the order of the dict that it was read from; immutable. Half of a result's time would go
/// into
/// hash tables otherwise.
final class SmallMap extends AbstractMap<@Nullable Object, @Nullable Object> {
    static final int MOST = 8;

    /// Keys and values in turn.
    private final @Nullable Object[] entries;

    /// Takes the array over.
    SmallMap(@Nullable Object[] entries) {
        this.entries = entries;
    }

    @Override
    public int size() {
        return entries.length / 2;
    }

    private int find(@Nullable Object key) {
        for (int i = 0; i < entries.length; i += 2) {
            Object present = entries[i];
            if (present == null ? key == null : present.equals(key)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return find(key) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int at = find(key);
        return at < 0 ? null : entries[at + 1];
    }

    @Override
    public Set<Map.Entry<@Nullable Object, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return SmallMap.this.size();
            }

            @Override
            public Iterator<Map.Entry<@Nullable Object, @Nullable Object>> iterator() {
                return new Entries();
            }
        };
    }

    private final class Entries implements Iterator<Map.Entry<@Nullable Object, @Nullable Object>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < entries.length;
        }

        @Override
        public Map.Entry<@Nullable Object, @Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<@Nullable Object, @Nullable Object> entry =
                    new SimpleImmutableEntry<>(entries[next], entries[next + 1]);
            next += 2;
            return entry;
        }
    }
}
