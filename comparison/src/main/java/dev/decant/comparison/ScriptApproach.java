package dev.decant.comparison;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `decant classify --script`: a Python file's `process_batch` inside the JVM.
///
/// @param way what calls it
record ScriptApproach(Way way) implements Approach {
    /// What calls the script, and which one.
    enum Way {
        EMBEDDED,
        EMBEDDED_ONE_BY_ONE,
        METACALL
    }

    /// Calls at once of a script that is known to bear it. With a thread each, none waits for the others at the end of
    /// each operator, and one tokenizes while the other computes; more would wait for Python's lock.
    private static final int CALLS = 2;

    private static final List<String> TRANSFORMERS = List.of("torch", "transformers");
    private static final List<String> ONNXRUNTIME = List.of("numpy", "onnxruntime", "tokenizers");

    @Override
    public String name() {
        return switch (way) {
            case EMBEDDED -> "decant-python";
            case EMBEDDED_ONE_BY_ONE -> "decant-python-one-by-one";
            case METACALL -> "decant-metacall";
        };
    }

    @Override
    public String description(Setup setup) {
        String what = setup.script()
                .map(script -> script.getFileName() + " of the user")
                .orElse(
                        way == Way.EMBEDDED_ONE_BY_ONE
                                ? "a pipeline told no batch size, as the public experiment has it"
                                : overTransformers(setup)
                                        ? "ml_processor.py: a transformers pipeline"
                                        : "ml_processor_onnx.py: onnxruntime in Python, rows one by one");
        return switch (way) {
            case EMBEDDED, EMBEDDED_ONE_BY_ONE ->
                "decant classify --script" + (calls(setup) > 1 ? " --workers " + calls(setup) : "") + ", " + what;
            case METACALL -> "decant classify --engine metacall --script, " + what;
        };
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        if (setup.script().isPresent()) {
            return way == Way.EMBEDDED_ONE_BY_ONE
                    ? Optional.of("--script names another script: see decant-python")
                    : setup.python().fault();
        }
        if (way == Way.EMBEDDED_ONE_BY_ONE) {
            return PythonLaunch.transformersObstacle(setup);
        }
        if (overTransformers(setup)) {
            return Optional.empty();
        }
        return setup.model().onnx().isEmpty()
                ? PythonLaunch.transformersObstacle(setup)
                : setup.python().obstacle(ONNXRUNTIME).map(PythonLaunch::withMend);
    }

    /// Torch where there is one with weights for it: that is the script that the public experiment runs.
    private static boolean overTransformers(Setup setup) {
        return setup.model().torch() && setup.python().has(TRANSFORMERS);
    }

    @Override
    public boolean quantised(Setup setup) {
        return setup.script().isEmpty()
                && way != Way.EMBEDDED_ONE_BY_ONE
                && !overTransformers(setup)
                && setup.model().plain().isEmpty();
    }

    /// MetaCall runs one call at a time.
    @Override
    public Optional<Unit> unit() {
        return way == Way.METACALL ? Optional.empty() : Optional.of(Unit.WORKER);
    }

    /// A user's own script gets one call at a time, since nobody has said that it bears more.
    private int calls(Setup setup) {
        return way == Way.METACALL || setup.script().isPresent() ? 1 : Math.min(CALLS, setup.threads());
    }

    @Override
    public int unusableCode() {
        return ClassifyLaunch.UNUSABLE;
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        Path script = setup.script()
                .orElseGet(() -> setup.scripts()
                        .resolve(
                                way == Way.EMBEDDED_ONE_BY_ONE
                                        ? "ml_processor_one_by_one.py"
                                        : overTransformers(setup) ? "ml_processor.py" : "ml_processor_onnx.py"));
        List<String> more = new ArrayList<>(List.of("--script", script.toString()));
        Map<String, String> variables = new HashMap<>(
                Map.of("DECANT_SCRIPT_MODEL", setup.model().folder().toString(), "DECANT_DEVICE", "cpu"));
        if (way == Way.METACALL) {
            more.addAll(List.of("--engine", "metacall"));
            setup.metaCall().ifPresent(folder -> more.addAll(List.of("--metacall", folder.toString())));
            variables.putAll(pathWith(setup.python()));
        } else {
            more.addAll(List.of("--python", setup.python().command()));
        }
        return ClassifyLaunch.of(setup, files, atOnce == 0 ? calls(setup) : atOnce, more, variables);
    }

    /// MetaCall has a Python of its own, which takes its packages from the environment whose `bin` is first on the
    /// PATH.
    private static Map<String, String> pathWith(PythonProgram python) {
        Path bin = Path.of(python.command()).getParent();
        String inherited = System.getenv("PATH");
        return bin == null
                ? Map.of()
                : Map.of("PATH", inherited == null ? bin.toString() : bin + File.pathSeparator + inherited);
    }
}
