package dev.decant.python;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The exception that a failed call leaves in its thread state. `PyErr_Print` is not here: for
/// `SystemExit` it would end the process.
final class ErrorApi {
    private static final MethodHandle OCCURRED = PythonLibrary.critical("PyErr_Occurred", long.class);
    private static final MethodHandle CLEAR = PythonLibrary.function("PyErr_Clear", void.class);
    /// Since 3.12.
    private static final @Nullable MethodHandle GET_RAISED =
            PythonLibrary.optional("PyErr_GetRaisedException", long.class);

    private ErrorApi() {}

    /// The three parts in which exceptions were kept before 3.12.
    private static final class Parts {
        static final MethodHandle FETCH =
                PythonLibrary.function("PyErr_Fetch", void.class, long.class, long.class, long.class);
        static final MethodHandle NORMALIZE =
                PythonLibrary.function("PyErr_NormalizeException", void.class, long.class, long.class, long.class);
        static final MethodHandle SET_TRACEBACK =
                PythonLibrary.function("PyException_SetTraceback", int.class, long.class, long.class);
    }

    static boolean occurred() {
        try {
            return (long) OCCURRED.invokeExact() != 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static void clear() {
        try {
            CLEAR.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: the exception, which is no longer set; 0 where none was.
    ///
    /// @param scratch 24 bytes of native memory
    static long take(long scratch) {
        try {
            if (GET_RAISED != null) {
                return (long) GET_RAISED.invokeExact();
            }
            long type = scratch;
            long value = scratch + 8;
            long traceback = scratch + 16;
            Parts.FETCH.invokeExact(type, value, traceback);
            if (Native.getLong(type) == 0) {
                return 0;
            }
            Parts.NORMALIZE.invokeExact(type, value, traceback);
            if (Native.getLong(traceback) != 0) {
                int ignored = (int) Parts.SET_TRACEBACK.invokeExact(Native.getLong(value), Native.getLong(traceback));
                ObjectApi.decRef(Native.getLong(traceback));
            }
            ObjectApi.decRef(Native.getLong(type));
            return Native.getLong(value);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
