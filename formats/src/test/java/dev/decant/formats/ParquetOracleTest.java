package dev.decant.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random tables of all types, encodings and codecs that pyarrow writes; it also says whether what comes out is the
/// same.
class ParquetOracleTest {
    private static final Path ROOT = Path.of(System.getProperty("decant.root", ".."));
    private static final Path PYTHON = ROOT.resolve("target/python-venv/bin/python");
    private static final Path ORACLE = ROOT.resolve("formats/src/test/python/parquet_oracle.py");
    private static final InputOptions OPTIONS = InputOptions.defaults().withTextColumn("the text");

    static long[] seeds() {
        return Inputs.seeds(2).toArray();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pyarrowAndDecantAgreeOnTypesValuesAndRows(long seed, @TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(
                Files.isExecutable(PYTHON), "skipped, no target/python-venv: tools/python-venv.sh makes it");
        oracle(seed, folder, "write", folder.toString(), Long.toString(seed));
        List<String> cases = Files.readAllLines(folder.resolve("cases.txt"));
        for (int i = 0; i < cases.size(); i++) {
            String what = "seed " + seed + ", case " + cases.get(i);
            pass(what, folder.resolve(i + ".parquet"), folder.resolve(i + ".out.parquet"));
            pass(what, folder.resolve(i + ".parquet"), folder.resolve(i + ".out.jsonl"));
            if (Files.size(folder.resolve(i + ".jsonl")) > 0) {
                pass(what, folder.resolve(i + ".jsonl"), folder.resolve(i + ".typed.parquet"));
            }
        }
        assertThat(oracle(seed, folder, "check", folder.toString())).contains(cases.size() + " cases agree");
    }

    private static void pass(String what, Path input, Path output) throws IOException {
        try (Source source = Sources.open(input, OPTIONS);
                Sink sink = Sinks.open(output, OutputOptions.defaults(), source)) {
            Inputs.pass(source, sink);
        } catch (IOException e) {
            throw new IOException(what + ", " + input.getFileName() + " to " + output.getFileName(), e);
        }
    }

    private static String oracle(long seed, Path folder, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                PYTHON.toAbsolutePath().toString(), ORACLE.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(process.exitValue()).as("seed %d: %s", seed, text).isZero();
        return text;
    }
}
