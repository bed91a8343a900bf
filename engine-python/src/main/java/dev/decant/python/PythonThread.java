package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/// A thread that may run Python code: it keeps its Python thread state and has a stack that deep
/// recursion does not overrun.
///
/// Never a virtual thread: one that parks while it holds the GIL ends the JVM.
final class PythonThread extends Thread {
    /// Twice what CPython's own limits of recursion need. Only what is used takes memory.
    private static final long STACK = 16L << 20;

    /// The most positional arguments of a call.
    static final int MOST_ARGUMENTS = 64;

    private static final int WORDS = 8;

    private final MemorySegment memory = Arena.ofAuto().allocate(8L * (WORDS + 1 + MOST_ARGUMENTS), 8);
    private final long scratch = memory.address();
    private @Nullable MemorySegment texts;
    private @Nullable Latin1Buffer latin;
    private long state;
    private long ident;
    private boolean main;
    private int depth;
    private @Nullable FromPython results;
    private @Nullable ToPython arguments;

    /// What this thread was asked to do; its own.
    private @Nullable Call<?> call;
    // Guarded by the GIL: the call while it is inside user code, and whether an exception was sent to it.
    private @Nullable Call<?> inUserCode;
    private boolean exceptionSent;

    PythonThread(Runnable task, String name) {
        super(null, task, name, STACK, false);
        setDaemon(true);
    }

    /// The present thread, if it is one of these and attached.
    static @Nullable PythonThread current() {
        return Thread.currentThread() instanceof PythonThread thread && thread.state != 0 ? thread : null;
    }

    /// The present thread, which holds the GIL.
    static PythonThread holder() {
        if (Thread.currentThread() instanceof PythonThread thread) {
            return thread;
        }
        throw new IllegalStateException("not a Python thread");
    }

    /// For the thread that has started Python and holds the GIL: gives it up, and keeps the state.
    void attachStarter() {
        main = true;
        ident = ThreadApi.ident();
        state = ThreadApi.save();
    }

    /// Makes this thread's state.
    void attach() {
        ident = ThreadApi.ident();
        state = ThreadApi.newThreadState();
    }

    /// Whether this is the thread that has started Python.
    boolean isMain() {
        return main;
    }

    /// Takes the GIL, unless this thread has it.
    void enter() {
        if (depth++ == 0) {
            ThreadApi.restore(state);
        }
    }

    /// Undoes one [#enter].
    void exit() {
        if (--depth == 0) {
            long ignored = ThreadApi.save();
        }
    }

    /// A word of native memory, from 0 to 7.
    long word(int index) {
        return scratch + 8L * index;
    }

    /// The vector for a call's arguments; Python may use the place before it.
    long vector() {
        return scratch + 8L * (WORDS + 1);
    }

    /// Native memory for the texts of a list, [EncodedTexts#LONGEST] bytes.
    long textArea() {
        MemorySegment present = texts;
        if (present == null) {
            present = Arena.ofAuto().allocate(EncodedTexts.LONGEST);
            texts = present;
        }
        return present.address();
    }

    /// A buffer for the texts of a list, which the caller owns until it gives one back to [#keep].
    Latin1Buffer takeLatin1Buffer() {
        Latin1Buffer present = latin;
        latin = null;
        return present == null ? new Latin1Buffer() : present;
    }

    void keep(Latin1Buffer buffer) {
        if (buffer.worthKeeping()) {
            latin = buffer;
        }
    }

    /// What converts results on this thread.
    FromPython results() {
        FromPython present = results;
        if (present == null) {
            present = new FromPython(this);
            results = present;
        }
        return present;
    }

    /// What converts arguments on this thread.
    ToPython arguments() {
        ToPython present = arguments;
        if (present == null) {
            present = new ToPython(this);
            arguments = present;
        }
        return present;
    }

    /// Sets what this thread does; returns what it did before.
    @Nullable
    Call<?> setCall(@Nullable Call<?> call) {
        Call<?> before = this.call;
        this.call = call;
        return before;
    }

    /// From here on the call can be cancelled. The GIL is held.
    void beginUserCode() {
        if (call != null && call.cancelled()) {
            throw new CancellationException("cancelled before it began");
        }
        inUserCode = call;
    }

    /// From here on it cannot: what was sent and has not arrived is taken back. The GIL is held.
    void endUserCode() {
        inUserCode = null;
        if (exceptionSent) {
            exceptionSent = false;
            ThreadApi.setAsyncException(ident, 0);
        }
    }

    /// Raises an exception in this thread if it is inside that call's user code. Called from another
    /// thread, which holds the GIL.
    void send(Call<?> cancelled, long exceptionType) {
        if (inUserCode == cancelled) {
            exceptionSent = true;
            ThreadApi.setAsyncException(ident, exceptionType);
        }
    }
}
