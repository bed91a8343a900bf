package dev.decant.metacall;

import java.nio.file.Path;
import java.util.List;

/// A Python file that MetaCall's Python has loaded. Lives as long as the process; usable from any thread.
public final class MetaCallScript {
    /// A function that the file defines.
    ///
    /// @param name its name
    /// @param parameters its parameters and annotations, such as `(texts: list[str]) -> list[dict]`
    /// @param summary the first line of its docstring; may be empty
    public record Signature(String name, String parameters, String summary) {}

    private final MetaCallRuntime runtime;
    private final Path file;
    private final long number;

    MetaCallScript(MetaCallRuntime runtime, Path file, long number) {
        this.runtime = runtime;
        this.file = file;
        this.number = number;
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// The public functions that the file itself defines, in its order.
    public List<Signature> functions() {
        List<?> rows = runtime.call(() -> runtime.shim().functions(number));
        return rows.stream()
                .map(row -> (List<?>) row)
                .map(row -> new Signature((String) row.get(0), (String) row.get(1), (String) row.get(2)))
                .toList();
    }

    /// Calls a function with values in JSON; gives its result in JSON, in ASCII. Bytes are Base64, arrays lists, and
    /// NaN and the infinities strings.
    ///
    /// @throws MetaCallStartException when there is no such function; the message lists those there are
    /// @throws MetaCallException when it raises an exception, or its result has no counterpart in JSON
    public String call(String function, List<String> arguments) throws MetaCallStartException {
        try {
            boolean ignored = runtime.call(() -> {
                runtime.shim().check(number, function);
                return true;
            });
        } catch (MetaCallException e) {
            throw new MetaCallStartException(String.valueOf(e.getMessage()), e);
        }
        return runtime.call(() -> runtime.shim().call(0, number, function, arguments));
    }

    /// The number under which the shim knows a function that takes a list of texts.
    long target(String function, String device) throws MetaCallStartException {
        try {
            return runtime.call(() -> runtime.shim().find(number, function, device));
        } catch (MetaCallException e) {
            throw new MetaCallStartException(String.valueOf(e.getMessage()), e);
        }
    }
}
