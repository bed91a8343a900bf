package dev.decant.cli;

import dev.decant.data.FileChecksum;
import dev.decant.engine.Engine;
import dev.decant.metacall.MetaCallEngine;
import dev.decant.metacall.MetaCallEngineOptions;
import dev.decant.metacall.MetaCallStartException;
import dev.decant.pipeline.WorkerLayout;
import dev.decant.python.PythonEngine;
import dev.decant.python.PythonEngineOptions;
import dev.decant.python.PythonOptions;
import dev.decant.python.PythonStartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that let a function of a Python file score the texts instead of a model.
final class ScriptFlags {
    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "A Python file whose process_batch(texts: list[str]) -> list[dict] scores the texts, in this"
                    + " process. What it prints goes to the standard error.")
    private @Nullable Path script;

    @Option(names = "--function", paramLabel = "NAME", description = "Another function of the script.")
    private @Nullable String function;

    @Mixin
    private InterpreterFlags interpreter = new InterpreterFlags();

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "Where the script computes: cpu, cuda:0 ... It is told by the variable DECANT_DEVICE and, if"
                    + " its function has one, by the parameter device.")
    private @Nullable String device;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Calls of the script with a short text before the first batch. Default: 0.")
    private int warmUp;

    /// Whether a script scores.
    boolean given() {
        if (script == null && (function != null || interpreter.given() || device != null || warmUp != 0)) {
            throw new IllegalArgumentException("--function, --engine, --python, --metacall, --device and --warm-up"
                    + " belong to a Python file; name it with --script FILE");
        }
        return script != null;
    }

    void tell(SequencedMap<String, String> settings) throws IOException {
        settings.put(
                "the script", FileChecksum.of(Objects.requireNonNull(script)).toString());
        settings.put("--function", Objects.requireNonNullElse(function, ""));
        interpreter.tell(settings);
        settings.put("--device", Objects.requireNonNullElse(device, ""));
    }

    /// Opens the script for the workers asked for; one, unless more are allowed.
    RunFlags.Opening opening(ModelFlags model, DataFlags data, RunFlags run) {
        Path file = script;
        if (file == null) {
            throw new IllegalStateException("no script");
        }
        if (model.given()) {
            throw new IllegalArgumentException(
                    "--model, --model-file and --max-length are of an ONNX model, and --script is given; take one of"
                            + " the two");
        }
        if (data.scores) {
            throw new IllegalArgumentException(
                    "--scores needs the labels before the first row, and a script tells them with its answers; use"
                            + " --top-k K");
        }
        if (warmUp < 0) {
            throw new IllegalArgumentException("--warm-up: 0 or more, not " + warmUp);
        }
        return switch (interpreter.engine()) {
            case PYTHON -> (ahead, options) -> run.scriptLayout(new Opener(file, run), ahead, options);
            case METACALL ->
                (ahead, options) -> run.fixedLayout(layout -> metaCall(file, layout, environment(layout, run)));
        };
    }

    private static Map<String, String> environment(WorkerLayout layout, RunFlags run) {
        Map<String, String> environment = new HashMap<>();
        if (run.limitsThreads() || run.measuresScript()) {
            // What torch, numpy and others read when they are imported.
            environment.put("OMP_NUM_THREADS", Integer.toString(layout.threads()));
            environment.put("DECANT_THREADS", Integer.toString(layout.threads()));
        }
        return environment;
    }

    /// Loads the script once; a second layout shares what is loaded.
    private final class Opener implements WorkerLayout.Opener {
        private final Path file;
        private final RunFlags run;
        private @Nullable PythonEngine loaded;

        Opener(Path file, RunFlags run) {
            this.file = file;
            this.run = run;
        }

        @Override
        public Engine open(WorkerLayout layout) throws IOException {
            PythonEngine present = loaded;
            if (present != null) {
                return present.sharing(layout.workers(), layout.threads());
            }
            PythonEngine engine = python(file, layout, run);
            loaded = engine;
            return engine;
        }

        @Override
        public boolean shares() {
            return true;
        }
    }

    private PythonEngine python(Path file, WorkerLayout layout, RunFlags run) throws PythonStartException {
        PythonOptions start = PythonOptions.DEFAULT
                .withPython(interpreter.python())
                .withParallelism(layout.workers())
                .withEnvironment(environment(layout, run));
        return PythonEngine.open(PythonEngineOptions.of(file)
                .withFunction(function == null ? PythonEngineOptions.FUNCTION : function)
                .withDevice(device)
                .withWarmUpCalls(warmUp)
                .withThreads(run.measuresScript() ? layout.threads() : 0)
                .withTrimming(true)
                .withPython(start));
    }

    private Engine metaCall(Path file, WorkerLayout layout, Map<String, String> environment)
            throws MetaCallStartException {
        if (layout.workers() > 1) {
            throw new IllegalArgumentException(
                    "--workers: MetaCall runs one call at a time; leave the option out, or use --engine python");
        }
        return MetaCallEngine.open(MetaCallEngineOptions.of(file)
                .withFunction(function == null ? MetaCallEngineOptions.FUNCTION : function)
                .withDevice(device)
                .withWarmUpCalls(warmUp)
                .withTrimming(true)
                .withFolder(interpreter.metaCall())
                .withEnvironment(environment));
    }
}
