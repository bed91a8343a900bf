package dev.decant.formats;

import static dev.decant.formats.Inputs.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A run that was killed goes on and writes what it would have written: killed here by copying its files away.
class ResumptionTest {
    private static final String CSV = "id,text\n1,good\n2,\n3,\"a\nb\",surplus\n4,fine\n5,\"x \"\"y\"\"\"\n6,\u00e9\n";
    private static final String JSONL = """
            {"id":1,"text":"good"}
            {"id":2,"text":null}
            not json
            {"text":"fine","id":4,"more":[1,2]}

            {"id":6,"text":"\\u00e9"}
            """;

    @TempDir
    private Path folder;

    private static Supplier<SequencedMap<String, String>> settings(String... namesAndValues) {
        SequencedMap<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return () -> settings;
    }

    private static InputOptions input(String name) throws DataException {
        boolean complete = !name.contains("jsonl");
        return InputOptions.defaults().withTextColumn("text").withCompleteColumns(complete);
    }

    /// Writes rows, so many between two commits; calls `afterCommit` each time. All of them, and finishes, or as many
    /// as told, and leaves the files as they are.
    private static void write(Source source, Sink sink, int commitEvery, long rows, Runnable afterCommit)
            throws IOException {
        long written = 0;
        Row row = written < rows ? source.next() : null;
        while (row != null) {
            sink.write(row, outcome(row));
            written++;
            // Commits stand at the same rows, wherever the run began.
            if ((row.index() + 1) % commitEvery == 0) {
                sink.commit();
                afterCommit.run();
            }
            row = written < rows ? source.next() : null;
        }
        if (rows == Long.MAX_VALUE) {
            sink.commit();
            afterCommit.run();
            sink.finish();
        }
    }

    private static byte[] whole(Path in, Path out, InputOptions input, OutputOptions output, int commitEvery)
            throws IOException {
        try (Source source = Sources.open(in, input);
                Resumption resumption = Resumption.start(out, false, settings());
                Sink sink = Sinks.openResumable(out, output, source, resumption)) {
            write(source, sink, commitEvery, Long.MAX_VALUE, () -> {});
        }
        return Files.readAllBytes(out);
    }

    static Stream<Arguments> formats() {
        List<Arguments> all = new ArrayList<>();
        for (String in : List.of("in.csv", "in.jsonl", "in.csv.gz", "in.jsonl.gz")) {
            for (String out : List.of("out.csv", "out.tsv", "out.jsonl", "out.csv.gz", "out.jsonl.gz")) {
                for (int commitEvery : new int[] {1, 2, 4}) {
                    all.add(Arguments.of(in, out, commitEvery));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} to {1}, a commit every {2} rows")
    @MethodSource("formats")
    void fromEachCommitTheOutputIsTheSameToTheByte(String in, String out, int commitEvery) throws IOException {
        byte[] bytes = (in.contains("jsonl") ? JSONL : CSV).getBytes(StandardCharsets.UTF_8);
        Path input = Files.write(folder.resolve(in), in.endsWith(".gz") ? Inputs.gzip(bytes) : bytes);
        InputOptions inputOptions =
                InputOptions.defaults().withTextColumn("text").withCompleteColumns(!out.contains("jsonl"));
        OutputOptions outputOptions = OutputOptions.defaults();
        byte[] expected = whole(
                input,
                Files.createDirectory(folder.resolve("whole")).resolve(out),
                inputOptions,
                outputOptions,
                commitEvery);
        Path first = Files.createDirectory(folder.resolve("first")).resolve(out);
        List<Path> killed = new ArrayList<>();
        Random garbage = new Random(1);
        try (Source source = Sources.open(input, inputOptions);
                Resumption resumption = Resumption.start(first, false, settings());
                Sink sink = Sinks.openResumable(first, outputOptions, source, resumption)) {
            write(source, sink, commitEvery, Long.MAX_VALUE, () -> killed.add(copy(first, killed.size(), garbage)));
        }
        assertThat(killed).hasSizeGreaterThan(1);
        for (Path copy : killed) {
            try (Source source = Sources.open(input, inputOptions);
                    Resumption resumption = Resumption.goOn(copy, false, settings());
                    Sink sink = Sinks.openResumable(copy, outputOptions, source, resumption)) {
                resumption.skip(source);
                write(source, sink, commitEvery, Long.MAX_VALUE, () -> {});
            }
            assertThat(Files.readAllBytes(copy)).as(copy.toString()).isEqualTo(expected);
            try (Stream<Path> left = Files.list(copy.resolveSibling("."))) {
                assertThat(left.map(file -> String.valueOf(file.getFileName()))).containsExactly(out);
            }
        }
        if (out.endsWith(".gz")) {
            try (InputStream plain = new GZIPInputStream(new ByteArrayInputStream(expected))) {
                assertThat(plain.readAllBytes()).isNotEmpty();
            }
        }
    }

    /// What a kill leaves: the files after a commit, and behind it some of what was written next.
    private Path copy(Path output, int number, Random garbage) {
        try {
            Path to = Files.createDirectory(folder.resolve("killed" + number));
            for (String suffix : List.of(".part", ".checkpoint", ".lock")) {
                Path from = output.resolveSibling(output.getFileName() + suffix);
                Files.copy(from, to.resolve(String.valueOf(from.getFileName())));
            }
            byte[] more = new byte[garbage.nextInt(3000)];
            garbage.nextBytes(more);
            Files.write(to.resolve(output.getFileName() + ".part"), more, StandardOpenOption.APPEND);
            return to.resolve(String.valueOf(output.getFileName()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Leaves a run of two committed rows behind.
    private Path interrupted(Path in, String... settings) throws IOException {
        Files.writeString(in, CSV);
        Path out = folder.resolve("out.csv");
        try (Source source = Sources.open(in, input("csv"));
                Resumption resumption = Resumption.start(out, false, settings(settings));
                Sink sink = Sinks.openResumable(out, OutputOptions.defaults(), source, resumption)) {
            write(source, sink, 2, 3, () -> {});
        }
        assertThat(out).doesNotExist();
        return out;
    }

    private static String refusal(Path out, boolean force, String... settings) {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(
                () -> Resumption.goOn(out, force, settings(settings)).close());
        assertThat(thrown).isInstanceOf(DataException.class);
        return String.valueOf(thrown.getMessage());
    }

    @Test
    void theRowsOfEarlierRunsAreCounted() throws IOException {
        Path out = interrupted(folder.resolve("in.csv"));
        try (Resumption resumption = Resumption.goOn(out, false, settings())) {
            assertThat(resumption.before().in()).isEqualTo(2);
            assertThat(resumption.before().scored()).isEqualTo(1);
            assertThat(resumption.before().skipped()).isEqualTo(1);
        }
    }

    @Test
    void whatHasChangedIsNamedAndTheRowsAreLeftAlone() throws IOException {
        Path out = interrupted(folder.resolve("in.csv"), "the model", "a", "--top-k", "1");
        Path part = folder.resolve("out.csv.part");
        byte[] rows = Files.readAllBytes(part);
        assertThat(refusal(out, false, "the model", "b", "--top-k", "1"))
                .contains(out.toString(), "the model was \"a\" and is \"b\"", "--force")
                .doesNotContain("--top-k");
        assertThat(part).hasBinaryContent(rows);
    }

    @Test
    void withoutAWordTheRowsOfAnUnfinishedRunAreNotOverwritten() throws IOException {
        Path in = folder.resolve("in.csv");
        Path out = interrupted(in);
        assertThatThrownBy(() -> Resumption.start(out, false, settings()).close())
                .hasMessage(
                        "%s: 2 rows of an unfinished run are in %s.part; go on with --resume, or start anew with"
                                + " --force",
                        out, out);
        try (Source source = Sources.open(in, input("csv"))) {
            assertThatThrownBy(() ->
                            Sinks.open(out, OutputOptions.defaults(), source).close())
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("--resume");
        }
        try (Source source = Sources.open(in, input("csv"));
                Resumption resumption = Resumption.start(out, true, settings());
                Sink sink = Sinks.openResumable(out, OutputOptions.defaults().withForce(true), source, resumption)) {
            write(source, sink, 2, Long.MAX_VALUE, () -> {});
        }
        assertThat(Files.readAllLines(out)).hasSize(8);
    }

    @Test
    void aPartFileThatIsNotAsItWasIsRefused() throws IOException {
        Path in = folder.resolve("in.csv");
        Path out = interrupted(in);
        Path part = folder.resolve("out.csv.part");
        String rows = Files.readString(part);
        for (String changed : new String[] {rows.substring(0, 20), rows.replace("good", "gOOd")}) {
            Files.writeString(part, changed);
            try (Source source = Sources.open(in, input("csv"));
                    Resumption resumption = Resumption.goOn(out, false, settings())) {
                assertThatThrownBy(() -> Sinks.openResumable(out, OutputOptions.defaults(), source, resumption)
                                .close())
                        .isInstanceOf(DataException.class)
                        .hasMessage(part + ": has been changed since its checkpoint; start anew with --force");
            }
            assertThat(part).hasContent(changed);
        }
    }

    @Test
    void withNothingToGoOnFromItBeginsAtTheFirstRow() throws IOException {
        Path in = Files.writeString(folder.resolve("in.csv"), CSV);
        Path out = folder.resolve("out.csv");
        // Killed before its first commit.
        Files.writeString(folder.resolve("out.csv.part"), "id,te");
        try (Source source = Sources.open(in, input("csv"));
                Resumption resumption = Resumption.goOn(out, false, settings());
                Sink sink = Sinks.openResumable(out, OutputOptions.defaults(), source, resumption)) {
            resumption.skip(source);
            write(source, sink, 2, Long.MAX_VALUE, () -> {});
        }
        assertThat(Files.readAllLines(out)).hasSize(8).first().isEqualTo("id,text,label,score,error");
    }

    @Test
    void aFinishedOutputIsNeitherResumedNorReplaced() throws IOException {
        Path out = Files.writeString(folder.resolve("out.csv"), "precious");
        assertThat(refusal(out, false)).isEqualTo(out + ": exists already; use --force to replace it");
        assertThat(out).hasContent("precious");
    }

    @Test
    void killedBetweenItsLastActAndItsExitARunHasNothingLeftToDo() throws IOException {
        Path out = interrupted(folder.resolve("in.csv"));
        Path part = folder.resolve("out.csv.part");
        Path checkpoint = folder.resolve("out.csv.checkpoint");
        Files.move(part, out);
        try (Resumption resumption = Resumption.goOn(out, false, settings())) {
            assertThat(resumption.finished()).isTrue();
        }
        assertThat(checkpoint).doesNotExist();
        assertThat(Files.readAllLines(out)).hasSize(3);
    }

    @Test
    void twoRunsOnOneOutputAreOneTooMany() throws IOException {
        Path in = Files.writeString(folder.resolve("in.csv"), CSV);
        Path out = folder.resolve("out.csv");
        try (Source source = Sources.open(in, input("csv"));
                Sink sink = Sinks.open(out, OutputOptions.defaults(), source)) {
            for (boolean force : new boolean[] {false, true}) {
                assertThatThrownBy(
                                () -> Resumption.start(out, force, settings()).close())
                        .isInstanceOf(DataException.class)
                        .hasMessage(
                                "%s: is being written by another run (process %d); wait for it, or name another"
                                        + " output",
                                out, ProcessHandle.current().pid());
            }
            write(source, sink, 2, Long.MAX_VALUE, () -> {});
        }
        assertThat(out).exists();
        assertThat(folder.resolve("out.csv.lock")).doesNotExist();
    }

    @Test
    void whatTheRunFoundOutIsThereForTheNext() throws IOException {
        Path in = Files.writeString(folder.resolve("in.csv"), CSV);
        Path out = folder.resolve("out.csv");
        try (Source source = Sources.open(in, input("csv"));
                Resumption resumption = Resumption.start(out, false, settings());
                Sink sink = Sinks.openResumable(out, OutputOptions.defaults(), source, resumption)) {
            resumption.note("workers", "3");
            write(source, sink, 2, 3, () -> {});
        }
        try (Resumption resumption = Resumption.goOn(out, false, settings())) {
            assertThat(resumption.noted("workers")).isEqualTo("3");
            assertThat(resumption.noted("threads")).isNull();
        }
    }

    @Test
    void settingsThatCannotBeToldEndTheCommitAndNotTheProcess() throws IOException {
        Path in = Files.writeString(folder.resolve("in.csv"), CSV);
        Path out = folder.resolve("out.csv");
        Supplier<SequencedMap<String, String>> broken = () -> {
            throw new java.io.UncheckedIOException(new IOException("the model is gone"));
        };
        try (Source source = Sources.open(in, input("csv"));
                Resumption resumption = Resumption.start(out, false, broken);
                Sink sink = Sinks.openResumable(out, OutputOptions.defaults(), source, resumption)) {
            assertThatThrownBy(() -> write(source, sink, 2, Long.MAX_VALUE, () -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the model is gone");
        }
        assertThat(folder.resolve("out.csv")).doesNotExist();
    }

    @Test
    void onlyFilesCanBeResumed() throws IOException {
        assertThat(Resumption.possible("-")).isFalse();
        assertThat(Resumption.possible("/dev/null")).isFalse();
        assertThat(Resumption.possible(folder.resolve("new.csv").toString())).isTrue();
    }
}
