package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parquet through the program.
class ParquetTest {
    @TempDir
    private Path folder;

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private Cli classify(String input, String output, String... more) {
        String[] arguments = {"classify", path(input), "--text", "text", "-o", path(output)};
        String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return Cli.run(all);
    }

    private void reviews(int rows) throws IOException {
        StringBuilder text = new StringBuilder("id,text\n");
        for (int i = 0; i < rows; i++) {
            text.append(i)
                    .append(i % 2 == 0 ? ",a superb wine " : ",thin and sour ")
                    .append(i % 9)
                    .append('\n');
        }
        Files.writeString(folder.resolve("in.csv"), text);
    }

    @Test
    void itIsOneFormatAmongTheOthers() throws IOException {
        reviews(40);
        assertThat(classify("in.csv", "plain.csv").code()).isZero();
        assertThat(classify("in.csv", "a.parquet").code()).isZero();
        Cli again = classify("a.parquet", "b.parquet", "--output-prefix", "second_");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.err()).contains("40 in = 40 scored", "b.parquet");
        assertThat(classify("b.parquet", "c.csv", "--output-prefix", "third_").code())
                .isZero();
        List<String> plain = Files.readAllLines(folder.resolve("plain.csv"));
        List<String> thrice = Files.readAllLines(folder.resolve("c.csv"));
        assertThat(thrice).hasSize(41);
        for (int i = 1; i < thrice.size(); i++) {
            String results = plain.get(i)
                    .substring(plain.get(i).indexOf(',', plain.get(i).indexOf(',') + 1));
            assertThat(thrice.get(i)).isEqualTo(plain.get(i) + results + results);
        }
    }

    @Test
    void resumingIntoItIsRefusedWithTheReasonAndTheWayOut() throws IOException {
        reviews(4);
        Cli refused = classify("in.csv", "a.parquet", "--resume");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.errLines()).hasSize(1);
        assertThat(refused.err())
                .contains("--resume cannot go on with a Parquet file", "write CSV or JSON Lines", "run again without");
        try (var left = Files.list(folder)) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void damageInTheMiddleEndsTheRunWithWhatWasCommitted() throws IOException {
        reviews(3000);
        assertThat(Cli.run("classify", path("in.csv"), "--text", "text", "-o", path("a.parquet"), "--limit", "3000")
                        .code())
                .isZero();
        // 3,000 rows are one row group: its first page of a column is whole, a later one is not.
        byte[] bytes = Files.readAllBytes(folder.resolve("a.parquet"));
        Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
        Cli cut = classify("cut.parquet", "cut.csv", "--output-prefix", "x_");
        assertThat(cut.code()).isEqualTo(2);
        assertThat(cut.errLines()).hasSize(1);
        assertThat(cut.err()).contains("cut.parquet", "damaged or ends too early", "get the file anew");
        Arrays.fill(bytes, 100, bytes.length / 2, (byte) 1);
        Files.write(folder.resolve("bad.parquet"), bytes);
        Cli bad = classify("bad.parquet", "bad.jsonl", "--output-prefix", "x_");
        assertThat(bad.code()).isEqualTo(2);
        assertThat(bad.err()).contains("row group 1 of 1 is damaged").doesNotContain("\tat ");
        assertThat(folder.resolve("bad.jsonl")).doesNotExist();
    }

    @Test
    void parquetOutOfThePipeAndNotIn() throws IOException {
        reviews(4);
        Cli out = Cli.run(
                "classify", path("in.csv"), "--text", "text", "-o", "-", "--output-format", "parquet", "--quiet");
        assertThat(out.code()).isZero();
        assertThat(out.out()).startsWith("PAR1").endsWith("PAR1");
        Cli in = Cli.runWith("PAR1", "classify", "-", "--format", "parquet", "--text", "text");
        assertThat(in.code()).isEqualTo(2);
        assertThat(in.err()).contains("save it to a file first");
    }
}
