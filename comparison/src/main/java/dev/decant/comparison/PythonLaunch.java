package dev.decant.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The command line that the Python approaches share.
final class PythonLaunch {
    private static final List<String> TRANSFORMERS = List.of("torch", "transformers");

    private PythonLaunch() {}

    /// @param threads in each process
    static Launch of(Setup setup, RunFiles files, String script, int threads, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                setup.python().command(),
                setup.scripts().resolve(script).toString(),
                "--model",
                setup.model().folder().toString(),
                "--rows",
                setup.rows().toString(),
                "--labels",
                files.labels().toString(),
                "--report",
                files.report().toString(),
                "--batch",
                Integer.toString(setup.batch()),
                "--threads",
                Integer.toString(threads)));
        command.addAll(more);
        return new Launch(command, Setup.environment(threads), setup.decant().own());
    }

    /// Why a transformers pipeline over torch cannot run.
    static Optional<String> transformersObstacle(Setup setup) {
        if (!setup.model().torch()) {
            return Optional.of(setup.model().name() + " has no torch weights: name a folder that has them with --model"
                    + " (benchmarks/python/make_reference_model.py writes one)");
        }
        return setup.python().obstacle(TRANSFORMERS).map(PythonLaunch::withMend);
    }

    static String withMend(String obstacle) {
        return obstacle + "; pip install -r benchmarks/python/requirements.txt has what the approaches need";
    }
}
