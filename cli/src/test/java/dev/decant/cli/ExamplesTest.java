package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.Row;
import dev.decant.data.Source;
import dev.decant.formats.InputOptions;
import dev.decant.formats.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The example programs do what they say, run from their sources with the model on board.
class ExamplesTest {
    private static final Path ROOT = Path.of(System.getProperty("decant.root", ".."));
    private static final Path MODEL = ROOT.resolve("models/sst2-minilm");

    @TempDir
    Path folder;

    @BeforeEach
    void theModelIsThere() {
        Assumptions.assumeTrue(Files.exists(MODEL.resolve("model.onnx")), () -> MODEL + " has no model.onnx");
    }

    @Test
    void aListAndAStreamAreClassified() throws Exception {
        List<String> lines = run("ClassifyList.java").lines().toList();
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0)).matches("POSITIVE 0\\.\\d+ <- A beautiful wine.*");
        assertThat(lines.get(1)).matches("NEGATIVE 0\\.\\d+ <- Thin.*");
        assertThat(lines.get(2)).isEqualTo("skipped: empty text <-  ");
        assertThat(lines.subList(3, 6)).allMatch(line -> line.matches("POSITIVE 0\\.\\d+"));
    }

    @Test
    void aFileIsClassifiedAndItsReportIsTrue() throws Exception {
        Path input = ROOT.resolve("examples/reviews.csv");
        Path output = folder.resolve("labels.csv");
        String printed = run("ClassifyFile.java", input.toString(), "description", output.toString());

        List<Row> in = rows(input);
        List<Row> out = rows(output);
        assertThat(in).hasSizeGreaterThan(200);
        assertThat(out).hasSameSizeAs(in);
        int positive = 0;
        int skipped = 0;
        for (int i = 0; i < in.size(); i++) {
            List<String> before = in.get(i).fields().values();
            List<String> after = out.get(i).fields().values();
            assertThat(after.subList(0, before.size())).isEqualTo(before);
            boolean blank = in.get(i) instanceof Row.Blank;
            assertThat(after.get(before.size())).isIn(blank ? List.of("") : List.of("POSITIVE", "NEGATIVE"));
            positive += after.get(before.size()).equals("POSITIVE") ? 1 : 0;
            skipped += blank ? 1 : 0;
        }
        assertThat(skipped).isEqualTo(2);
        assertThat(printed)
                .contains("%d rows in: %d scored, 0 failed, 2 skipped".formatted(in.size(), in.size() - 2))
                .contains("%8d POSITIVE".formatted(positive))
                .contains("%8d NEGATIVE".formatted(in.size() - 2 - positive));
    }

    private String run(String program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("-Ddecant.model=" + MODEL);
        command.add(ROOT.resolve("examples/java").resolve(program).toString());
        command.addAll(List.of(arguments));
        return new ChildJvm(folder, Duration.ofMinutes(5)).run(command);
    }

    private static List<Row> rows(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (Source source = Sources.open(file, InputOptions.defaults().withTextColumn("description"))) {
            for (Row row = source.next(); row != null; row = source.next()) {
                rows.add(row);
            }
        }
        return rows;
    }
}
