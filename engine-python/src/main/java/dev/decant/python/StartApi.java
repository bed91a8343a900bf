package dev.decant.python;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// Starts the interpreter (PEP 587).
///
/// `PyConfig` is a large struct that differs between versions. Only `install_signal_handlers` is
/// written here, and only after the defaults of its neighbours in two known configurations have
/// shown that it is where it is expected.
final class StartApi {
    /// Several times the size of any `PyConfig` so far.
    private static final int CONFIG_SIZE = 4096;

    private static final int ISOLATED = 4;
    private static final int USE_ENVIRONMENT = 8;
    private static final int INSTALL_SIGNAL_HANDLERS = 16;

    /// `PyStatus`: type, function, message, exit code.
    private static final StructLayout STATUS = MemoryLayout.structLayout(
            JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS, ADDRESS, JAVA_INT, MemoryLayout.paddingLayout(4));

    private StartApi() {}

    /// Starts Python as the program `arguments[0]`; this thread becomes its main thread and holds the GIL.
    static void start(List<String> arguments) throws PythonStartException {
        MethodHandle python = PythonLibrary.function("PyConfig_InitPythonConfig", void.class, long.class);
        MethodHandle isolated = PythonLibrary.function("PyConfig_InitIsolatedConfig", void.class, long.class);
        MethodHandle clear = PythonLibrary.function("PyConfig_Clear", void.class, long.class);
        MethodHandle setArguments = Native.LINKER.downcallHandle(
                MemorySegment.ofAddress(PythonLibrary.address("PyConfig_SetBytesArgv")),
                FunctionDescriptor.of(STATUS, ADDRESS, JAVA_LONG, ADDRESS));
        MethodHandle initialize = Native.LINKER.downcallHandle(
                MemorySegment.ofAddress(PythonLibrary.address("Py_InitializeFromConfig")),
                FunctionDescriptor.of(STATUS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG_SIZE, 16);
            MemorySegment other = arena.allocate(CONFIG_SIZE, 16);
            python.invokeExact(config.address());
            isolated.invokeExact(other.address());
            boolean known = differ(config, other, ISOLATED, 0)
                    && differ(config, other, USE_ENVIRONMENT, 1)
                    && differ(config, other, INSTALL_SIGNAL_HANDLERS, 1);
            clear.invokeExact(other.address());
            if (!known) {
                throw new PythonStartException("this build of Python has a PyConfig of an unknown layout");
            }
            config.set(JAVA_INT, INSTALL_SIGNAL_HANDLERS, 0);
            MemorySegment vector = arena.allocate(ADDRESS, arguments.size());
            for (int i = 0; i < arguments.size(); i++) {
                vector.setAtIndex(ADDRESS, i, arena.allocateFrom(arguments.get(i)));
            }
            check((MemorySegment)
                    setArguments.invokeExact((SegmentAllocator) arena, config, (long) arguments.size(), vector));
            check((MemorySegment) initialize.invokeExact((SegmentAllocator) arena, config));
            clear.invokeExact(config.address());
        } catch (PythonStartException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    private static boolean differ(MemorySegment python, MemorySegment isolated, int offset, int expected) {
        return python.get(JAVA_INT, offset) == expected && isolated.get(JAVA_INT, offset) == 1 - expected;
    }

    private static void check(MemorySegment status) throws PythonStartException {
        if (status.get(JAVA_INT, 0) != 0) {
            throw new PythonStartException("Python does not start: "
                    + Native.cString(status.get(ADDRESS, 16).address()) + " (in "
                    + Native.cString(status.get(ADDRESS, 8).address()) + ")");
        }
    }
}
