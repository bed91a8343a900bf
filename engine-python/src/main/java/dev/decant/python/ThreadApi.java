package dev.decant.python;

import java.lang.invoke.MethodHandle;

/// The GIL and thread states.
final class ThreadApi {
    private static final MethodHandle ENSURE = PythonLibrary.function("PyGILState_Ensure", int.class);
    private static final MethodHandle SAVE = PythonLibrary.function("PyEval_SaveThread", long.class);
    private static final MethodHandle RESTORE = PythonLibrary.function("PyEval_RestoreThread", void.class, long.class);
    private static final MethodHandle IDENT = PythonLibrary.function("PyThread_get_thread_ident", long.class);
    private static final MethodHandle SET_ASYNC =
            PythonLibrary.function("PyThreadState_SetAsyncExc", int.class, long.class, long.class);

    private ThreadApi() {}

    /// Makes a thread state for this thread, which lives as long as the process, and gives the GIL up
    /// again: making one for each call would cost 10 us.
    static long newThreadState() {
        try {
            int ignored = (int) ENSURE.invokeExact();
            return (long) SAVE.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Gives up the GIL; returns this thread's state.
    static long save() {
        try {
            return (long) SAVE.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Waits for the GIL.
    static void restore(long threadState) {
        try {
            RESTORE.invokeExact(threadState);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// What Python calls this thread.
    static long ident() {
        try {
            return (long) IDENT.invokeExact();
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Raises an exception in another thread when it next runs Python code; 0 takes it back.
    static void setAsyncException(long ident, long exceptionType) {
        try {
            int ignored = (int) SET_ASYNC.invokeExact(ident, exceptionType);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }
}
