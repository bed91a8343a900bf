package dev.decant.formats;

import java.util.AbstractList;
import java.util.RandomAccess;

/// A list over an array that nobody changes any more: what a row costs beside its values is one object.
final class FixedList extends AbstractList<String> implements RandomAccess {
    private final String[] values;

    /// Takes the array over.
    FixedList(String[] values) {
        this.values = values;
    }

    @Override
    public String get(int index) {
        return values[index];
    }

    @Override
    public int size() {
        return values.length;
    }
}
