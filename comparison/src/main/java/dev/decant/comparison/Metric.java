package dev.decant.comparison;

import java.util.Locale;

/// A figure of a run that is summed up over the repeats.
public enum Metric {
    WALL_SECONDS,
    READY_SECONDS,
    FIRST_RESULT_SECONDS,
    ITEMS_PER_SECOND,
    CPU_SECONDS,
    PEAK_PSS_BYTES,
    PEAK_USS_BYTES,
    VOLUNTARY_SWITCHES,
    INVOLUNTARY_SWITCHES,
    BATCH_P50_MS,
    BATCH_P99_MS,
    BATCH_MEAN_ROWS,
    CLIENT_CPU_SECONDS,
    OTHER_CPU_SECONDS,
    SAMPLING_CPU_SECONDS;

    /// Its name in `report.json` and `report.csv`.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    double of(RunMeasurement run) {
        return switch (this) {
            case WALL_SECONDS -> run.wallSeconds();
            case READY_SECONDS -> run.readySeconds();
            case FIRST_RESULT_SECONDS -> run.firstResultSeconds();
            case ITEMS_PER_SECOND -> run.itemsPerSecond();
            case CPU_SECONDS -> run.cpuSeconds();
            case PEAK_PSS_BYTES -> run.memory().peakPss();
            case PEAK_USS_BYTES -> run.memory().peakUss();
            case VOLUNTARY_SWITCHES -> run.voluntarySwitches();
            case INVOLUNTARY_SWITCHES -> run.involuntarySwitches();
            case BATCH_P50_MS -> run.batchP50Ms();
            case BATCH_P99_MS -> run.batchP99Ms();
            case BATCH_MEAN_ROWS -> run.meanBatchRows();
            case CLIENT_CPU_SECONDS -> run.clientCpuSeconds();
            case OTHER_CPU_SECONDS -> run.otherCpuSeconds();
            case SAMPLING_CPU_SECONDS -> run.memory().samplingCpuSeconds();
        };
    }
}
