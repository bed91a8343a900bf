package dev.decant.cli;

import dev.decant.data.FileChecksum;
import dev.decant.python.PythonEngine;
import dev.decant.python.PythonEngineOptions;
import dev.decant.python.PythonOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--python",
            paramLabel = "PROGRAM",
            description = "The python that the script runs with, such as ./venv/bin/python. Default: that of"
                    + " VIRTUAL_ENV, else python3.")
    private @Nullable String python;

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
        if (script == null && (function != null || python != null || device != null || warmUp != 0)) {
            throw new IllegalArgumentException(
                    "--function, --python, --device and --warm-up belong to a Python file; name it with --script FILE");
        }
        return script != null;
    }

    void tell(SequencedMap<String, String> settings) throws IOException {
        settings.put(
                "the script", FileChecksum.of(Objects.requireNonNull(script)).toString());
        settings.put("--function", Objects.requireNonNullElse(function, ""));
        settings.put("--python", Objects.requireNonNullElse(python, ""));
        settings.put("--device", Objects.requireNonNullElse(device, ""));
    }

    /// Opens the script for the workers asked for; one, unless more are.
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
        return (ahead, options) -> run.fixedLayout(1, layout -> {
            Map<String, String> environment = new HashMap<>();
            if (run.limitsThreads()) {
                // What torch, numpy and others read when they are imported.
                environment.put("OMP_NUM_THREADS", Integer.toString(layout.threads()));
                environment.put("DECANT_THREADS", Integer.toString(layout.threads()));
            }
            PythonOptions start = PythonOptions.DEFAULT
                    .withPython(python)
                    .withParallelism(layout.workers())
                    .withEnvironment(environment);
            return PythonEngine.open(PythonEngineOptions.of(file)
                    .withFunction(function == null ? PythonEngineOptions.FUNCTION : function)
                    .withDevice(device)
                    .withWarmUpCalls(warmUp)
                    .withPython(start));
        });
    }
}
