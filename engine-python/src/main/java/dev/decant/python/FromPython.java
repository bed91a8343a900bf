package dev.decant.python;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes plain Java values of Python objects. Belongs to one thread; the GIL is held.
///
/// Objects given are borrowed and alive throughout a conversion.
final class FromPython {
    private static final int DEEPEST = 200;
    private static final int CACHED = 32;
    private static final int LONGEST_CACHED = 64;

    private final PythonThread thread;
    private int depth;

    // Keys and labels are often the same str object over and over: each is read once in a conversion.
    private final long[] cachedObjects = new long[CACHED];
    private final @Nullable String[] cachedStrings = new @Nullable String[CACHED];

    FromPython(PythonThread thread) {
        this.thread = thread;
    }

    /// The value of an object.
    ///
    /// @throws PythonConversionException when it is, or has in it, something that is no plain value
    @Nullable
    Object convert(long object) {
        begin();
        return value(object);
    }

    /// The elements of a list that Decant's own Python code made.
    List<@Nullable Object> rows(long list) {
        begin();
        return list(list);
    }

    /// Starts a conversion: forgets what may have been freed since the last.
    void begin() {
        depth = 0;
        Arrays.fill(cachedObjects, 0);
    }

    @Nullable
    Object value(long object) {
        long type = Types.of(object);
        if (type == Types.STR) {
            return string(object);
        } else if (type == Types.FLOAT) {
            return Types.floatValue(object);
        } else if (object == Types.NONE) {
            return null;
        } else if (type == Types.DICT) {
            return map(object);
        } else if (type == Types.LIST) {
            return list(object);
        } else if (type == Types.INT) {
            return integer(object);
        } else if (object == Types.TRUE) {
            return true;
        } else if (object == Types.FALSE) {
            return false;
        } else if (type == Types.TUPLE) {
            return tuple(object);
        } else if (type == Types.BYTES) {
            return bytes(object);
        }
        return other(object, type);
    }

    /// The text of a str or an instance of a subclass.
    String string(long string) {
        int slot = (int) (string >>> 4) & (CACHED - 1);
        String known = cachedStrings[slot];
        if (cachedObjects[slot] == string && known != null) {
            return known;
        }
        String text = read(string);
        if (text.length() <= LONGEST_CACHED) {
            cachedObjects[slot] = string;
            cachedStrings[slot] = text;
        }
        return text;
    }

    private String read(long string) {
        long utf8 = TextApi.utf8(string, thread.word(3));
        if (utf8 != 0) {
            byte[] copy = new byte[arrayLength(Native.getLong(thread.word(3)))];
            Native.copy(utf8, copy);
            return new String(copy, StandardCharsets.UTF_8);
        }
        ErrorApi.clear(); // UnicodeEncodeError: it has lone surrogates, which a Java string may have, too.
        long utf16 = Errors.check(TextApi.utf16(string));
        try {
            byte[] copy = bytes(utf16);
            char[] characters = new char[copy.length / 2];
            for (int i = 0; i < characters.length; i++) {
                characters[i] = (char) ((copy[2 * i] & 0xff) | (copy[2 * i + 1] << 8));
            }
            return new String(characters);
        } finally {
            ObjectApi.decRef(utf16);
        }
    }

    private static byte[] bytes(long bytes) {
        byte[] copy = new byte[arrayLength(TextApi.bytesSize(bytes))];
        Native.copy(TextApi.bytesData(bytes), copy);
        return copy;
    }

    private static int arrayLength(long size) {
        if (size > Integer.MAX_VALUE - 8) {
            throw new PythonConversionException("a result of " + size + " bytes does not fit into a Java array");
        }
        return (int) size;
    }

    private Object integer(long integer) {
        long overflow = thread.word(4);
        long value = NumberApi.asLong(integer, overflow);
        if (Native.getInt(overflow) == 0) {
            return value;
        }
        long hex = Errors.check(NumberApi.toHex(integer));
        try {
            return new BigInteger(read(hex).replaceFirst("0x", ""), 16);
        } finally {
            ObjectApi.decRef(hex);
        }
    }

    private List<@Nullable Object> list(long list) {
        deeper();
        int size = arrayLength(ContainerApi.listSize(list));
        List<@Nullable Object> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(value(Errors.check(ContainerApi.listItem(list, i))));
        }
        depth--;
        return values;
    }

    private List<@Nullable Object> tuple(long tuple) {
        deeper();
        int size = arrayLength(ContainerApi.tupleSize(tuple));
        List<@Nullable Object> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(value(Errors.check(ContainerApi.tupleItem(tuple, i))));
        }
        depth--;
        return values;
    }

    private Map<@Nullable Object, @Nullable Object> map(long dict) {
        deeper();
        int size = arrayLength(ContainerApi.dictSize(dict));
        Map<@Nullable Object, @Nullable Object> values =
                size > SmallMap.MOST ? LinkedHashMap.newLinkedHashMap(size) : null;
        @Nullable Object[] entries = new @Nullable Object[values == null ? 2 * size : 0];
        int read = 0;
        long position = 0;
        // The bound is for a dict that grows while it is read, by another thread or by an item's own code.
        while (read < size) {
            // What is inside may be a dict, too, and use the same words.
            Native.putLong(thread.word(0), position);
            if (!ContainerApi.next(dict, thread.word(0), thread.word(1), thread.word(2))) {
                break;
            }
            position = Native.getLong(thread.word(0));
            long item = Native.getLong(thread.word(2));
            Object key = value(Native.getLong(thread.word(1)));
            Object value = value(item);
            if (values != null) {
                values.put(key, value);
            } else {
                entries[2 * read] = key;
                entries[2 * read + 1] = value;
            }
            read++;
        }
        depth--;
        if (values != null) {
            return values;
        }
        return new SmallMap(read == size ? entries : Arrays.copyOf(entries, 2 * read));
    }

    /// Instances of subclasses, scalars and buffers.
    private @Nullable Object other(long object, long type) {
        long flags = ObjectApi.typeFlags(type);
        if ((flags & Types.STR_SUBCLASS) != 0) {
            return string(object);
        } else if ((flags & Types.INT_SUBCLASS) != 0) {
            return integer(object);
        } else if ((flags & Types.DICT_SUBCLASS) != 0) {
            return map(object);
        } else if ((flags & Types.LIST_SUBCLASS) != 0) {
            return list(object);
        } else if ((flags & Types.TUPLE_SUBCLASS) != 0) {
            return tuple(object);
        } else if ((flags & Types.BYTES_SUBCLASS) != 0) {
            return bytes(object);
        } else if (ObjectApi.isSubtype(type, Types.FLOAT)) {
            return NumberApi.asDouble(object);
        }
        long plain = Bridge.call(thread, "scalar", object);
        try {
            // Python code has run: what was cached may be gone.
            Arrays.fill(cachedObjects, 0);
            long plainType = Types.of(plain);
            if (plainType == Types.FLOAT) {
                return Types.floatValue(plain);
            } else if (plainType == Types.INT) {
                return integer(plain);
            } else if (plainType == Types.STR) {
                return read(plain);
            } else if (plain == Types.TRUE || plain == Types.FALSE) {
                return plain == Types.TRUE;
            }
        } finally {
            ObjectApi.decRef(plain);
        }
        if (BufferApi.exportsBuffer(object)) {
            return PythonBuffer.over(object);
        }
        throw new PythonConversionException(
                "a Python " + typeName(object) + " has no Java counterpart: return None, bool, int, float, str,"
                        + " bytes, list, tuple, dict or a contiguous array");
    }

    /// What Python calls the object's type.
    String typeName(long object) {
        long name = Bridge.call(thread, "type_name", object);
        try {
            return read(name);
        } finally {
            ObjectApi.decRef(name);
        }
    }

    private void deeper() {
        if (depth++ == DEEPEST) {
            throw new PythonConversionException("a result nested deeper than " + DEEPEST + " levels");
        }
    }
}
