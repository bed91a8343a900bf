package dev.decant.python;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The buffer protocol: memory that Python objects share without a copy.
final class BufferApi {
    /// The size of a `Py_buffer` and its fields, the same in all supported versions on 64-bit machines.
    static final int SIZE = 80;

    static final int DATA = 0;
    static final int LENGTH = 16;
    static final int ITEM_SIZE = 24;
    static final int READ_ONLY = 32;
    static final int DIMENSIONS = 36;
    static final int FORMAT = 40;
    static final int SHAPE = 48;

    /// `PyBUF_C_CONTIGUOUS | PyBUF_FORMAT`.
    private static final int CONTIGUOUS = 0x20 | 0x10 | 0x8 | 0x4;

    private static final MethodHandle CHECK = PythonLibrary.critical("PyObject_CheckBuffer", int.class, long.class);
    private static final MethodHandle GET =
            PythonLibrary.function("PyObject_GetBuffer", int.class, long.class, long.class, int.class);
    private static final MethodHandle RELEASE = PythonLibrary.function("PyBuffer_Release", void.class, long.class);
    private static final MethodHandle VIEW_OF_MEMORY =
            PythonLibrary.function("PyMemoryView_FromBuffer", long.class, long.class);
    private static final MethodHandle VIEW_OF_OBJECT =
            PythonLibrary.function("PyMemoryView_FromObject", long.class, long.class);
    private static final MethodHandle BYTEARRAY_NEW =
            PythonLibrary.function("PyByteArray_FromStringAndSize", long.class, long.class, long.class);
    private static final MethodHandle BYTEARRAY_DATA =
            PythonLibrary.critical("PyByteArray_AsString", long.class, long.class);

    private BufferApi() {}

    static boolean exportsBuffer(long object) {
        try {
            return (int) CHECK.invokeExact(object) != 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Fills the `Py_buffer` at an address with a C-contiguous view; not 0: an exception is set.
    static int get(long object, long buffer) {
        try {
            return (int) GET.invokeExact(object, buffer, CONTIGUOUS);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static void release(long buffer) {
        try {
            RELEASE.invokeExact(buffer);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a memoryview of the memory that the `Py_buffer` describes.
    static long viewOfMemory(long buffer) {
        try {
            return (long) VIEW_OF_MEMORY.invokeExact(buffer);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a memoryview of an object.
    static long viewOfObject(long object) {
        try {
            return (long) VIEW_OF_OBJECT.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a bytearray with a copy of a Java array.
    static long byteArray(MemorySegment content) {
        try {
            long made = Errors.check((long) BYTEARRAY_NEW.invokeExact(0L, content.byteSize()));
            long data = (long) BYTEARRAY_DATA.invokeExact(made);
            Native.segment(data, content.byteSize()).copyFrom(content);
            return made;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
