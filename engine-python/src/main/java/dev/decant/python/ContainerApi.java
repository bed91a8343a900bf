package dev.decant.python;

import java.lang.invoke.MethodHandle;

/// `list`, `tuple` and `dict`.
final class ContainerApi {
    private static final MethodHandle LIST_NEW = PythonLibrary.function("PyList_New", long.class, long.class);
    private static final MethodHandle LIST_SIZE = PythonLibrary.critical("PyList_Size", long.class, long.class);
    private static final MethodHandle LIST_GET =
            PythonLibrary.critical("PyList_GetItem", long.class, long.class, long.class);
    private static final MethodHandle LIST_SET =
            PythonLibrary.critical("PyList_SetItem", int.class, long.class, long.class, long.class);
    private static final MethodHandle TUPLE_SIZE = PythonLibrary.critical("PyTuple_Size", long.class, long.class);
    private static final MethodHandle TUPLE_GET =
            PythonLibrary.critical("PyTuple_GetItem", long.class, long.class, long.class);
    private static final MethodHandle DICT_NEW = PythonLibrary.function("PyDict_New", long.class);
    private static final MethodHandle DICT_SET =
            PythonLibrary.function("PyDict_SetItem", int.class, long.class, long.class, long.class);
    private static final MethodHandle DICT_GET =
            PythonLibrary.function("PyDict_GetItemWithError", long.class, long.class, long.class);
    private static final MethodHandle DICT_SIZE = PythonLibrary.critical("PyDict_Size", long.class, long.class);
    private static final MethodHandle DICT_NEXT =
            PythonLibrary.critical("PyDict_Next", int.class, long.class, long.class, long.class, long.class);

    private ContainerApi() {}

    /// New: a list of `size` empty places, to be filled with [#setItem].
    static long newList(long size) {
        try {
            return (long) LIST_NEW.invokeExact(size);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static long listSize(long list) {
        try {
            return (long) LIST_SIZE.invokeExact(list);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Borrowed: an element.
    static long listItem(long list, long index) {
        try {
            return (long) LIST_GET.invokeExact(list, index);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Fills a place of a new list; takes over the reference.
    static void setItem(long list, long index, long item) {
        try {
            int ignored = (int) LIST_SET.invokeExact(list, index, item);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static long tupleSize(long tuple) {
        try {
            return (long) TUPLE_SIZE.invokeExact(tuple);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Borrowed: an element.
    static long tupleItem(long tuple, long index) {
        try {
            return (long) TUPLE_GET.invokeExact(tuple, index);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: an empty dict.
    static long newDict() {
        try {
            return (long) DICT_NEW.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Puts an entry; takes over neither reference. Not 0: an exception is set.
    static int put(long dict, long key, long value) {
        try {
            return (int) DICT_SET.invokeExact(dict, key, value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Borrowed: the value of a key; 0 where there is none, or with an exception set.
    static long get(long dict, long key) {
        try {
            return (long) DICT_GET.invokeExact(dict, key);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static long dictSize(long dict) {
        try {
            return (long) DICT_SIZE.invokeExact(dict);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Puts the next entry's borrowed key and value at the addresses given; false at the end.
    ///
    /// @param position 8 bytes, 0 at first
    static boolean next(long dict, long position, long key, long value) {
        try {
            return (int) DICT_NEXT.invokeExact(dict, position, key, value) != 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
