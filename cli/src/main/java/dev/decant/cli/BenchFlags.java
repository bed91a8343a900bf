package dev.decant.cli;

import dev.decant.comparison.Approach;
import dev.decant.comparison.Approaches;
import dev.decant.comparison.ComparisonPlan;
import dev.decant.comparison.Cost;
import dev.decant.comparison.SamplingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say what is compared, how often, and by what it is judged.
final class BenchFlags {
    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Only these approaches.")
    private List<String> only = new ArrayList<>();

    @Option(names = "--skip", paramLabel = "NAME", split = ",", description = "All but these approaches.")
    private List<String> skip = new ArrayList<>();

    @Option(names = "--repeat", paramLabel = "N", description = "How often each approach runs, in turns. Default: 3.")
    private int repeat = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Rows of an unmeasured run of each approach before. Default: 16; 0 for none.")
    private int warmUp = 16;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads for inference that each approach has, over all its processes. Default: the number of"
                    + " processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Processes of python-multiprocessing. Default: as many as threads.")
    private @Nullable Integer processes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Rows in a batch of the Python approaches; Decant's are its own. Default: 8.")
    private int batch = 8;

    @Option(
            names = "--requests",
            paramLabel = "N",
            description = "HTTP requests in flight at once to decant-serve, a text in each. Default: 8.")
    private int requests = 8;

    @Option(
            names = "--scaling",
            description = "Also run the approaches that can with 1, 2, 4 and 8 processes, workers or requests at once.")
    private boolean scaling;

    @Option(names = "--scaling-counts", paramLabel = "N", split = ",", description = "Other numbers for --scaling.")
    private List<Integer> scalingCounts = new ArrayList<>();

    @Option(names = "--scaling-repeat", paramLabel = "N", description = "How often each of those runs. Default: 1.")
    private int scalingRepeat = 1;

    @Option(
            names = "--allowance",
            paramLabel = "PERCENT",
            description = "Rows whose label may differ where weights are quantised; other labels must be the same."
                    + " Default: 2; with seeded weights, which put many rows near the boundary, 10.")
    private @Nullable Double allowance;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The longest that one run may take: 90s, 30m. Default: 30m.")
    private Duration timeout = Duration.ofMinutes(30);

    @Option(
            names = "--sampling-interval",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "Between two readings of the memory. Default: as often as 4 %% of one processor's time allow,"
                    + " at least once a second.")
    private @Nullable Duration samplingInterval;

    @Option(
            names = "--price-cpu-hour",
            paramLabel = "PRICE",
            description =
                    "Of a processor for an hour, in any currency: the report then says what a million texts cost.")
    private double priceCpuHour;

    @Option(names = "--price-gb-hour", paramLabel = "PRICE", description = "Of a GB of memory for an hour, likewise.")
    private double priceGbHour;

    int threads() {
        return count("--threads", threads == null ? Runtime.getRuntime().availableProcessors() : threads);
    }

    int processes() {
        return count("--processes", processes == null ? threads() : processes);
    }

    int batch() {
        return count("--batch", batch);
    }

    int requests() {
        return count("--requests", requests);
    }

    private static int count(String option, int number) {
        if (number < 1 || number > 1024) {
            throw new IllegalArgumentException(option + ": from 1 to 1024, not " + number);
        }
        return number;
    }

    List<Approach> approaches() {
        return Approaches.choose(only, skip);
    }

    /// @param seeded whether the model's weights are random
    ComparisonPlan plan(String input, String textColumn, BenchInput rows, boolean seeded) {
        if (!scaling && !scalingCounts.isEmpty()) {
            throw new IllegalArgumentException("--scaling-counts are for --scaling; give both");
        }
        List<Integer> counts = scaling && scalingCounts.isEmpty() ? List.of(1, 2, 4, 8) : scalingCounts;
        counts.forEach(number -> count("--scaling-counts", number));
        return new ComparisonPlan(
                input,
                textColumn,
                rows.texts(),
                rows.leftOut(),
                approaches(),
                count("--repeat", repeat),
                warmUp,
                timeout,
                samplingInterval == null ? SamplingPolicy.ADAPTIVE : SamplingPolicy.fixed(samplingInterval),
                (allowance == null ? seeded ? 10 : 2 : allowance) / 100,
                new Cost.Prices(priceCpuHour, priceGbHour),
                counts,
                count("--scaling-repeat", scalingRepeat));
    }
}
