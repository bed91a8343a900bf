package dev.decant.python;

import java.nio.charset.StandardCharsets;

/// The singletons and built-in types, and how to tell an object's type.
///
/// The first use must be on a thread that holds the GIL: where an object keeps its type and a float
/// its value is found by looking at objects of known type, since free-threaded and debug builds differ.
final class Types {
    static final long NONE = PythonLibrary.address("_Py_NoneStruct");
    static final long TRUE = PythonLibrary.address("_Py_TrueStruct");
    static final long FALSE = PythonLibrary.address("_Py_FalseStruct");
    static final long STR = PythonLibrary.address("PyUnicode_Type");
    static final long FLOAT = PythonLibrary.address("PyFloat_Type");
    static final long INT = PythonLibrary.address("PyLong_Type");
    static final long LIST = PythonLibrary.address("PyList_Type");
    static final long TUPLE = PythonLibrary.address("PyTuple_Type");
    static final long DICT = PythonLibrary.address("PyDict_Type");
    static final long BYTES = PythonLibrary.address("PyBytes_Type");

    // Py_TPFLAGS_*_SUBCLASS.
    static final long INT_SUBCLASS = 1L << 24;
    static final long LIST_SUBCLASS = 1L << 25;
    static final long TUPLE_SUBCLASS = 1L << 26;
    static final long BYTES_SUBCLASS = 1L << 27;
    static final long STR_SUBCLASS = 1L << 28;
    static final long DICT_SUBCLASS = 1L << 29;

    static final long TYPE_OFFSET = typeOffset();
    private static final boolean FLOAT_VALUE_FOLLOWS_TYPE = floatValueFollowsType();

    private Types() {}

    private static long typeOffset() {
        long string = Errors.check(TextApi.fromUtf8("calibration".getBytes(StandardCharsets.UTF_8)));
        try {
            for (long offset = 0; offset <= 40; offset += 8) {
                if (Native.getLong(string + offset) == STR) {
                    return offset;
                }
            }
        } finally {
            ObjectApi.decRef(string);
        }
        throw new IllegalStateException("this build of Python has objects of an unknown layout");
    }

    private static boolean floatValueFollowsType() {
        double probe = 1234.5678;
        long number = Errors.check(NumberApi.fromDouble(probe));
        try {
            return Native.getDouble(number + TYPE_OFFSET + 8) == probe;
        } finally {
            ObjectApi.decRef(number);
        }
    }

    /// Borrowed: the object's type.
    static long of(long object) {
        return Native.getLong(object + TYPE_OFFSET);
    }

    /// The value of an object whose type is exactly `float`.
    static double floatValue(long number) {
        return FLOAT_VALUE_FOLLOWS_TYPE ? Native.getDouble(number + TYPE_OFFSET + 8) : NumberApi.asDouble(number);
    }
}
