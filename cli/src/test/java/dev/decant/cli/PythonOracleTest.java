package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The default model through Decant's engine, and through onnxruntime's and tokenizers' own Python packages in the same
/// kind of process: the same labels, and scores within 1e-4.
class PythonOracleTest {
    @TempDir
    private Path folder;

    @Test
    void theEngineAndThePythonPackagesAgreeOnEveryRow() throws Exception {
        Path python = Cli.root().resolve("target/python-venv/bin/python").toAbsolutePath();
        Assumptions.assumeTrue(
                Files.isExecutable(python), "skipped, no target/python-venv: tools/python-venv.sh makes it");
        Path input = Cli.root().resolve("examples/reviews.csv");
        Path own = folder.resolve("own.jsonl");
        Path other = folder.resolve("other.jsonl");
        classify(input, own);
        classify(
                input,
                other,
                "--script",
                Cli.root().resolve("examples/python/ml_processor_onnx.py").toString(),
                "--python",
                python.toString());
        List<String> expected = Files.readAllLines(other, StandardCharsets.UTF_8);
        List<String> actual = Files.readAllLines(own, StandardCharsets.UTF_8);
        assertThat(actual).hasSameSizeAs(expected).hasSizeGreaterThan(200);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(member(actual.get(i), "label")).as("row %d", i).isEqualTo(member(expected.get(i), "label"));
            String score = member(actual.get(i), "score");
            if (!score.isEmpty() && !score.equals("null")) {
                assertThat(Double.parseDouble(score))
                        .as("row %d", i)
                        .isCloseTo(Double.parseDouble(member(expected.get(i), "score")), offset(1e-4));
            }
        }
    }

    /// In a process and with a cache of its own: this process may run another Python, and the user's cache may hold
    /// a graph that another version of Decant has optimised.
    private void classify(Path input, Path output, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.decant.cli.Decant",
                "classify",
                input.toString(),
                "--text",
                "description",
                "-o",
                output.toString()));
        command.addAll(List.of(options));
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    }

    /// The last member of that name in a line of JSON; ours come after the input's own.
    private static String member(String json, String name) {
        int at = json.lastIndexOf("\"" + name + "\":");
        if (at < 0) {
            return "";
        }
        String rest = json.substring(at + name.length() + 3);
        return rest.split("[,}]", 2)[0].replace("\"", "").strip();
    }
}
