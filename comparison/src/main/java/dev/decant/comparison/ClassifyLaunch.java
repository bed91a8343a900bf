package dev.decant.comparison;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The `decant classify` that the Decant approaches are: what a user would call, in a process of its own.
final class ClassifyLaunch {
    /// What `decant classify` exits with when a model, a Python or a MetaCall cannot be used.
    static final int UNUSABLE = 2;

    private ClassifyLaunch() {}

    /// @param workers 0 leaves their number to Decant
    static Launch of(Setup setup, RunFiles files, int workers, List<String> more, Map<String, String> variables) {
        List<String> command = new ArrayList<>(setup.decant().command());
        command.addAll(List.of(
                "classify",
                setup.rows().toString(),
                "--text",
                "text",
                "-o",
                files.labels().toString(),
                "--report",
                files.report().toString(),
                "--quiet",
                "--force",
                "--threads",
                Integer.toString(setup.threads())));
        if (workers > 0) {
            command.addAll(List.of("--workers", Integer.toString(workers)));
        }
        command.addAll(more);
        Map<String, String> environment = new HashMap<>(Setup.environment(setup.threadsEach(Math.max(1, workers))));
        environment.putAll(variables);
        return new Launch(command, environment, Set.of());
    }
}
