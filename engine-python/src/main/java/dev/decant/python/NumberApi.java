package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// `int` and `float`.
final class NumberApi {
    private static final MethodHandle FROM_LONG = PythonLibrary.critical("PyLong_FromLongLong", long.class, long.class);
    private static final MethodHandle FROM_DOUBLE =
            PythonLibrary.critical("PyFloat_FromDouble", long.class, double.class);
    private static final MethodHandle FROM_STRING =
            PythonLibrary.function("PyLong_FromString", long.class, long.class, long.class, int.class);
    private static final MethodHandle AS_LONG =
            PythonLibrary.critical("PyLong_AsLongLongAndOverflow", long.class, long.class, long.class);
    private static final MethodHandle AS_DOUBLE = PythonLibrary.critical("PyFloat_AsDouble", double.class, long.class);
    private static final MethodHandle AS_DOUBLE_ANY =
            PythonLibrary.function("PyFloat_AsDouble", double.class, long.class);
    private static final MethodHandle TO_BASE =
            PythonLibrary.function("PyNumber_ToBase", long.class, long.class, int.class);

    private NumberApi() {}

    /// New: an int.
    static long fromLong(long value) {
        try {
            return (long) FROM_LONG.invokeExact(value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a float.
    static long fromDouble(double value) {
        try {
            return (long) FROM_DOUBLE.invokeExact(value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: an int from digits to the base 16, where Python sets no limit on their number.
    static long fromHex(String digits) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) FROM_STRING.invokeExact(arena.allocateFrom(digits).address(), 0L, 16);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The value of an int; the C int at `overflow` is not 0 when it does not fit.
    static long asLong(long integer, long overflow) {
        try {
            return (long) AS_LONG.invokeExact(integer, overflow);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The value of a float, or of an instance of a subclass.
    static double asDouble(long number) {
        try {
            return (double) AS_DOUBLE.invokeExact(number);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The value of anything with `__float__` or `__index__`; -1 with an exception set for all else.
    static double asDoubleOfAny(long object) {
        try {
            return (double) AS_DOUBLE_ANY.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a str of an int's digits to the base 16, such as `-0x1f`.
    static long toHex(long integer) {
        try {
            return (long) TO_BASE.invokeExact(integer, 16);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
