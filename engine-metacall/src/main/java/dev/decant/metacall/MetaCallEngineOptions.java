package dev.decant.metacall;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a [MetaCallEngine] runs.
///
/// @param file the Python file
/// @param function its function that takes a list of texts and returns a list of results
/// @param device where the script should compute, such as `cpu` or `cuda:0`; null leaves it the choice. The script
///     finds it in the environment variable `DECANT_DEVICE`, and in the parameter `device` of its
///     function, if it has one; `cpu` hides GPUs from it, too
/// @param warmUpCalls calls with one short text before the first batch, 0 or more
/// @param trimming whether pages that the whole process holds and does not need are given back to the system once the
///     script is loaded ([dev.decant.engine.IdlePages]). For a process that is there for the script; Linux only
/// @param folder where MetaCall is; null for the one that [MetaCallInstallation#find] finds
/// @param environment variables that `os.environ` has in Python beside those of the process
public record MetaCallEngineOptions(
        Path file,
        String function,
        @Nullable String device,
        int warmUpCalls,
        boolean trimming,
        @Nullable Path folder,
        Map<String, String> environment) {
    /// The function that is called unless another is named.
    public static final String FUNCTION = "process_batch";

    public MetaCallEngineOptions {
        if (warmUpCalls < 0) {
            throw new IllegalArgumentException("warm-up calls are 0 or more, not " + warmUpCalls);
        }
        environment = Map.copyOf(environment);
    }

    /// `process_batch` of a file, with the defaults for all else.
    public static MetaCallEngineOptions of(Path file) {
        return new MetaCallEngineOptions(file, FUNCTION, null, 0, false, null, Map.of());
    }

    /// These options with another function.
    public MetaCallEngineOptions withFunction(String function) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }

    /// These options with another device.
    public MetaCallEngineOptions withDevice(@Nullable String device) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }

    /// These options with so many warm-up calls.
    public MetaCallEngineOptions withWarmUpCalls(int warmUpCalls) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }

    /// These options with idle pages given back, or left.
    public MetaCallEngineOptions withTrimming(boolean trimming) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }

    /// These options with a MetaCall of another folder.
    public MetaCallEngineOptions withFolder(@Nullable Path folder) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }

    /// These options with other variables.
    public MetaCallEngineOptions withEnvironment(Map<String, String> environment) {
        return new MetaCallEngineOptions(file, function, device, warmUpCalls, trimming, folder, environment);
    }
}
