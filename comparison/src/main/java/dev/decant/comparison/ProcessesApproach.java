package dev.decant.comparison;

import java.util.List;
import java.util.Optional;

/// Python's multiprocessing: a pool of processes, a transformers pipeline and a model in each.
record ProcessesApproach() implements Approach {
    @Override
    public String name() {
        return "python-multiprocessing";
    }

    @Override
    public String description(Setup setup) {
        return "multiprocessing pool, a transformers pipeline in each of " + setup.processes() + " processes, lists of "
                + setup.batch();
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
        return Optional.of(Unit.PROCESS);
    }

    @Override
    public Launch launch(Setup setup, RunFiles files, int atOnce) {
        int processes = atOnce == 0 ? setup.processes() : atOnce;
        return PythonLaunch.of(
                setup,
                files,
                "transformers_processes.py",
                setup.threadsEach(processes),
                List.of("--processes", Integer.toString(processes)));
    }
}
