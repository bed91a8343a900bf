package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.data.LabelScore;
import dev.decant.engine.ScriptedEngine;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Memory does not grow with the length of the file.
class LongFileTest {
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {50_000, 5_000_000})
    void aFileOfAnyLengthGoesThroughAHeapOf64Megabytes(int rows) throws Exception {
        Path input = folder.resolve("long.csv");
        Path output = folder.resolve("labels.csv");
        write(input, rows);
        run(rows, input, output, "");
        check(output, rows);
    }

    /// In row groups of what the writer holds in memory, and back.
    @Test
    void parquetGoesThroughAHeapOf64MegabytesInAndOut() throws Exception {
        int rows = 500_000;
        Path input = folder.resolve("long.csv");
        Path parquet = folder.resolve("long.parquet");
        Path output = folder.resolve("labels.csv");
        write(input, rows);
        run(rows, input, parquet, "");
        run(rows, parquet, output, "x_");
        try (BufferedReader reader = Files.newBufferedReader(output)) {
            assertThat(reader.readLine()).isEqualTo("id,text,label,score,error,x_label,x_score,x_error");
            for (int row = 0; row < rows; row++) {
                LabelScore best = ScriptedEngine.answer(text(row)).scores().getFirst();
                String result = "," + best.label() + "," + best.score() + ",";
                String line = reader.readLine();
                if (!(row + "," + text(row) + result + result).equals(line)) {
                    assertThat(line).as("row %d", row).isEqualTo(row + "," + text(row) + result + result);
                }
            }
            assertThat(reader.readLine()).isNull();
        }
    }

    private void run(int rows, Path input, Path output, String prefix) throws Exception {
        String printed = new ChildJvm(folder, DEADLINE)
                .run(List.of("-Xmx64m", LongFileRun.class.getName(), input.toString(), output.toString(), prefix));
        assertThat(printed.strip())
                .isEqualTo("Completed[], %d of %d rows, heap of at most 64 MB".formatted(rows, rows));
    }

    private static String text(int row) {
        return "glass " + row + (row % 3 == 0 ? " was round and long" : " again");
    }

    private static void write(Path file, int rows) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write("id,text\n");
            for (int row = 0; row < rows; row++) {
                writer.write(row + "," + text(row) + "\n");
            }
        }
    }

    private static void check(Path file, int rows) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            assertThat(reader.readLine()).isEqualTo("id,text,label,score,error");
            for (int row = 0; row < rows; row++) {
                String line = reader.readLine();
                LabelScore best = ScriptedEngine.answer(text(row)).scores().getFirst();
                String start = row + "," + text(row) + "," + best.label() + ",";
                // Plain conditions first: five million assertions would take longer than the run.
                if (line == null || !line.startsWith(start) || !line.endsWith(",")) {
                    assertThat(line).as("row %d", row).startsWith(start).endsWith(",");
                }
                float score = Float.parseFloat(line.substring(start.length(), line.length() - 1));
                if (score != best.score()) {
                    assertThat(score).as("row %d", row).isEqualTo(best.score());
                }
            }
            assertThat(reader.readLine()).isNull();
        }
    }
}
