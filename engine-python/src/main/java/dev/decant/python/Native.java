package dev.decant.python;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Plain access to native memory and functions; pointers are longs, so that few shapes of calls are
/// needed: linking a new shape costs milliseconds, linking another function of the same one does not.
final class Native {
    static final Linker LINKER = Linker.nativeLinker();

    /// All of memory: reads and writes through it are not checked.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private Native() {}

    static long getLong(long address) {
        return MEMORY.get(JAVA_LONG, address);
    }

    static void putLong(long address, long value) {
        MEMORY.set(JAVA_LONG, address, value);
    }

    static int getInt(long address) {
        return MEMORY.get(JAVA_INT, address);
    }

    static void putInt(long address, int value) {
        MEMORY.set(JAVA_INT, address, value);
    }

    static double getDouble(long address) {
        return MEMORY.get(JAVA_DOUBLE, address);
    }

    static void copy(long address, byte[] to) {
        MemorySegment.copy(MEMORY, JAVA_BYTE, address, to, 0, to.length);
    }

    static void copy(byte[] from, long address, int length) {
        MemorySegment.copy(from, 0, MEMORY, JAVA_BYTE, address, length);
    }

    /// The memory of so many bytes at an address; valid only as long as its owner keeps it.
    static MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    /// The string that ends at the first NUL.
    static String cString(long address) {
        return address == 0 ? "" : MEMORY.getString(address);
    }

    /// A handle of the C function at an address; `void.class` for none returned.
    static MethodHandle link(long function, Linker.Option[] options, Class<?> returned, Class<?>... parameters) {
        MemoryLayout[] layouts = new MemoryLayout[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            layouts[i] = layout(parameters[i]);
        }
        FunctionDescriptor descriptor = returned == void.class
                ? FunctionDescriptor.ofVoid(layouts)
                : FunctionDescriptor.of(layout(returned), layouts);
        return LINKER.downcallHandle(MemorySegment.ofAddress(function), descriptor, options);
    }

    /// A handle of a function of the C library.
    static MethodHandle system(String name, Class<?> returned, Class<?>... parameters) {
        MemorySegment function = LINKER.defaultLookup().findOrThrow(name);
        return link(function.address(), new Linker.Option[0], returned, parameters);
    }

    private static MemoryLayout layout(Class<?> type) {
        if (type == long.class) {
            return JAVA_LONG;
        } else if (type == int.class) {
            return JAVA_INT;
        } else if (type == double.class) {
            return JAVA_DOUBLE;
        } else if (type == MemorySegment.class) {
            return ADDRESS;
        }
        throw new IllegalArgumentException(type.toString());
    }

    /// For the `Throwable` that method handles declare: a downcall itself throws nothing checked.
    static RuntimeException unexpected(Throwable t) {
        if (t instanceof Error e) {
            throw e;
        }
        if (t instanceof RuntimeException e) {
            throw e;
        }
        throw new IllegalStateException(t);
    }
}
