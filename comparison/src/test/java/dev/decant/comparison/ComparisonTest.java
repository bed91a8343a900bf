package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole comparisons of small programs that keep to the protocol of the approaches, or break it.
class ComparisonTest {
    /// Labels each row GOOD, and tells it as a Python approach does; what it is given is in `$rows`, `$labels` and so
    /// on.
    private static final String LABELS_ALL = """
            while [ $# -gt 0 ]; do
                case $1 in --rows) rows=$2 ;; --labels) labels=$2 ;; --report) report=$2 ;; esac
                shift
            done
            count=$(($(wc -l <"$rows") - 1))
            i=0
            while [ $i -lt $count ]; do echo "{\\"index\\": \\"$i\\", \\"label\\": \\"GOOD\\"}"; i=$((i + 1)); done >"$labels"
            cat >"$report" <<END
            {"started_at": "$(date -u +%Y-%m-%dT%H:%M:%SZ)", "seconds_to_first_rows": 0.1, "elapsed_seconds": 2,
             "rows": {"in": $count, "scored": $count, "failed": 0},
             "configuration": {"workers": 1, "threads_per_worker": $OMP_NUM_THREADS},
             "batches": {"calls": 1, "mean_rows": $count}, "stages_ms": {"inference_batch": {"p50": 5, "p99": 9}}}
            END
            """;

    @TempDir
    private Path folder;

    private final List<String> progress = new ArrayList<>();
    private List<String> decant = List.of("sh", "-c", "exit 5");
    private List<String> serving = List.of("sh", "-c", "exit 5");

    @BeforeEach
    void model() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/smaps_rollup")), "skipped, no /proc/self/smaps_rollup");
        Path model = Files.createDirectory(folder.resolve("model"));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.writeString(model.resolve("model.safetensors"), "");
        Files.writeString(model.resolve("model.onnx"), "");
        Files.createDirectory(folder.resolve("scripts"));
        script("transformers_pipeline.py", LABELS_ALL);
        script("transformers_processes.py", LABELS_ALL);
        script("onnxruntime_sorted.py", LABELS_ALL);
    }

    private void script(String name, String content) throws IOException {
        Files.writeString(folder.resolve("scripts").resolve(name), content);
    }

    private ComparisonReport compare(int repeats, List<Integer> scaling, String... approaches) throws Exception {
        return compare(Duration.ofMinutes(2), repeats, scaling, approaches);
    }

    private ComparisonReport compare(Duration limit, int repeats, List<Integer> scaling, String... approaches)
            throws Exception {
        ComparedModel model = ComparedModel.read(folder.resolve("model"));
        PythonProgram shell = new PythonProgram(
                "sh",
                "3.11.0",
                Map.of("torch", "2", "transformers", "5", "numpy", "2", "onnxruntime", "1", "tokenizers", "0"),
                Optional.empty());
        Setup setup = new Setup(
                folder,
                model,
                model,
                shell,
                new DecantProgram(decant, serving, Set.of()),
                folder.resolve("scripts"),
                Optional.empty(),
                Optional.empty(),
                4,
                2,
                8,
                3);
        ComparisonPlan plan = new ComparisonPlan(
                "in.csv",
                "text",
                List.of("one", "two", "three", "four", "five"),
                0,
                Approaches.choose(List.of(approaches), List.of()),
                repeats,
                0,
                limit,
                SamplingPolicy.ADAPTIVE,
                0.2,
                new Cost.Prices(0, 0),
                scaling,
                1);
        return new Comparison(
                        plan,
                        setup,
                        Files.createTempDirectory(folder, "work"),
                        Ticker.SYSTEM,
                        InstantSource.system(),
                        progress::add)
                .run("test", List.of(), "");
    }

    private static ApproachResult.Standing standing(ComparisonReport report, String name) {
        return report.results().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow()
                .standing();
    }

    @Test
    void approachesRunInTurnsAndEverySecondRoundBackwards() throws Exception {
        ComparisonReport report = compare(2, List.of(), "python-single", "python-onnxruntime");
        assertThat(progress.stream().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly(
                        "[1/2] python-single",
                        "[1/2] python-onnxruntime",
                        "[2/2] python-onnxruntime",
                        "[2/2] python-single");
        ApproachResult.Measured measured = (ApproachResult.Measured) standing(report, "python-onnxruntime");
        assertThat(measured.runs()).hasSize(2);
        assertThat(measured.labelCounts()).isEqualTo(Map.of("GOOD", 5));
        assertThat(measured.agreement().orElseThrow().disagreements()).isZero();
        assertThat(measured.spread(Metric.ITEMS_PER_SECOND)).isEqualTo(new Spread(2.5, 2.5, 2.5));
        assertThat(measured.spread(Metric.BATCH_P99_MS).median()).isEqualTo(9);
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.AGREED);
    }

    @Test
    void otherLabelsFailTheComparison() throws Exception {
        script("onnxruntime_sorted.py", LABELS_ALL + "sed -i '2s/GOOD/BAD/' \"$labels\"\n");
        ComparisonReport report = compare(1, List.of(), "python-single", "python-onnxruntime");
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.DISAGREED);
        Agreement agreement = ((ApproachResult.Measured) standing(report, "python-onnxruntime"))
                .agreement()
                .orElseThrow();
        assertThat(agreement.examples()).containsExactly(new Agreement.Disagreement(1, "two", "GOOD", "BAD", ""));
    }

    @Test
    void aLabelThatAppearsInASecondRoundOnlyIsSeen() throws Exception {
        String once = folder.resolve("once").toString();
        script(
                "transformers_pipeline.py",
                LABELS_ALL + "[ -e " + once + " ] && sed -i '1s/GOOD/BAD/' \"$labels\"\ntouch " + once + "\n");
        ComparisonReport report = compare(2, List.of(), "python-single");
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.DISAGREED);
    }

    @Test
    void anApproachThatLosesARowIsBrokenAndTheOthersGoOn() throws Exception {
        script("transformers_pipeline.py", LABELS_ALL + "sed -i '$d' \"$labels\"\n");
        ComparisonReport report = compare(2, List.of(), "python-single", "python-onnxruntime");
        assertThat(((ApproachResult.Broken) standing(report, "python-single")).reason())
                .isEqualTo("was given 5 rows, says that it read 5, and wrote 4");
        assertThat(standing(report, "python-onnxruntime")).isInstanceOf(ApproachResult.Measured.class);
        assertThat(progress).hasSize(3);
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.BROKEN);
    }

    @Test
    void anApproachThatDiesSaysWhatItPrintedLast() throws Exception {
        script("onnxruntime_sorted.py", "echo Traceback >&2; echo 'MemoryError: no room' >&2; exit 1");
        ComparisonReport report = compare(1, List.of(), "python-single", "python-onnxruntime");
        ApproachResult.Broken broken = (ApproachResult.Broken) standing(report, "python-onnxruntime");
        assertThat(broken.reason()).isEqualTo("ended with exit code 1: MemoryError: no room");
        assertThat(broken.tail()).containsExactly("Traceback", "MemoryError: no room");
    }

    @Test
    void anApproachThatCannotRunSaysWhyAndFailsNothing() throws Exception {
        ComparisonReport report = compare(1, List.of(), "python-single", "decant-on-board", "decant-onnx-int8");
        assertThat(((ApproachResult.Unavailable) standing(report, "decant-on-board")).reason())
                .startsWith("the model on board is the one that is compared");
        assertThat(((ApproachResult.Unavailable) standing(report, "decant-onnx-int8")).reason())
                .isEqualTo("model has no quantised ONNX file, such as onnx/model_int8.onnx");
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.AGREED);
    }

    @Test
    void aDecantThatSaysItCannotBeUsedHereIsNotBroken() throws Exception {
        decant = List.of("sh", "-c", "echo warming; echo 'decant: no libpython: install it' >&2; exit 2");
        ComparisonReport report = compare(1, List.of(), "python-single", "decant-python", "decant-onnx-fp32");
        assertThat(standing(report, "decant-python"))
                .isEqualTo(new ApproachResult.Unavailable("no libpython: install it"));
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.AGREED);
        decant = List.of("sh", "-c", "echo 'decant: internal fault' >&2; exit 1");
        assertThat(compare(1, List.of(), "decant-onnx-fp32").verdict()).isEqualTo(ComparisonReport.Verdict.BROKEN);
    }

    @Test
    void moreAtOnceDividesTheBudgetOfThreads() throws Exception {
        ComparisonReport report = compare(1, List.of(1, 2, 8), "python-single", "python-multiprocessing");
        assertThat(report.scaling()).singleElement().satisfies(series -> {
            assertThat(series.approach()).isEqualTo("python-multiprocessing");
            assertThat(series.unit()).isEqualTo("process");
            assertThat(series.points())
                    .extracting(ScalingSeries.Point::threadsEach)
                    .containsExactly(4, 2, 1);
            assertThat(series.points())
                    .extracting(point -> point.runs().getFirst().threadsPerWorker())
                    .containsExactly(4, 2, 1);
        });
    }

    /// The compared model is in floats only; what is on board is the same here.
    private ApproachResult.Standing served(Duration limit, List<String> command) throws Exception {
        serving = command;
        return standing(compare(limit, 1, List.of(), "python-single", "decant-serve"), "decant-serve");
    }

    @Test
    void aServerIsFedByRequestsAndToldToEnd() throws Exception {
        serving = LabelServer.command("good");
        ComparisonReport report = compare(2, List.of(1, 2), "python-single", "decant-serve");
        assertThat(report.verdict()).as("%s", progress).isEqualTo(ComparisonReport.Verdict.AGREED);
        ApproachResult result = report.results().getLast();
        assertThat(result.timed()).isEqualTo(ApproachResult.Timed.REQUEST);
        assertThat(result.description()).endsWith("3 HTTP requests at once, a text in each");
        ApproachResult.Measured measured = result.measured().orElseThrow();
        assertThat(measured.labelCounts()).isEqualTo(Map.of("GOOD", 5));
        assertThat(measured.agreement().orElseThrow().disagreements()).isZero();
        assertThat(measured.runs()).hasSize(2).allSatisfy(run -> {
            assertThat(run.readySeconds()).isPositive().isLessThan(run.firstResultSeconds());
            assertThat(run.firstResultSeconds()).isLessThan(run.wallSeconds());
            assertThat(run.cpuSeconds()).isPositive();
            assertThat(run.clientCpuSeconds()).isNotNegative();
            assertThat(run.memory().peakPss()).isPositive();
            assertThat(run.memory().processes())
                    .as("the client is not in the tree")
                    .isEqualTo(1);
            assertThat(run.meanBatchRows()).isEqualTo(1);
            assertThat(run.workers()).isEqualTo(4);
        });
        assertThat(report.scaling()).singleElement().satisfies(series -> {
            assertThat(series.unit()).isEqualTo("request");
            assertThat(series.points())
                    .allSatisfy(point -> assertThat(point.threadsEach()).isEqualTo(1));
            assertThat(series.bytesForEachMore()).isPresent();
        });
    }

    @Test
    void aRowThatAServerRefusesIsCountedAndNamedAndFailsTheComparison() throws Exception {
        serving = LabelServer.command("sour");
        ComparisonReport report = compare(1, List.of(2), "python-single", "decant-serve");
        Agreement agreement =
                report.results().getLast().measured().orElseThrow().agreement().orElseThrow();
        assertThat(agreement.unlabelled()).isEqualTo(1);
        assertThat(agreement.examples())
                .containsExactly(new Agreement.Disagreement(2, "three", "GOOD", "", "status 422: too sour"));
        assertThat(report.verdict()).isEqualTo(ComparisonReport.Verdict.DISAGREED);
        assertThat(report.scaling().getFirst().points().getFirst().obstacle())
                .contains("1 of 5 rows got no label; row 2: status 422: too sour");
    }

    @Test
    void aServerThatDiesWhileItIsAskedSaysWhatItPrintedLast() throws Exception {
        ApproachResult.Broken broken =
                (ApproachResult.Broken) served(Duration.ofMinutes(2), LabelServer.command("fragile"));
        assertThat(broken.reason()).isEqualTo("ended with exit code 1: decant: no memory left");
    }

    @Test
    void aServerThatIsNeverReadyIsSaidInItsRow() throws Exception {
        ApproachResult.Broken broken = (ApproachResult.Broken)
                served(Duration.ofSeconds(2), List.of("sh", "-c", "echo loading; exec sleep 600"));
        assertThat(broken.reason()).isEqualTo("the server was not ready after 2 s; ended by force");
        assertThat(broken.tail()).containsExactly("loading");
    }

    @Test
    void aServerThatCannotServeHereIsNotBroken() throws Exception {
        assertThat(served(Duration.ofMinutes(2), List.of("sh", "-c", "echo 'decant: no such model'; exit 2")))
                .isEqualTo(new ApproachResult.Unavailable("no such model"));
    }
}
