package dev.decant.comparison;

import java.util.List;
import java.util.Optional;

/// A transformers pipeline in one Python process.
///
/// @param batched rows sorted by length, and the pipeline told its batch size; else lists in input order as the public
///     experiment hands them over, which a pipeline takes text by text
record PipelineApproach(boolean batched) implements Approach {
    @Override
    public String name() {
        return batched ? "python-single-batched" : "python-single";
    }

    @Override
    public String description(Setup setup) {
        return batched
                ? "transformers pipeline, one process, rows sorted by length, batch_size=" + setup.batch()
                : "transformers pipeline, one process, given lists of " + setup.batch()
                        + " as in the public experiment";
    }

    @Override
    public Optional<String> obstacle(Setup setup) {
        return PythonLaunch.transformersObstacle(setup);
    }

    @Override
    public boolean quantised(Setup setup) {
        return false;
    }

    @Override
    public Optional<Unit> unit() {
        return Optional.empty();
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        List<String> more = batched ? List.of("--batched") : List.of();
        return PythonLaunch.of(setup, files, "transformers_pipeline.py", setup.threads(), more);
    }
}
