package dev.decant.python;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The libpython of this process: opened once, never closed.
///
/// Its symbols are global (`RTLD_GLOBAL`), since extension modules such as numpy's look up the C API
/// there. The `*Api` classes take their functions from here when they are first used, which must be
/// after [#open].
final class PythonLibrary {
    private static final int RTLD_NOW = 2;
    private static final int RTLD_GLOBAL = System.getProperty("os.name", "").startsWith("Mac") ? 8 : 0x100;

    private static final MethodHandle DLOPEN = Native.system("dlopen", long.class, MemorySegment.class, int.class);
    private static final MethodHandle DLSYM = Native.system("dlsym", long.class, long.class, MemorySegment.class);
    private static final MethodHandle DLERROR = Native.system("dlerror", long.class);

    private static final Linker.Option[] PLAIN = {};
    private static final Linker.Option[] CRITICAL = {Linker.Option.critical(false)};
    private static final Linker.Option[] CRITICAL_HEAP = {Linker.Option.critical(true)};

    private static volatile long handle;

    private PythonLibrary() {}

    /// Links a function of each shape that the `*Api` classes use, at an address that is never called: the first of a
    /// shape is what takes time, and this can be done while other things are waited for.
    static void linkShapes() {
        Class<?> p = long.class;
        Class<?> i = int.class;
        Class<?> n = void.class;
        Class<?>[][] plain = {
            {p},
            {p, p},
            {p, p, p},
            {p, p, p, p},
            {p, p, p, p, p},
            {p, p, i},
            {p, p, p, i},
            {p, i, p},
            {n},
            {n, p},
            {n, p, p, p},
            {i},
            {i, p},
            {i, p, p},
            {i, p, p, p},
            {i, p, p, i},
            {double.class, p}
        };
        Class<?>[][] critical = {
            {p},
            {p, p},
            {p, p, p},
            {n, p},
            {i, p},
            {i, p, p},
            {i, p, p, p},
            {i, p, p, p, p},
            {p, double.class},
            {double.class, p}
        };
        link(plain, PLAIN);
        link(critical, CRITICAL);
        link(new Class<?>[][] {{p, MemorySegment.class, p, p}, {p, MemorySegment.class, p, p, p}}, CRITICAL_HEAP);
    }

    private static void link(Class<?>[][] shapes, Linker.Option[] options) {
        for (Class<?>[] shape : shapes) {
            MethodHandle ignored = Native.link(1, options, shape[0], Arrays.copyOfRange(shape, 1, shape.length));
        }
    }

    static void open(Path library) throws PythonStartException {
        try (Arena arena = Arena.ofConfined()) {
            long opened = (long) DLOPEN.invokeExact(arena.allocateFrom(library.toString()), RTLD_NOW | RTLD_GLOBAL);
            if (opened == 0) {
                throw new PythonStartException(
                        "cannot open " + library + ": " + Native.cString((long) DLERROR.invokeExact()));
            }
            handle = opened;
        } catch (PythonStartException e) {
            throw e;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The address of a symbol; 0 where this version of Python has none of that name.
    static long find(String symbol) {
        if (handle == 0) {
            throw new IllegalStateException("libpython is not open yet");
        }
        try (Arena arena = Arena.ofConfined()) {
            return (long) DLSYM.invokeExact(handle, arena.allocateFrom(symbol));
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The address of a symbol that every supported version has.
    static long address(String symbol) {
        long found = find(symbol);
        if (found == 0) {
            throw new IllegalStateException("libpython has no symbol " + symbol);
        }
        return found;
    }

    /// A function that may run Python code, collect garbage, or take or give up the GIL.
    static MethodHandle function(String name, Class<?> returned, Class<?>... parameters) {
        return Native.link(address(name), PLAIN, returned, parameters);
    }

    /// The same, or null where this version of Python has none of that name.
    static @Nullable MethodHandle optional(String name, Class<?> returned, Class<?>... parameters) {
        long found = find(name);
        return found == 0 ? null : Native.link(found, PLAIN, returned, parameters);
    }

    /// A short function that never runs Python code, collects garbage or touches the GIL: it is called
    /// without telling the JVM, which saves some 8 ns. Anything else called so could block the JVM's
    /// safepoints for ever.
    static MethodHandle critical(String name, Class<?> returned, Class<?>... parameters) {
        return Native.link(address(name), CRITICAL, returned, parameters);
    }

    /// As [#critical]; a `MemorySegment` parameter may be a Java array.
    static MethodHandle criticalHeap(String name, Class<?> returned, Class<?>... parameters) {
        return Native.link(address(name), CRITICAL_HEAP, returned, parameters);
    }
}
