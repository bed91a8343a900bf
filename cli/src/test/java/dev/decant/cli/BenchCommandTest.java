package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// `decant bench` from the command line; where there is a venv with onnxruntime, with real approaches in it.
class BenchCommandTest {
    private static final int ROWS = 40;

    @TempDir
    private Path folder;

    private final Path reviews = Cli.root().resolve("examples/reviews.csv");

    /// Scalars by path, `approaches.0.name`.
    private static Map<String, String> members(Path report) {
        Map<String, String> members = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), report)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isScalarValue()) {
                    String path = parser.streamReadContext().pathAsPointer().toString();
                    members.put(path.substring(1).replace('/', '.'), parser.getString());
                }
            }
        }
        return members;
    }

    private Cli bench(String... options) {
        List<String> words = new ArrayList<>(List.of("bench", reviews.toString(), "--text", "description"));
        words.addAll(List.of(options));
        return Cli.run(words.toArray(String[]::new));
    }

    @Test
    void approachesThatNeedNoTorchGiveTheSameRowsTheSameLabels() throws IOException {
        Path python = Cli.root().resolve("target/python-venv/bin/python").toAbsolutePath();
        assumeTrue(Files.isExecutable(python), "skipped, no target/python-venv: tools/python-venv.sh makes it");
        Path report = folder.resolve("report");
        Cli cli = bench(
                "--only",
                "python-single,python-onnxruntime,decant-python,decant-onnx-int8",
                "--python",
                python.toString(),
                "--limit",
                Integer.toString(ROWS),
                "--repeat",
                "2",
                "--warm-up",
                "4",
                "--allowance",
                "10",
                "--report",
                report.toString());
        assertThat(cli.code()).as(cli.out() + cli.err()).isZero();
        assertThat(cli.err()).contains("[warm-up] decant-python", "[2/2] decant-onnx-int8: ");
        assertThat(cli.out()).contains("python-single             not run: sst2-minilm has no torch weights");

        Map<String, String> members = members(report.resolve("report.json"));
        int rows = Integer.parseInt(members.get("settings.rows"));
        assertThat(rows + Integer.parseInt(members.get("settings.rows_left_out")))
                .isEqualTo(ROWS);
        assertThat(members).containsEntry("verdict", "agreed").containsEntry("approaches.0.standing", "unavailable");
        for (String place : List.of("approaches.1.", "approaches.2.", "approaches.3.")) {
            assertThat(members)
                    .containsEntry(place + "standing", "measured")
                    .containsKey(place + "runs.1.wall_seconds");
            int labelled = members.entrySet().stream()
                    .filter(member -> member.getKey().startsWith(place + "labels."))
                    .mapToInt(member -> Integer.parseInt(member.getValue()))
                    .sum();
            assertThat(labelled).as(place).isEqualTo(rows);
            assertThat(Double.parseDouble(members.get(place + "figures.cpu_seconds.median")))
                    .isPositive();
            assertThat(Double.parseDouble(members.get(place + "figures.peak_pss_bytes.min")))
                    .isGreaterThan(10e6);
        }
        assertThat(members).containsEntry("approaches.3.agreement.reference", "python-onnxruntime");
        // The script and our engine run the same rows alone through the same graph.
        assertThat(members.get("approaches.2.agreement.disagreements"))
                .isEqualTo(members.get("approaches.3.agreement.disagreements"));
        everyMemberIsDocumented(members);
        assertThat(Files.readAllLines(report.resolve("report.csv"))).hasSize(5);
        assertThat(Files.readString(report.resolve("report.html")))
                .contains("decant-onnx-int8", "python-onnxruntime")
                .doesNotContain(folder.toString(), python.toString());
    }

    @Test
    void theServerGivesTheSameRowsTheSameLabelsHoweverManyRequestsAreInFlight() throws IOException {
        Path report = folder.resolve("report");
        Cli cli = bench(
                "--only",
                "decant-onnx-int8,decant-serve",
                "--limit",
                Integer.toString(ROWS),
                "--repeat",
                "1",
                "--warm-up",
                "0",
                "--requests",
                "4",
                "--scaling",
                "--scaling-counts",
                "1,3",
                "--report",
                report.toString());
        assertThat(cli.code()).as(cli.out() + cli.err()).isZero();
        assertThat(cli.err()).contains("[1/1] decant-serve: ", "[scaling] decant-serve x 3: ");
        Map<String, String> members = members(report.resolve("report.json"));
        assertThat(members)
                .containsEntry("verdict", "agreed")
                .containsEntry("settings.requests", "4")
                .containsEntry("approaches.0.timed", "batch")
                .containsEntry("approaches.1.name", "decant-serve")
                .containsEntry("approaches.1.timed", "request")
                .containsEntry("approaches.1.standing", "measured")
                .containsEntry("approaches.1.agreement.reference", "decant-onnx-int8")
                .containsEntry("approaches.1.agreement.disagreements", "0")
                .containsEntry("approaches.1.agreement.without_label", "0")
                .containsEntry("approaches.1.runs.0.batch_mean_rows", "1.0")
                .containsEntry("scaling.1.approach", "decant-serve")
                .containsEntry("scaling.1.unit", "request")
                .containsEntry("scaling.1.points.1.count", "3");
        assertThat(Double.parseDouble(members.get("approaches.1.figures.client_cpu_seconds.median")))
                .isPositive();
        assertThat(Double.parseDouble(members.get("approaches.1.figures.peak_pss_bytes.median")))
                .isGreaterThan(10e6);
        everyMemberIsDocumented(members);
        assertThat(Files.readString(report.resolve("report.html")))
                .contains("4 HTTP requests at once", "requests of decant-serve, workers of the others")
                .doesNotContain(folder.toString());
    }

    private static void everyMemberIsDocumented(Map<String, String> members) throws IOException {
        List<String> documented = new ArrayList<>();
        Pattern row = Pattern.compile("^\\| `([a-z0-9_.\\[\\]]+)` \\|.*");
        for (String line : Files.readAllLines(Cli.root().resolve("docs/bench-report.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                documented.add(matcher.group(1));
            }
        }
        assertThat(members.keySet().stream()
                        .map(name -> name.replaceAll("\\.\\d+", "[]"))
                        .filter(name -> !name.startsWith("approaches[].labels.")))
                .isSubsetOf(documented);
    }

    @Test
    void withoutAnApproachThatCanRunTheExitCodeSaysSo() {
        Cli cli = bench("--only", "decant-onnx-fp32", "--limit", "2");
        assertThat(cli.code()).isEqualTo(2);
        assertThat(cli.out()).contains("not run: sst2-minilm has no ONNX file in 32-bit floats");
        assertThat(cli.errLines()).containsExactly("decant: no approach could run here: see what each says");
    }

    @Test
    void wrongUseCostsOneLineBeforeAnythingRuns() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        refused("no approach is called 'python-singel'; there are python-single, ", "--only", "python-singel");
        refused("nowhere is no folder (--model)", "--model", "nowhere");
        refused(
                "the report cannot be written there (--report)",
                "--report",
                file.resolve("x").toString());
        refused("--scaling-counts are for --scaling; give both", "--scaling-counts", "1,2");
        refused("--threads: from 1 to 1024, not 0", "--threads", "0");
        refused("--repeat: from 1 to 1024, not 0", "--repeat", "0");
        refused("--requests: from 1 to 1024, not 0", "--requests", "0");
        refused("--allowance: a percentage from 0 to 100", "--allowance", "-3");
        refused("--price-cpu-hour and --price-gb-hour: 0 or more", "--price-gb-hour", "-1");
        refused("nothing.py is no file (--script)", "--script", "nothing.py");
    }

    private void refused(String message, String... options) {
        Cli cli = bench(options);
        assertThat(cli.code()).as(cli.err()).isEqualTo(2);
        assertThat(cli.err()).contains(message);
        assertThat(cli.errLines()).hasSize(1);
        assertThat(cli.out()).isEmpty();
    }
}
