package dev.decant.comparison;

import java.util.Optional;
import java.util.OptionalInt;

/// One way to label the rows, run in processes of its own.
public sealed interface Approach
        permits PipelineApproach,
                ProcessesApproach,
                OnnxruntimeApproach,
                ScriptApproach,
                ClassifyApproach,
                ServeApproach {
    /// What there can be more of at once.
    enum Unit {
        PROCESS,
        WORKER,
        REQUEST
    }

    /// Its name on the command line and in the report.
    String name();

    /// What it does, in half a line.
    String description(Setup setup);

    /// Why it cannot run here, with the mend; empty where nothing speaks against it.
    Optional<String> obstacle(Setup setup);

    /// The model that it runs.
    default ComparedModel model(Setup setup) {
        return setup.model();
    }

    /// Whether its weights are quantised, so that a few labels may differ.
    boolean quantised(Setup setup);

    /// The exit code with which its program says that it cannot run here at all, in its last line; -1 where it has
    /// none.
    default int unusableCode() {
        return -1;
    }

    /// What `--scaling` gives it more of; empty where there is only one.
    Optional<Unit> unit();

    /// Threads in each of so many of them.
    default int threadsEach(Setup setup, int count) {
        return setup.threadsEach(count);
    }

    /// How many requests at once this program sends it, a row in each; empty where it reads the rows itself.
    ///
    /// @param atOnce 0 for what it has without being told
    default OptionalInt requests(Setup setup, int atOnce) {
        return OptionalInt.empty();
    }

    /// The command that labels the rows, or serves those who want them labelled.
    ///
    /// @param atOnce processes, workers or requests, by its unit; 0 for what it has without being told
    Launch launch(Setup setup, RunFiles files, int atOnce);
}
