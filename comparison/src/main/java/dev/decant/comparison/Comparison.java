package dev.decant.comparison;

import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Runs the approaches one after the other, in rounds, so that what else the machine does in a while meets all of
/// them; every second round goes backwards. Each run has its own processes; between runs nothing of ours is left.
public final class Comparison {
    private static final List<String> SCRIPTS = List.of(
            "measured.py",
            "transformers_pipeline.py",
            "transformers_processes.py",
            "onnxruntime_sorted.py",
            "ml_processor.py",
            "ml_processor_onnx.py",
            "ml_processor_one_by_one.py");
    /// Part of the free memory that a run may be expected to take.
    private static final double MOST_OF_MEMORY = 0.9;

    private final ComparisonPlan plan;
    private final Setup setup;
    private final Path folder;
    private final Consumer<String> progress;
    private final ProcessRun processes;
    private final Ticker ticker;
    private final InstantSource clock;
    private final Map<String, List<RunMeasurement>> runs = new LinkedHashMap<>();
    private final Map<String, List<Labels>> labels = new LinkedHashMap<>();
    private final Map<String, ApproachResult.Standing> without = new LinkedHashMap<>();
    private int made;

    /// What there is to compare.
    ///
    /// @param folder an empty folder for what the runs make; the caller's to remove
    /// @param progress told a line for each run
    public Comparison(
            ComparisonPlan plan,
            Setup setup,
            Path folder,
            Ticker ticker,
            InstantSource clock,
            Consumer<String> progress) {
        this.plan = plan;
        this.setup = setup.withRows(folder.resolve("rows.csv"));
        this.folder = folder;
        this.progress = progress;
        this.ticker = ticker;
        this.clock = clock;
        this.processes = new ProcessRun(plan.limit(), plan.sampling(), ticker, clock);
    }

    /// Puts the scripts that the Python approaches run into a folder.
    public static void unpackScripts(Path folder) throws IOException {
        for (String name : SCRIPTS) {
            try (InputStream script = Comparison.class.getResourceAsStream(name)) {
                if (script == null) {
                    throw new IOException("the program has no " + name + "; build it anew");
                }
                Files.copy(script, folder.resolve(name));
            }
        }
    }

    /// Runs all of it.
    ///
    /// @param version Decant's
    /// @param versions of what else takes part
    /// @param command how to run it again
    public ComparisonReport run(String version, List<String> versions, String command)
            throws IOException, InterruptedException {
        Instant startedAt = clock.instant();
        Machine machine = Machine.here();
        RowsFile.write(setup.rows(), plan.texts());
        for (Approach approach : plan.approaches()) {
            approach.obstacle(setup)
                    .ifPresent(reason -> without.put(approach.name(), new ApproachResult.Unavailable(reason)));
        }
        warmUp();
        for (int round = 1; round <= plan.repeats(); round++) {
            List<Approach> order =
                    round % 2 == 1 ? plan.approaches() : plan.approaches().reversed();
            for (Approach approach : order) {
                if (!without.containsKey(approach.name())) {
                    measure(approach, "[" + round + "/" + plan.repeats() + "] " + approach.name());
                }
            }
        }
        List<ScalingSeries> scaling = scale();
        List<ApproachResult> results = results();
        List<ComparedModel> models =
                setup.model().folder().equals(setup.onBoard().folder())
                        ? List.of(setup.model())
                        : List.of(setup.model(), setup.onBoard());
        return new ComparisonReport(
                version,
                versions,
                command,
                startedAt,
                clock.instant(),
                machine,
                plan,
                setup.threads(),
                setup.processes(),
                setup.batch(),
                setup.requests(),
                models,
                results,
                scaling);
    }

    /// A run of a few rows that nobody measures: it brings files into memory and lets Decant write its cache of the
    /// optimised graph; what cannot run at all is found here.
    private void warmUp() throws IOException, InterruptedException {
        if (plan.warmUpRows() == 0) {
            return;
        }
        List<String> few =
                plan.texts().subList(0, Math.min(plan.warmUpRows(), plan.texts().size()));
        Setup warm = setup.withRows(folder.resolve("warm-up.csv"));
        RowsFile.write(warm.rows(), few);
        for (Approach approach : plan.approaches()) {
            if (!without.containsKey(approach.name())) {
                switch (attempt(approach, warm, 0, few)) {
                    case Attempt.Done done -> progress.accept("[warm-up] " + approach.name());
                    case Attempt.Failed failed -> giveUp(approach, "[warm-up] " + approach.name(), failed);
                }
            }
        }
    }

    private void measure(Approach approach, String line) throws IOException, InterruptedException {
        switch (attempt(approach, setup, 0, plan.texts())) {
            case Attempt.Done done -> {
                runs.computeIfAbsent(approach.name(), name -> new ArrayList<>()).add(done.run());
                labels.computeIfAbsent(approach.name(), name -> new ArrayList<>())
                        .add(done.labels());
                progress.accept(line + ": " + inWords(done.run()));
            }
            case Attempt.Failed failed -> giveUp(approach, line, failed);
        }
    }

    private void giveUp(Approach approach, String line, Attempt.Failed failed) {
        without.put(approach.name(), failed.standing());
        progress.accept(line + ": " + failed.reason());
    }

    private static String inWords(RunMeasurement run) {
        return String.format(
                Locale.ROOT,
                "%.1f s, %.1f items/s, %.0f MB",
                run.wallSeconds(),
                run.itemsPerSecond(),
                run.memory().peakPss() / 1e6);
    }

    /// One run that ended.
    private sealed interface Attempt {
        record Done(RunMeasurement run, Labels labels) implements Attempt {}

        record Failed(String reason, List<String> tail, boolean unusable) implements Attempt {
            ApproachResult.Standing standing() {
                return unusable ? new ApproachResult.Unavailable(reason) : new ApproachResult.Broken(reason, tail);
            }
        }
    }

    private Attempt attempt(Approach approach, Setup with, int atOnce, List<String> texts)
            throws IOException, InterruptedException {
        int rows = texts.size();
        RunFiles files = RunFiles.in(Files.createDirectory(folder.resolve("run-" + made++)));
        OptionalInt requests = approach.requests(with, atOnce);
        Optional<Client> client = requests.isEmpty()
                ? Optional.empty()
                : Optional.of(new RequestClient(texts, requests.getAsInt(), with.threads(), files, ticker, clock));
        return switch (processes.watch(approach.launch(with, files, atOnce), files.printed(), client)) {
            case Observation.Broken broken -> failed(approach, broken);
            case Observation.Ended ended -> {
                try {
                    RunFigures figures = RunFigures.read(files.report());
                    Labels found = Labels.read(files.labels());
                    yield figures.rowsIn() == rows && found.values().size() == rows
                            ? new Attempt.Done(RunMeasurement.of(ended, figures), found)
                            : new Attempt.Failed(
                                    "was given " + rows + " rows, says that it read " + figures.rowsIn()
                                            + ", and wrote " + found.values().size(),
                                    ProcessRun.tail(files.printed()),
                                    false);
                } catch (IOException e) {
                    yield new Attempt.Failed(String.valueOf(e.getMessage()), ProcessRun.tail(files.printed()), false);
                }
            }
        };
    }

    /// A program that says that it cannot run here is none that broke.
    private static Attempt failed(Approach approach, Observation.Broken broken) {
        boolean unusable = broken.exitCode() >= 0
                && broken.exitCode() == approach.unusableCode()
                && !broken.tail().isEmpty();
        String reason = unusable ? broken.tail().getLast().replaceFirst("^decant: ", "") : broken.reason();
        return new Attempt.Failed(reason, broken.tail(), unusable);
    }

    private List<ApproachResult> results() {
        Map<String, Approach> references = new LinkedHashMap<>();
        List<ApproachResult> results = new ArrayList<>();
        for (Approach approach : plan.approaches()) {
            String model = approach.model(setup).name();
            ApproachResult.Standing standing = without.get(approach.name());
            if (standing == null) {
                Approach reference = references.computeIfAbsent(model, name -> approach);
                standing = new ApproachResult.Measured(
                        runs.getOrDefault(approach.name(), List.of()),
                        labelsOf(approach).getFirst().counts(),
                        agreement(reference, approach));
            }
            results.add(new ApproachResult(
                    approach.name(),
                    approach.description(setup),
                    model,
                    approach.quantised(setup),
                    approach.requests(setup, 0).isPresent() ? ApproachResult.Timed.REQUEST : ApproachResult.Timed.BATCH,
                    standing));
        }
        return results;
    }

    private List<Labels> labelsOf(Approach approach) {
        return labels.getOrDefault(approach.name(), List.of());
    }

    /// The worst of all repeats; the reference's own repeats are compared with its first.
    private Optional<Agreement> agreement(Approach reference, Approach approach) {
        double allowance = approach.quantised(setup) || reference.quantised(setup) ? plan.allowance() : 0;
        Labels expected = labelsOf(reference).getFirst();
        Agreement worst = null;
        for (Labels found : labelsOf(approach)) {
            Agreement agreement = Agreement.of(reference.name(), expected, found, plan.texts(), allowance);
            worst = worst == null ? agreement : Agreement.worse(worst, agreement);
        }
        // With itself an approach agrees, unless a repeat said otherwise or rows have no label.
        boolean self = reference.equals(approach);
        return self && worst != null && worst.disagreements() == 0 ? Optional.empty() : Optional.ofNullable(worst);
    }

    private List<ScalingSeries> scale() throws IOException, InterruptedException {
        Map<String, Map<Integer, List<RunMeasurement>>> measured = new LinkedHashMap<>();
        Map<String, Map<Integer, String>> obstacles = new LinkedHashMap<>();
        List<Approach> scaled = plan.approaches().stream()
                .filter(approach -> approach.unit().isPresent() && !without.containsKey(approach.name()))
                .toList();
        for (int round = 1; round <= plan.scalingRepeats(); round++) {
            for (int count : plan.scaling()) {
                for (Approach approach : scaled) {
                    Map<Integer, List<RunMeasurement>> points =
                            measured.computeIfAbsent(approach.name(), name -> new LinkedHashMap<>());
                    Map<Integer, String> failed =
                            obstacles.computeIfAbsent(approach.name(), name -> new LinkedHashMap<>());
                    String line = "[scaling] " + approach.name() + " x " + count;
                    Optional<String> tooMuch = tooMuch(approach, count);
                    if (tooMuch.isPresent() || failed.containsKey(count)) {
                        tooMuch.ifPresent(reason -> failed.put(count, reason));
                        progress.accept(line + ": " + failed.get(count));
                        continue;
                    }
                    switch (attempt(approach, setup, count, plan.texts())) {
                        case Attempt.Done done
                        when done.labels().unlabelled().isPresent() -> {
                            failed.put(count, done.labels().unlabelled().get());
                            progress.accept(line + ": " + failed.get(count));
                        }
                        case Attempt.Done done -> {
                            points.computeIfAbsent(count, number -> new ArrayList<>())
                                    .add(done.run());
                            progress.accept(line + ": " + inWords(done.run()));
                        }
                        case Attempt.Failed bad -> {
                            failed.put(count, bad.reason());
                            progress.accept(line + ": " + bad.reason());
                        }
                    }
                }
            }
        }
        List<ScalingSeries> series = new ArrayList<>();
        for (Approach approach : plan.scaling().isEmpty() ? List.<Approach>of() : scaled) {
            List<ScalingSeries.Point> points = plan.scaling().stream()
                    .map(count -> new ScalingSeries.Point(
                            count,
                            approach.threadsEach(setup, count),
                            measured.getOrDefault(approach.name(), Map.of()).getOrDefault(count, List.of()),
                            Optional.ofNullable(obstacles
                                    .getOrDefault(approach.name(), Map.of())
                                    .get(count))))
                    .toList();
            series.add(new ScalingSeries(
                    approach.name(), approach.unit().orElseThrow().name().toLowerCase(Locale.ROOT), points));
        }
        return series;
    }

    /// Processes with a model in each must not drive the machine out of memory.
    private Optional<String> tooMuch(Approach approach, int count) {
        List<RunMeasurement> one = runs.getOrDefault(approach.name(), List.of());
        long available = Machine.availableBytes();
        if (approach.unit().orElseThrow() != Approach.Unit.PROCESS || one.isEmpty() || available < 0) {
            return Optional.empty();
        }
        double each =
                (double) one.getFirst().memory().peakPss() / one.getFirst().workers();
        return each * count <= MOST_OF_MEMORY * available
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "left out: it would take some %.1f GB, and %.1f are free",
                        each * count / 1e9,
                        available / 1e9));
    }
}
