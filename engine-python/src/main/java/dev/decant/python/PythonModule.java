package dev.decant.python;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A Python file that has been loaded. Lives as long as the process; usable from any thread.
public final class PythonModule {
    /// A function that the file defines.
    ///
    /// @param name its name
    /// @param parameters its parameters and annotations, such as `(texts: list[str]) -> list[dict]`
    /// @param summary the first line of its docstring; may be empty
    public record Signature(String name, String parameters, String summary) {}

    private final PythonRuntime runtime;
    private final Path file;
    private final long module;
    private final Map<String, PythonFunction> functions = new ConcurrentHashMap<>();

    PythonModule(PythonRuntime runtime, Path file, long module) {
        this.runtime = runtime;
        this.file = file;
        this.module = module;
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// A function, or another callable, of the module.
    ///
    /// @throws PythonStartException when there is none of that name; the message lists those there are
    public PythonFunction function(String name) throws PythonStartException {
        PythonFunction known = functions.get(name);
        if (known != null) {
            return known;
        }
        PythonFunction found = runtime.onPythonThread(false, runtime.options().callTimeout(), thread -> {
            thread.enter();
            try {
                return find(name);
            } finally {
                thread.exit();
            }
        });
        if (found == null) {
            List<String> names =
                    functions().stream().map(Signature::name).sorted().toList();
            throw new PythonStartException(file + " has no function " + name
                    + (names.isEmpty() ? "; it has none at all" : "; it has " + String.join(", ", names)));
        }
        PythonFunction earlier = functions.putIfAbsent(name, found);
        return earlier == null ? found : earlier;
    }

    private @Nullable PythonFunction find(String name) {
        long interned = TextApi.intern(name);
        Long found = ObjectApi.attributeOrNull(module, interned);
        ObjectApi.decRef(interned);
        if (found == null) {
            return null;
        }
        if (!ObjectApi.isCallable(found)) {
            ObjectApi.decRef(found);
            return null;
        }
        return new PythonFunction(runtime, name, found);
    }

    /// The public functions that the file itself defines, in its order.
    public List<Signature> functions() {
        return runtime.onPythonThread(false, runtime.options().callTimeout(), thread -> {
            thread.enter();
            try {
                long rows = Bridge.call(thread, "functions", module);
                try {
                    List<Signature> signatures = new ArrayList<>();
                    for (Object element : (List<?>)
                            java.util.Objects.requireNonNull(thread.results().convert(rows))) {
                        List<?> row = (List<?>) element;
                        signatures.add(new Signature((String) row.get(0), (String) row.get(1), (String) row.get(2)));
                    }
                    return List.copyOf(signatures);
                } finally {
                    ObjectApi.decRef(rows);
                }
            } finally {
                thread.exit();
            }
        });
    }
}
