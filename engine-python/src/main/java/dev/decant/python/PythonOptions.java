package dev.decant.python;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How Python is started and called.
///
/// @param python the executable; null for that of `VIRTUAL_ENV`, else `python3`
/// @param parallelism how many calls may be in Python at once, at least 1. More than one helps only code
///     that gives up the GIL while it computes (torch, onnxruntime), and asks that the script allow it
/// @param prints where goes what Python prints
/// @param callTimeout the longest a call may take, with its wait for others; it is cancelled then
/// @param environment variables that `os.environ` has in Python beside those of the process
public record PythonOptions(
        @Nullable String python,
        int parallelism,
        Prints prints,
        Duration callTimeout,
        Map<String, String> environment) {
    /// Where Python's standard output goes. Its standard error stays what it is.
    public enum Prints {
        /// To standard error, so that standard output is the program's own.
        STDERR,
        /// To standard output.
        STDOUT
    }

    /// The usual python, one call at a time, prints to standard error, an hour for a call.
    public static final PythonOptions DEFAULT =
            new PythonOptions(null, 1, Prints.STDERR, Duration.ofHours(1), Map.of());

    public PythonOptions {
        if (parallelism < 1 || parallelism > 256) {
            throw new IllegalArgumentException("parallelism is from 1 to 256, not " + parallelism);
        }
        if (callTimeout.isNegative() || callTimeout.isZero()) {
            throw new IllegalArgumentException("the call timeout is more than 0");
        }
        environment = Map.copyOf(environment);
    }

    /// These options with another executable.
    public PythonOptions withPython(@Nullable String python) {
        return new PythonOptions(python, parallelism, prints, callTimeout, environment);
    }

    /// These options with so many calls at once.
    public PythonOptions withParallelism(int parallelism) {
        return new PythonOptions(python, parallelism, prints, callTimeout, environment);
    }

    /// These options with prints to another place.
    public PythonOptions withPrints(Prints prints) {
        return new PythonOptions(python, parallelism, prints, callTimeout, environment);
    }

    /// These options with another longest call.
    public PythonOptions withCallTimeout(Duration callTimeout) {
        return new PythonOptions(python, parallelism, prints, callTimeout, environment);
    }

    /// These options with other variables.
    public PythonOptions withEnvironment(Map<String, String> environment) {
        return new PythonOptions(python, parallelism, prints, callTimeout, environment);
    }
}
