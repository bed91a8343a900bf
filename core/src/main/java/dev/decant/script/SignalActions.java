package dev.decant.script;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The JVM's signal handlers, kept as they were before an interpreter started and put back after user code
/// has run.
///
/// HotSpot uses SIGSEGV and others for null checks and safepoints. A library that installs its own
/// handlers (`faulthandler`, `signal.signal`) would turn the next of these into the end of the process.
public final class SignalActions {
    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
    /// HUP, INT, QUIT, ILL, TRAP, ABRT, FPE, PIPE, TERM; BUS, SEGV and USR2 have other numbers on macOS.
    private static final int[] SIGNALS = {1, 2, 3, 4, 5, 6, 8, 13, 15, MAC ? 10 : 7, 11, MAC ? 31 : 12};
    /// More than a `struct sigaction` takes on any system.
    private static final int SIZE = 256;

    private static final MethodHandle SIGACTION = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("sigaction"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private final MemorySegment saved = Arena.global().allocate((long) SIZE * SIGNALS.length, 16);
    private final MemorySegment present = Arena.global().allocate(SIZE, 16);

    private SignalActions() {}

    /// The handlers of now; the interpreter has not started yet.
    public static SignalActions save() {
        SignalActions actions = new SignalActions();
        for (int i = 0; i < SIGNALS.length; i++) {
            sigaction(SIGNALS[i], 0, actions.saved(i).address());
        }
        return actions;
    }

    /// Puts back what was changed: costs some 2 us when nothing was.
    public synchronized void restore() {
        for (int i = 0; i < SIGNALS.length; i++) {
            sigaction(SIGNALS[i], 0, present.address());
            // The handler's address comes first on Linux and macOS.
            if (present.get(ValueLayout.JAVA_LONG, 0) != saved(i).get(ValueLayout.JAVA_LONG, 0)) {
                sigaction(SIGNALS[i], saved(i).address(), 0);
            }
        }
    }

    private MemorySegment saved(int i) {
        return saved.asSlice((long) i * SIZE, SIZE);
    }

    private static void sigaction(int signal, long action, long old) {
        try {
            int ignored = (int) SIGACTION.invokeExact(signal, action, old);
        } catch (Throwable t) {
            throw new IllegalStateException("sigaction cannot be called", t);
        }
    }
}
