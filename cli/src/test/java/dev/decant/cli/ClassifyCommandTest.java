package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program with the model that is on board.
class ClassifyCommandTest {
    private static final String REVIEWS = """
            id,description
            1,"A superb wine, with a long and lovely finish."
            2,"Thin, sour and a waste of money."
            3,
            4,"Delightful: ""the best"" of the year."
            """;

    @TempDir
    private Path folder;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private static List<String> labels(List<String> csv, int column) {
        return csv.stream()
                .skip(1)
                .map(line -> line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)[column])
                .toList();
    }

    @Test
    void aFileIsLabelledWithItsColumnsKeptAndItsRowsAccountedFor() throws IOException {
        Path input = file("reviews.csv", REVIEWS);
        Cli cli = Cli.run("classify", input.toString(), "--text", "description", "-o", path("out.csv"));
        assertThat(cli.err()).contains("4 in = 3 scored + 0 failed + 1 skipped", "2 POSITIVE", "1 NEGATIVE");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).isEmpty();
        List<String> lines = Files.readAllLines(folder.resolve("out.csv"));
        assertThat(lines.getFirst()).isEqualTo("id,description,label,score,error");
        assertThat(labels(lines, 0)).containsExactly("1", "2", "3", "4");
        assertThat(labels(lines, 2)).containsExactly("POSITIVE", "NEGATIVE", "", "POSITIVE");
        assertThat(lines.get(3)).isEqualTo("3,,,,skipped: empty text");
        assertThat(folder.resolve("out.csv.part")).doesNotExist();
    }

    @Test
    void theStandardOutputHoldsDataAndNothingElse() {
        Cli cli = Cli.runWith(REVIEWS, "classify", "-", "--text", "description", "-o", "-", "--output-format", "jsonl");
        assertThat(cli.code()).isZero();
        assertThat(cli.out().lines()).hasSize(4).allMatch(line -> line.startsWith("{\"id\":") && line.endsWith("}"));
        assertThat(cli.err()).contains("standard output");
    }

    @Test
    void withoutAnOutputTheFirstRowsAreShown() throws IOException {
        Cli cli = Cli.run("classify", file("reviews.csv", REVIEWS).toString(), "--text", "description");
        assertThat(cli.code()).isZero();
        assertThat(cli.out().lines().toList().get(0)).contains("row", "label", "score", "text");
        assertThat(cli.out()).contains("skipped: empty text", "4 in = 3 scored").containsOnlyOnce("A superb wine");
    }

    @Test
    void quietSaysNothing() throws IOException {
        Cli cli = Cli.run(
                "classify", file("r.csv", REVIEWS).toString(), "--text", "description", "-o", path("o.csv"), "--quiet");
        assertThat(cli.code()).isZero();
        assertThat(cli.out()).isEmpty();
        assertThat(cli.err()).isEmpty();
    }

    @Test
    void failedRowsHaveAnExitCodeOfTheirOwn() throws IOException {
        Path input = file("r.jsonl", "{\"text\":\"good\"}\nnot json\n{\"text\":\"bad\"}\n");
        Cli cli = Cli.run("classify", input.toString(), "--text", "text", "-o", path("o.jsonl"));
        assertThat(cli.code()).isEqualTo(3);
        assertThat(cli.err()).contains("3 in = 2 scored + 1 failed + 0 skipped", "1 malformed records");
        assertThat(Files.readAllLines(folder.resolve("o.jsonl")).get(1)).contains("line 2");
    }

    @Test
    void wrongUseCostsOneClearLineAndExitCodeTwo() throws IOException {
        Path input = file("reviews.csv", REVIEWS);
        file("there.csv", "kept");
        List<String> in = List.of("classify", input.toString(), "--text", "description");
        record Wrong(List<String> more, String told) {}
        for (Wrong wrong : List.of(
                new Wrong(List.of("--text", "descripton"), "Did you mean 'description'"),
                new Wrong(List.of("-o", path("there.csv")), "--force"),
                new Wrong(List.of("-o", path("none/out.csv")), "does not exist"),
                new Wrong(List.of("-o", input.toString(), "--force"), "is the input too"),
                new Wrong(List.of("-o", path("out.xls")), "--output-format"),
                new Wrong(List.of("--model", path("none")), "none"),
                new Wrong(List.of("--workers", "many"), "--workers"),
                new Wrong(List.of("--threads", "0"), "--threads"),
                new Wrong(List.of("--batch-timeout", "soon"), "500ms"),
                new Wrong(List.of("--max-batch-rows", "0"), "--max-batch-rows"),
                new Wrong(List.of("--max-length", "100000"), "512"),
                new Wrong(List.of("--top-k", "0"), "--top-k"),
                new Wrong(List.of("--report", path("none/r.json")), "--report"),
                new Wrong(List.of("--delimiter", "ab"), "not one character"),
                new Wrong(List.of("--charset", "utf-9"), "utf-9"))) {
            List<String> args = new ArrayList<>(in);
            if (wrong.more().getFirst().equals("--text")) {
                args.subList(2, 4).clear();
            }
            args.addAll(wrong.more());
            Cli cli = Cli.run(args.toArray(String[]::new));
            assertThat(cli.code()).as(cli.err()).isEqualTo(2);
            assertThat(cli.errLines().getFirst()).startsWith("decant: ").contains(wrong.told());
            assertThat(cli.errLines()).as(cli.err()).hasSizeLessThanOrEqualTo(2);
            assertThat(cli.err()).doesNotContain("\tat ");
        }
        assertThat(Files.readString(folder.resolve("there.csv"))).isEqualTo("kept");
        try (var left = Files.list(folder)) {
            assertThat(left).noneMatch(p -> p.toString().endsWith(".part"));
        }
    }

    @Test
    void unknownOptionsAndMissingInputsAreToldInLines() {
        assertThat(Cli.run("classify").code()).isEqualTo(2);
        assertThat(Cli.run("classify", "--txt", "a").errLines().getFirst()).startsWith("decant: ");
        assertThat(Cli.run("clasify").code()).isEqualTo(2);
        assertThat(Cli.run().code()).isEqualTo(2);
        assertThat(Cli.run("classify", path("absent.csv")).err()).contains("absent.csv");
    }

    @Test
    void helpAndVersionAreOnTheStandardOutput() {
        Cli help = Cli.run("classify", "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("--max-batch-tokens", "--workers", "Exit codes");
        assertThat(Cli.run("--version").out()).contains(Decant.VERSION);
    }

    @Test
    void aScoreDoesNotDependOnWorkersBatchesOrOrder() throws IOException {
        Path reviews = Cli.root().resolve("examples/reviews.csv");
        List<String> plain = scores(reviews, "plain.csv", "--workers", "1", "--max-batch-rows", "1");
        assertThat(scores(reviews, "w3.csv", "--workers", "3")).isEqualTo(plain);
        assertThat(scores(reviews, "big.csv", "--max-batch-rows", "64", "--max-batch-tokens", "9999"))
                .isEqualTo(plain);
        assertThat(scores(reviews, "one.csv", "--max-batch-tokens", "1")).isEqualTo(plain);
        assertThat(scores(reviews, "threads.csv", "--workers", "1", "--threads", "2"))
                .isEqualTo(plain);
    }

    private List<String> scores(Path input, String name, String... more) throws IOException {
        List<String> args = new ArrayList<>(
                List.of("classify", input.toString(), "--text", "description", "-o", path(name), "--scores"));
        args.addAll(List.of(more));
        assertThat(Cli.run(args.toArray(String[]::new)).code()).isZero();
        return Files.readAllLines(folder.resolve(name));
    }

    @Test
    void limitTopLabelsAllScoresAndPrefixShapeTheOutput() throws IOException {
        Path input = file("reviews.csv", REVIEWS);
        Cli.run(
                "classify",
                input.toString(),
                "--text",
                "description",
                "--limit",
                "2",
                "--top-k",
                "2",
                "--scores",
                "--output-prefix",
                "m_",
                "-o",
                path("o.tsv"));
        List<String> lines = Files.readAllLines(folder.resolve("o.tsv"));
        assertThat(lines.getFirst().split("\t"))
                .containsExactly(
                        "id",
                        "description",
                        "m_label",
                        "m_score",
                        "m_label_2",
                        "m_score_2",
                        "m_score_NEGATIVE",
                        "m_score_POSITIVE",
                        "m_error");
        assertThat(lines).hasSize(3);
    }

    @Test
    void anInputWithALabelOfItsOwnIsRefusedWithTheWayOut() throws IOException {
        Path input = file("own.csv", "description,label\ngood,1\n");
        Cli refused = Cli.run("classify", input.toString(), "--text", "description", "-o", path("o.csv"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--output-prefix");
        Cli renamed = Cli.run(
                "classify", input.toString(), "--text", "description", "-o", path("o.csv"), "--output-prefix", "m_");
        assertThat(renamed.code()).isZero();
    }

    @Test
    void truncationIsTold() throws IOException {
        Path input = file("long.csv", "text\n" + "very good ".repeat(600) + "\nshort\n");
        Cli cli = Cli.run("classify", input.toString(), "-o", path("o.csv"));
        assertThat(cli.err()).contains("1 texts were longer than 512 tokens");
        Cli shorter = Cli.run("classify", input.toString(), "-o", path("p.csv"), "--max-length", "16");
        assertThat(shorter.err()).contains("1 texts were longer than 16 tokens");
    }

    @Test
    void theWineReviewsComeOutWholeAndInOrder() throws IOException {
        Path wine = Cli.shared("wine_reviews_1000.csv");
        Cli cli = Cli.run("classify", wine.toString(), "--text", "description", "-o", path("wine.csv"));
        assertThat(cli.err()).contains("1,000 in = 1,000 scored + 0 failed + 0 skipped");
        assertThat(cli.code()).isZero();
        List<String> in = Files.readAllLines(wine);
        List<String> out = Files.readAllLines(folder.resolve("wine.csv"));
        assertThat(out).hasSize(1_001);
        for (int i = 0; i < in.size(); i++) {
            assertThat(out.get(i)).startsWith(in.get(i) + ",");
        }
        // Nearly all of them are positive, for this model as for others.
        assertThat(labels(out, 2).stream().filter("POSITIVE"::equals)).hasSizeBetween(900, 999);
    }
}
