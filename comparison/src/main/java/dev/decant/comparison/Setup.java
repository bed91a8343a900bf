package dev.decant.comparison;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What all approaches are given alike.
///
/// @param rows a CSV file with the columns `index` and `text`
/// @param model the model that is compared
/// @param onBoard the model that Decant carries, which may be the same
/// @param scripts the folder in which the scripts lie
/// @param script the user's script for the approaches that run one, instead of the examples'
/// @param metaCall where `decant-metacall` finds MetaCall; empty: where `decant classify` looks by itself
/// @param threads the budget of each approach, over all its processes
/// @param processes how many processes `python-multiprocessing` has
/// @param batch rows in a batch of the Python approaches
/// @param requests how many requests at once `decant-serve` gets
public record Setup(
        Path rows,
        ComparedModel model,
        ComparedModel onBoard,
        PythonProgram python,
        DecantProgram decant,
        Path scripts,
        Optional<Path> script,
        Optional<Path> metaCall,
        int threads,
        int processes,
        int batch,
        int requests) {

    /// Threads for each of so many processes or workers; at least one, even where that exceeds the budget.
    int threadsEach(int count) {
        return Math.max(1, threads / count);
    }

    /// What numeric libraries read when they are loaded, so that none takes more threads than it is given; and that
    /// no hub is asked for a model that lies in a folder.
    static Map<String, String> environment(int threads) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : new String[] {
            "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "DECANT_THREADS"
        }) {
            environment.put(variable, Integer.toString(threads));
        }
        environment.put("HF_HUB_OFFLINE", "1");
        return environment;
    }

    /// The same with other rows, such as the few of a warm-up.
    Setup withRows(Path other) {
        return new Setup(
                other, model, onBoard, python, decant, scripts, script, metaCall, threads, processes, batch, requests);
    }
}
