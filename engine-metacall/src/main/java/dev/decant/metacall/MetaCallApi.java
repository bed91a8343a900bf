package dev.decant.metacall;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C functions of MetaCall, once its library is open. There is no `metacall_destroy`: from any thread but the one
/// that loaded it ends the process, and so does what extension modules leave behind.
final class MetaCallApi {
    private static final MethodHandle LOG_NULL =
            MetaCallLibrary.function("metacall_log_null", FunctionDescriptor.ofVoid());
    private static final MethodHandle INITIALIZE =
            MetaCallLibrary.function("metacall_initialize", FunctionDescriptor.of(JAVA_INT));
    private static final MethodHandle LOAD = MetaCallLibrary.function(
            "metacall_load_from_memory", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle FUNCTION =
            MetaCallLibrary.function("metacall_handle_function", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle CALL =
            MetaCallLibrary.function("metacallfv_s", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle DESTROY =
            MetaCallLibrary.function("metacall_value_destroy", FunctionDescriptor.ofVoid(JAVA_LONG));
    private static final MethodHandle ERROR =
            MetaCallLibrary.function("metacall_error_from_value", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, ADDRESS));

    private static final MethodHandle NEW_LONG = create("long", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle NEW_STRING =
            create("string", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    private static final MethodHandle NEW_BUFFER =
            create("buffer", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    private static final MethodHandle NEW_ARRAY =
            create("array", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private static final MethodHandle ID = reads("id", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle SIZE = reads("size", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle COUNT = reads("count", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle TO_LONG = reads("to_long", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle TO_DOUBLE = reads("to_double", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG));
    private static final MethodHandle TO_STRING = reads("to_string", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle TO_BUFFER = reads("to_buffer", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
    private static final MethodHandle TO_ARRAY = reads("to_array", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));

    private MetaCallApi() {}

    private static MethodHandle create(String type, FunctionDescriptor shape) {
        return MetaCallLibrary.critical("metacall_value_create_" + type, shape);
    }

    private static MethodHandle reads(String what, FunctionDescriptor shape) {
        return MetaCallLibrary.critical("metacall_value_" + what, shape);
    }

    /// Starts MetaCall, silently; false when it does not start.
    static boolean initialize() {
        try {
            LOG_NULL.invokeExact();
            return (int) INITIALIZE.invokeExact() == 0;
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// Loads Python code into a scope of its own; 0 when that fails.
    static long load(String code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = arena.allocate(JAVA_LONG);
            MemorySegment buffer = arena.allocateFrom(code);
            int failed = (int) LOAD.invokeExact(arena.allocateFrom("py"), buffer, buffer.byteSize(), handle);
            return failed == 0 ? handle.get(JAVA_LONG, 0) : 0;
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// A function of what was loaded; 0 where there is none of that name.
    static long function(long handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            return (long) FUNCTION.invokeExact(handle, arena.allocateFrom(name));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// New: what a function gives for the values at an address, which must not be 0; 0 when MetaCall fails.
    static long call(long function, long values, long count) {
        try {
            return (long) CALL.invokeExact(function, values, count);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    static void destroy(long value) {
        try {
            DESTROY.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// The line of an exception that came as a value.
    static String error(long value) {
        try (Arena arena = Arena.ofConfined()) {
            // message, label, code, stacktrace
            MemorySegment exception = arena.allocate(JAVA_LONG, 4);
            if ((int) ERROR.invokeExact(value, exception) != 0) {
                return "an unknown error";
            }
            return MetaCallLibrary.cString(exception.getAtIndex(JAVA_LONG, 1)) + ": "
                    + MetaCallLibrary.cString(exception.getAtIndex(JAVA_LONG, 0));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// New.
    static long newLong(long value) {
        try {
            return made((long) NEW_LONG.invokeExact(value));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// New: a string of UTF-8, which must be valid and have one NUL, at its end: MetaCall copies it without a look.
    static long newString(byte[] utf8) {
        try {
            return made((long) NEW_STRING.invokeExact(MemorySegment.ofArray(utf8), utf8.length - 1L));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// New: any bytes.
    static long newBuffer(byte[] bytes) {
        try {
            return made((long) NEW_BUFFER.invokeExact(MemorySegment.ofArray(bytes), (long) bytes.length));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// New: an array that owns its elements, which are still to be written to [#elements].
    static long newArray(long size) {
        try {
            return made((long) NEW_ARRAY.invokeExact(0L, size));
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    private static long made(long value) {
        if (value == 0) {
            throw new OutOfMemoryError("MetaCall has no memory for a value");
        }
        return value;
    }

    static int id(long value) {
        try {
            return (int) ID.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// In bytes; a string's NUL is counted.
    static long size(long value) {
        try {
            return (long) SIZE.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// The number of elements.
    static long count(long value) {
        try {
            return (long) COUNT.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    static long toLong(long value) {
        try {
            return (long) TO_LONG.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    static double toDouble(long value) {
        try {
            return (double) TO_DOUBLE.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// The address of a string's bytes; valid as long as the value.
    static long characters(long value) {
        try {
            return (long) TO_STRING.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// The address of a buffer's bytes; valid as long as the value.
    static long content(long value) {
        try {
            return (long) TO_BUFFER.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }

    /// The address of an array's elements; valid as long as the value.
    static long elements(long value) {
        try {
            return (long) TO_ARRAY.invokeExact(value);
        } catch (Throwable t) {
            throw MetaCallLibrary.unexpected(t);
        }
    }
}
