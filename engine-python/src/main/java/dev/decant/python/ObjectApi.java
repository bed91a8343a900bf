package dev.decant.python;

import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/// References, attributes and calls. A `long` is a `PyObject*`; "new" means that the caller owns a
/// reference, "borrowed" that it does not. 0 means that a Python exception is set.
final class ObjectApi {
    private static final MethodHandle INCREF = PythonLibrary.critical("Py_IncRef", void.class, long.class);
    private static final MethodHandle DECREF = PythonLibrary.function("Py_DecRef", void.class, long.class);
    private static final MethodHandle DECREF_PLAIN = PythonLibrary.critical("Py_DecRef", void.class, long.class);
    private static final MethodHandle CALL_NO_ARGS =
            PythonLibrary.function("PyObject_CallNoArgs", long.class, long.class);
    private static final MethodHandle VECTORCALL = vectorcall();
    private static final MethodHandle VECTORCALL_DICT = PythonLibrary.function(
            "PyObject_VectorcallDict", long.class, long.class, long.class, long.class, long.class);
    private static final MethodHandle VECTORCALL_METHOD = PythonLibrary.function(
            "PyObject_VectorcallMethod", long.class, long.class, long.class, long.class, long.class);
    private static final MethodHandle GET_ATTR =
            PythonLibrary.function("PyObject_GetAttr", long.class, long.class, long.class);
    private static final MethodHandle IS_CALLABLE = PythonLibrary.function("PyCallable_Check", int.class, long.class);
    private static final MethodHandle TYPE_FLAGS = PythonLibrary.critical("PyType_GetFlags", long.class, long.class);
    private static final MethodHandle IS_SUBTYPE =
            PythonLibrary.critical("PyType_IsSubtype", int.class, long.class, long.class);

    private ObjectApi() {}

    /// 3.9 and 3.10 have it in a header only; the form with a dict is the same call without one.
    private static MethodHandle vectorcall() {
        MethodHandle direct = PythonLibrary.optional(
                "PyObject_Vectorcall", long.class, long.class, long.class, long.class, long.class);
        return direct != null
                ? direct
                : PythonLibrary.function(
                        "PyObject_VectorcallDict", long.class, long.class, long.class, long.class, long.class);
    }

    static void incRef(long object) {
        try {
            INCREF.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static void decRef(long object) {
        try {
            DECREF.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// For an object whose end runs no code: None, bool, int, float, str.
    static void decRefPlain(long object) {
        try {
            DECREF_PLAIN.invokeExact(object);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// For an owned reference that may be 0.
    static void decRefIfAny(long object) {
        if (object != 0) {
            decRef(object);
        }
    }

    /// New: the result of a call.
    static long call(long callable) {
        try {
            return (long) CALL_NO_ARGS.invokeExact(callable);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: the result of a call with `count` arguments, borrowed from the vector at an address.
    static long call(long callable, long vector, long count) {
        try {
            return (long) VECTORCALL.invokeExact(callable, vector, count, 0L);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: the same with keyword arguments from a dict.
    static long call(long callable, long vector, long count, long keywords) {
        try {
            return (long) VECTORCALL_DICT.invokeExact(callable, vector, count, keywords);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: the result of a method; the vector starts with the object itself.
    static long callMethod(long name, long vector, long count) {
        try {
            return (long) VECTORCALL_METHOD.invokeExact(name, vector, count, 0L);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// New: an attribute.
    static long attribute(long object, long name) {
        try {
            return (long) GET_ATTR.invokeExact(object, name);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static boolean isCallable(long object) {
        try {
            return (int) IS_CALLABLE.invokeExact(object) != 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The flags of a type, which tell subclasses of the built-in types.
    static long typeFlags(long type) {
        try {
            return (long) TYPE_FLAGS.invokeExact(type);
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    static boolean isSubtype(long type, long base) {
        try {
            return (int) IS_SUBTYPE.invokeExact(type, base) != 0;
        } catch (Throwable t) {
            throw Native.unexpected(t);
        }
    }

    /// The names of attributes must be str objects: [TextApi#intern] makes them.
    static @Nullable Long attributeOrNull(long object, long name) {
        long found = attribute(object, name);
        if (found == 0) {
            ErrorApi.clear();
            return null;
        }
        return found;
    }
}
