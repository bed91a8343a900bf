package dev.decant.python;

import dev.decant.script.ScriptHost;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The functions of [ScriptHost], which run inside the interpreter as the module `_decant`.
final class Bridge {
    private static final int FILE_INPUT = 257;

    private static final Map<String, Long> FUNCTIONS = new ConcurrentHashMap<>();
    private static volatile long module;

    private Bridge() {}

    /// Runs the module's code; called once, with the GIL held.
    static void load() {
        MethodHandle addModule = PythonLibrary.function("PyImport_AddModule", long.class, long.class);
        MethodHandle dictOf = PythonLibrary.function("PyModule_GetDict", long.class, long.class);
        MethodHandle importModule = PythonLibrary.function("PyImport_ImportModule", long.class, long.class);
        MethodHandle compile =
                PythonLibrary.function("Py_CompileString", long.class, long.class, long.class, int.class);
        MethodHandle evaluate =
                PythonLibrary.function("PyEval_EvalCode", long.class, long.class, long.class, long.class);
        try (Arena arena = Arena.ofConfined()) {
            long made = required((long)
                    addModule.invokeExact(arena.allocateFrom(ScriptHost.MODULE).address()));
            long names = required((long) dictOf.invokeExact(made));
            long builtins = required((long)
                    importModule.invokeExact(arena.allocateFrom("builtins").address()));
            put(names, "__builtins__", builtins);
            put(names, "__file__", TextApi.intern(ScriptHost.FILE));
            long code = required((long) compile.invokeExact(
                    arena.allocateFrom(ScriptHost.source()).address(),
                    arena.allocateFrom(ScriptHost.FILE).address(),
                    FILE_INPUT));
            long result = required((long) evaluate.invokeExact(code, names, names));
            ObjectApi.decRef(result);
            ObjectApi.decRef(code);
            ObjectApi.incRef(made);
            module = made;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// Errors cannot be described before this module is there.
    private static long required(long object) {
        if (object == 0) {
            throw new IllegalStateException("Python could not run Decant's own start code;"
                    + " its standard library may be damaged or of another version");
        }
        return object;
    }

    private static void put(long dict, String key, long value) {
        long name = TextApi.intern(key);
        required(ContainerApi.put(dict, name, value) == 0 ? 1 : 0);
        ObjectApi.decRef(name);
        ObjectApi.decRef(value);
    }

    /// Borrowed for ever: an object of the module. The GIL is held.
    static long function(String name) {
        Long known = FUNCTIONS.get(name);
        if (known != null) {
            return known;
        }
        long interned = TextApi.intern(name);
        long found = ObjectApi.attribute(module, interned);
        ObjectApi.decRef(interned);
        required(found);
        FUNCTIONS.put(name, found);
        return found;
    }

    /// New: what a function of the module gives for arguments that are borrowed.
    static long call(PythonThread thread, String name, long... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            Native.putLong(thread.vector() + 8L * i, arguments[i]);
        }
        return Errors.check(ObjectApi.call(function(name), thread.vector(), arguments.length));
    }
}
