package dev.decant.comparison;

import java.nio.file.Path;

/// Where one run leaves what it made.
///
/// @param labels JSON Lines, a row each
/// @param report the run's own figures, as `docs/run-report.md` has them
/// @param printed all that it printed
record RunFiles(Path labels, Path report, Path printed) {
    static RunFiles in(Path folder) {
        return new RunFiles(
                folder.resolve("labels.jsonl"), folder.resolve("report.json"), folder.resolve("printed.txt"));
    }
}
