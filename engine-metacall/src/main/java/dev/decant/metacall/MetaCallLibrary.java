package dev.decant.metacall;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// The open libmetacall, its functions and the memory that they point to; pointers are longs.
final class MetaCallLibrary {
    private static final Linker LINKER = Linker.nativeLinker();

    /// All of memory: reads and writes through it are not checked.
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static volatile @Nullable SymbolLookup symbols;

    private MetaCallLibrary() {}

    static void open(MetaCallInstallation installation) throws MetaCallStartException {
        symbols = installation.open();
    }

    static String version(SymbolLookup library) {
        MethodHandle version =
                LINKER.downcallHandle(library.findOrThrow("metacall_version_str"), FunctionDescriptor.of(JAVA_LONG));
        try {
            return cString((long) version.invokeExact());
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// A function that may run Python code, or wait for the GIL.
    static MethodHandle function(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(name), shape);
    }

    /// A short function that does neither: it is called without telling the JVM, and a `MemorySegment` that it is given
    /// may be a Java array.
    static MethodHandle critical(String name, FunctionDescriptor shape) {
        return LINKER.downcallHandle(find(name), shape, Linker.Option.critical(true));
    }

    private static MemorySegment find(String name) {
        SymbolLookup library = symbols;
        if (library == null) {
            throw new IllegalStateException("libmetacall is not open yet");
        }
        return library.find(name)
                .orElseThrow(() -> new IllegalStateException(
                        "libmetacall has no function " + name + ": it is older than what Decant knows"));
    }

    /// Whether Python runs in this process already, whoever has started it.
    static boolean pythonRuns() {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle dlsym = LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow("dlsym"), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));
            // 0 is RTLD_DEFAULT on Linux, where libpython has to be visible for its extension modules.
            long found = (long) dlsym.invokeExact(0L, arena.allocateFrom("Py_IsInitialized"));
            if (found == 0) {
                return false;
            }
            MethodHandle runs = LINKER.downcallHandle(MemorySegment.ofAddress(found), FunctionDescriptor.of(JAVA_INT));
            return (int) runs.invokeExact() != 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long getLong(long address) {
        return MEMORY.get(JAVA_LONG, address);
    }

    static void putLong(long address, long value) {
        MEMORY.set(JAVA_LONG, address, value);
    }

    static byte[] bytes(long address, long size) {
        if (size > Integer.MAX_VALUE - 8) {
            throw new MetaCallException("a result of " + size + " bytes does not fit into a Java array");
        }
        byte[] copy = new byte[(int) size];
        MemorySegment.copy(MEMORY, JAVA_BYTE, address, copy, 0, copy.length);
        return copy;
    }

    /// The string that ends at the first NUL.
    static String cString(long address) {
        return address == 0 ? "" : MEMORY.getString(address);
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
