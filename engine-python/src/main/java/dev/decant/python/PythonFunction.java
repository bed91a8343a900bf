package dev.decant.python;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A Python function, callable from any thread.
///
/// Into Python go null, `Boolean`, all numbers with `BigInteger`, `String`, `Collection` and arrays of
/// objects (as lists), `Map` (as dict), `byte[]` (as bytes), `short[]`, `int[]`, `long[]`, `float[]` and
/// `double[]` (as memoryviews of a copy), and direct NIO buffers in native order (as memoryviews without a
/// copy, valid during the call).
///
/// Out of it come None as null, bool, int as `Long` or `BigInteger`, float as `Double`, str, bytes as
/// `byte[]`, list and tuple as `List`, dict as a `Map` in its order, numpy and torch scalars as their plain
/// values, and arrays as a [PythonBuffer] without a copy. Texts pass unchanged, NUL and lone surrogates too.
public final class PythonFunction {
    private final PythonRuntime runtime;
    private final String name;
    private final long function;

    /// @param function owned from here on, for ever
    PythonFunction(PythonRuntime runtime, String name, long function) {
        this.runtime = runtime;
        this.name = name;
        this.function = function;
    }

    /// The name by which it was found.
    public String name() {
        return name;
    }

    /// Calls the function with positional arguments, 64 at most.
    ///
    /// @throws PythonException when it raises one
    /// @throws PythonConversionException when an argument or the result is no plain value
    /// @throws PythonTimeoutException when it takes longer than the runtime's call timeout
    /// @throws java.util.concurrent.CancellationException when this thread is interrupted
    public @Nullable Object call(@Nullable Object... arguments) {
        PythonThread present = PythonThread.current();
        if (arguments.length == 0 && present != null) {
            runtime.checkOpen();
            return callNoArguments(present);
        }
        return callWith(Map.of(), arguments);
    }

    /// The same with keyword arguments.
    public @Nullable Object callWith(Map<String, ?> keywords, @Nullable Object... arguments) {
        if (arguments.length > PythonThread.MOST_ARGUMENTS) {
            throw new IllegalArgumentException(
                    "at most " + PythonThread.MOST_ARGUMENTS + " arguments, not " + arguments.length);
        }
        @Nullable Object[] encoded = new @Nullable Object[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            encoded[i] = ToPython.encode(arguments[i]);
        }
        return runtime.onPythonThread(
                false,
                runtime.options().callTimeout(),
                thread -> invoke(thread, encoded, keywords, thread.results()::convert));
    }

    /// Reads a borrowed result while the GIL is held.
    interface Reader<T extends @Nullable Object> {
        T read(long result);
    }

    private @Nullable Object callNoArguments(PythonThread thread) {
        thread.enter();
        try {
            long result;
            thread.beginUserCode();
            try {
                result = ObjectApi.call(function);
            } finally {
                thread.endUserCode();
            }
            Errors.check(result);
            if (result == Types.NONE) {
                ObjectApi.decRefPlain(result);
                return null;
            }
            try {
                return thread.results().convert(result);
            } finally {
                ObjectApi.decRef(result);
            }
        } finally {
            thread.exit();
        }
    }

    /// Calls with arguments of [ToPython#encode]; the thread does not hold the GIL.
    <T extends @Nullable Object> T invoke(
            PythonThread thread, @Nullable Object[] arguments, Map<String, ?> keywords, Reader<T> reader) {
        thread.enter();
        long[] owned = new long[arguments.length];
        long dict = 0;
        try {
            ToPython converter = thread.arguments();
            for (int i = 0; i < owned.length; i++) {
                owned[i] = converter.convert(arguments[i]);
            }
            if (!keywords.isEmpty()) {
                dict = converter.convert(keywords);
            }
            // Converting may use the vector, so it is filled last.
            for (int i = 0; i < owned.length; i++) {
                Native.putLong(thread.vector() + 8L * i, owned[i]);
            }
            long result;
            thread.beginUserCode();
            try {
                result = dict == 0
                        ? ObjectApi.call(function, thread.vector(), owned.length)
                        : ObjectApi.call(function, thread.vector(), owned.length, dict);
            } finally {
                thread.endUserCode();
            }
            Errors.check(result);
            try {
                return reader.read(result);
            } finally {
                ObjectApi.decRef(result);
            }
        } finally {
            for (long argument : owned) {
                ObjectApi.decRefIfAny(argument);
            }
            ObjectApi.decRefIfAny(dict);
            thread.arguments().callEnded();
            thread.exit();
        }
    }

    /// Why the function cannot be called with so many arguments and these keywords; empty when it can.
    String unfit(int arguments, Set<String> keywords) {
        return String.valueOf(ask("unfit", (long) arguments, List.copyOf(keywords)));
    }

    /// Whether the function has a parameter of that name.
    boolean takes(String keyword) {
        return Boolean.TRUE.equals(ask("takes", keyword));
    }

    /// What a function of `host.py` says of this one.
    private @Nullable Object ask(String question, Object... arguments) {
        return runtime.onPythonThread(false, runtime.options().callTimeout(), thread -> {
            thread.enter();
            long[] objects = new long[arguments.length + 1];
            try {
                ObjectApi.incRef(function);
                objects[0] = function;
                for (int i = 0; i < arguments.length; i++) {
                    objects[i + 1] = thread.arguments().convert(arguments[i]);
                }
                long answer = Bridge.call(thread, question, objects);
                try {
                    return thread.results().convert(answer);
                } finally {
                    ObjectApi.decRef(answer);
                }
            } finally {
                for (long object : objects) {
                    ObjectApi.decRefIfAny(object);
                }
                thread.exit();
            }
        });
    }
}
