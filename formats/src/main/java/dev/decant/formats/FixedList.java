package dev.decant.formats;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/// A list over an array that nobody changes any more: what a row costs beside its values is one object. Behind the
/// array's end it may go on with empty texts.
final class FixedList extends AbstractList<String> implements RandomAccess {
    private final String[] values;
    private final int size;

    /// Takes the array over.
    FixedList(String[] values) {
        this(values, values.length);
    }

    /// Takes the array over.
    FixedList(String[] values, int size) {
        this.values = values;
        this.size = size;
    }

    @Override
    public String get(int index) {
        return index < values.length ? values[index] : absent(index);
    }

    @Override
    public int size() {
        return size;
    }

    private String absent(int index) {
        Objects.checkIndex(index, size);
        return "";
    }
}
