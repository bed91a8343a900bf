package dev.decant.comparison;

import java.util.List;
import java.util.Optional;

/// The strongest plain Python loop: onnxruntime's own package, rows sorted by length, one session with all threads.
record OnnxruntimeApproach() implements Approach {
    private static final List<String> PACKAGES = List.of("numpy", "onnxruntime", "tokenizers");

    @Override
    public String name() {
        return "python-onnxruntime";
    }

    @Override
    public String description(Setup setup) {
        return "onnxruntime in Python, " + setup.model().onnx().orElse("no ONNX file")
                + ", rows sorted by length, batches of " + setup.batch();
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        return setup.model().onnx().isEmpty()
                ? Optional.of(setup.model().name() + " has no ONNX file")
                : setup.python().obstacle(PACKAGES).map(PythonLaunch::withMend);
    }

    @Override
    public boolean quantised(Setup setup) {
        return setup.model().plain().isEmpty();
    }

    @Override
    public Optional<Unit> unit() {
        return Optional.empty();
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        return PythonLaunch.of(
                setup,
                files,
                "onnxruntime_sorted.py",
                setup.threads(),
                List.of("--file", setup.model().onnx().orElseThrow()));
    }
}
