package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;

/// `str` and `bytes`.
final class TextApi {
    private static final MethodHandle DECODE_UTF8 =
            PythonLibrary.criticalHeap("PyUnicode_DecodeUTF8", long.class, MemorySegment.class, long.class, long.class);
    private static final MethodHandle DECODE_LATIN1 =
            PythonLibrary.critical("PyUnicode_DecodeLatin1", long.class, long.class, long.class, long.class);
    private static final MethodHandle DECODE_UTF16 = PythonLibrary.criticalHeap(
            "PyUnicode_DecodeUTF16", long.class, MemorySegment.class, long.class, long.class, long.class);
    private static final MethodHandle DECODE_UTF16_PLAIN =
            PythonLibrary.function("PyUnicode_DecodeUTF16", long.class, long.class, long.class, long.class, long.class);
    private static final MethodHandle AS_UTF8 =
            PythonLibrary.function("PyUnicode_AsUTF8AndSize", long.class, long.class, long.class);
    private static final MethodHandle AS_ENCODED =
            PythonLibrary.function("PyUnicode_AsEncodedString", long.class, long.class, long.class, long.class);
    private static final MethodHandle INTERN =
            PythonLibrary.function("PyUnicode_InternFromString", long.class, long.class);
    private static final MethodHandle BYTES_NEW =
            PythonLibrary.function("PyBytes_FromStringAndSize", long.class, long.class, long.class);
    private static final MethodHandle BYTES_DATA = PythonLibrary.critical("PyBytes_AsString", long.class, long.class);
    private static final MethodHandle BYTES_SIZE = PythonLibrary.critical("PyBytes_Size", long.class, long.class);

    private static final long SURROGATEPASS =
            Arena.global().allocateFrom("surrogatepass").address();
    private static final long UTF_16_LE =
            Arena.global().allocateFrom("utf-16-le").address();
    /// What `PyUnicode_DecodeUTF16` calls this machine's byte order; given, so that a leading BOM is kept.
    private static final int NATIVE_ORDER = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? -1 : 1;

    private TextApi() {}

    /// New: a str from valid UTF-8 in a Java array.
    static long fromUtf8(byte[] utf8) {
        try {
            return (long) DECODE_UTF8.invokeExact(MemorySegment.ofArray(utf8), (long) utf8.length, 0L);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a str from Latin-1 in native memory.
    static long fromLatin1(long address, long length) {
        try {
            return (long) DECODE_LATIN1.invokeExact(address, length, 0L);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a str from UTF-16 without lone surrogates in a Java array.
    ///
    /// @param scratch 4 bytes of native memory
    static long fromUtf16(char[] utf16, long scratch) {
        Native.putInt(scratch, NATIVE_ORDER);
        try {
            return (long) DECODE_UTF16.invokeExact(MemorySegment.ofArray(utf16), 2L * utf16.length, 0L, scratch);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: a str from any UTF-16. A lone surrogate goes through an error handler, which makes
    /// objects: not for a critical call.
    static long fromLoneSurrogates(char[] utf16, long scratch) {
        Native.putInt(scratch, NATIVE_ORDER);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_CHAR, utf16);
            return (long) DECODE_UTF16_PLAIN.invokeExact(copy.address(), 2L * utf16.length, SURROGATEPASS, scratch);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The UTF-8 of a str, which keeps it; its length is put at `size`. 0 when it has lone surrogates.
    static long utf8(long string, long size) {
        try {
            return (long) AS_UTF8.invokeExact(string, size);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: bytes of the UTF-16 of a str, lone surrogates kept.
    static long utf16(long string) {
        try {
            return (long) AS_ENCODED.invokeExact(string, UTF_16_LE, SURROGATEPASS);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: the one str object of a name.
    static long intern(String name) {
        try (Arena arena = Arena.ofConfined()) {
            return Errors.check(
                    (long) INTERN.invokeExact(arena.allocateFrom(name).address()));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: bytes with a copy of a Java array.
    static long bytes(byte[] content) {
        try {
            long made = Errors.check((long) BYTES_NEW.invokeExact(0L, (long) content.length));
            MemorySegment.copy(
                    MemorySegment.ofArray(content),
                    0,
                    Native.segment((long) BYTES_DATA.invokeExact(made), content.length),
                    0,
                    content.length);
            return made;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static long bytesData(long bytes) {
        try {
            return (long) BYTES_DATA.invokeExact(bytes);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static long bytesSize(long bytes) {
        try {
            return (long) BYTES_SIZE.invokeExact(bytes);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
