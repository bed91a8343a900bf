package dev.decant.python;

import dev.decant.script.ScriptHost;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a [PythonEngine] runs.
///
/// @param file the Python file
/// @param function its function that takes a list of texts and returns a list of results
/// @param device where the script should compute, such as `cpu` or `cuda:0`; null leaves it the choice. The script
///     finds it in the environment variable `DECANT_DEVICE`, and in the parameter `device` of its
///     function, if it has one; `cpu` hides GPUs from it, too
/// @param warmUpCalls calls with one short text before the first batch, 0 or more
/// @param threads threads that torch, where the script has loaded it, computes with inside a call: it is told before
///     each batch. 0 leaves it what it has, such as what `OMP_NUM_THREADS` said when it was imported
/// @param trimming whether pages that the whole process holds and does not need are given back to the system once the
///     script is loaded ([dev.decant.engine.IdlePages]). For a process that is there for the script; Linux only
/// @param python how Python is started; its parallelism is the engine's concurrency
public record PythonEngineOptions(
        Path file,
        String function,
        @Nullable String device,
        int warmUpCalls,
        int threads,
        boolean trimming,
        PythonOptions python) {
    /// The function that is called unless another is named.
    public static final String FUNCTION = "process_batch";

    public PythonEngineOptions {
        if (warmUpCalls < 0) {
            throw new IllegalArgumentException("warm-up calls are 0 or more, not " + warmUpCalls);
        }
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("threads are from 0 to 1024, not " + threads);
        }
    }

    /// `process_batch` of a file, with the defaults for all else.
    public static PythonEngineOptions of(Path file) {
        return new PythonEngineOptions(file, FUNCTION, null, 0, 0, false, PythonOptions.DEFAULT);
    }

    /// These options with another function.
    public PythonEngineOptions withFunction(String function) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// These options with another device.
    public PythonEngineOptions withDevice(@Nullable String device) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// These options with so many warm-up calls.
    public PythonEngineOptions withWarmUpCalls(int warmUpCalls) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// These options with so many threads inside a call.
    public PythonEngineOptions withThreads(int threads) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// These options with idle pages given back, or left.
    public PythonEngineOptions withTrimming(boolean trimming) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// These options with another way to start Python.
    public PythonEngineOptions withPython(PythonOptions python) {
        return new PythonEngineOptions(file, function, device, warmUpCalls, threads, trimming, python);
    }

    /// What Python is started with: the variables of the device beside the caller's own.
    PythonOptions pythonForDevice() {
        return python.withEnvironment(ScriptHost.environment(device, python.environment()));
    }
}
