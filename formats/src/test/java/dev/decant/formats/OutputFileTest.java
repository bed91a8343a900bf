package dev.decant.formats;

import static dev.decant.formats.Inputs.csv;
import static dev.decant.formats.Inputs.open;
import static dev.decant.formats.Inputs.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.decant.data.DataException;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    private static final OutputOptions PLAIN = OutputOptions.defaults();
    private static final String INPUT = "text\ngood\nfine\n";
    private static final String OUTPUT = "text,label,score,error\ngood,EVEN,0.54,\nfine,EVEN,0.54,\n";

    private static void refused(Path target, OutputOptions options, String message) throws IOException {
        try (Source source = open(INPUT, csv("text"))) {
            assertThatThrownBy(() -> Sinks.open(target, options, source).close())
                    .isInstanceOf(DataException.class)
                    .hasMessage(message);
        }
    }

    private static void writeNext(Source source, Sink sink) throws IOException {
        Row row = Objects.requireNonNull(source.next());
        sink.write(row, outcome(row));
    }

    @Test
    void theFileTakesItsNameWhenItIsFinished(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("out.csv");
        Path part = folder.resolve("out.csv.part");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN, source)) {
            writeNext(source, sink);
            sink.commit();
            assertThat(target).doesNotExist();
            assertThat(part).hasContent("text,label,score,error\ngood,EVEN,0.54,");
            writeNext(source, sink);
            sink.finish();
        }
        assertThat(part).doesNotExist();
        assertThat(Files.readString(target)).isEqualTo(OUTPUT);
    }

    @Test
    void closedUnfinishedOnlyWhatWasCommittedStays(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("out.csv");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN, source)) {
            writeNext(source, sink);
            sink.commit();
            writeNext(source, sink);
        }
        assertThat(target).doesNotExist();
        assertThat(Files.readString(folder.resolve("out.csv.part")))
                .isEqualTo("text,label,score,error\ngood,EVEN,0.54,\n");
    }

    @Test
    void aCommitReachesThroughGzip(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("out.csv.gz");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN, source)) {
            writeNext(source, sink);
            sink.commit();
            try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("out.csv.gz.part")))) {
                byte[] committed = "text,label,score,error\ngood,EVEN,0.54,\n".getBytes(StandardCharsets.UTF_8);
                assertThat(in.readAllBytes()).isEqualTo(committed);
            }
            writeNext(source, sink);
            sink.finish();
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(target))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(OUTPUT);
        }
    }

    @Test
    void aFileThatExistsIsReplacedByForceOnly(@TempDir Path folder) throws IOException {
        Path target = Files.writeString(folder.resolve("out.csv"), "precious");
        refused(target, PLAIN, target + ": exists already; use --force to replace it");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN.withForce(true), source)) {
            assertThat(target).hasContent("precious");
            Inputs.pass(source, sink);
        }
        assertThat(Files.readString(target)).isEqualTo(OUTPUT);
    }

    @Test
    void aFileThatComesToExistMeanwhileIsNotReplaced(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("out.csv");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN, source)) {
            writeNext(source, sink);
            Files.writeString(target, "precious");
            assertThatThrownBy(sink::finish).isInstanceOf(DataException.class).hasMessageContaining("out.csv.part");
        }
        assertThat(target).hasContent("precious");
    }

    @Test
    void aLinkKeepsPointingWhereItDoes(@TempDir Path folder) throws IOException {
        Path real = Files.writeString(folder.resolve("real.csv"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.csv"), real);
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(link, PLAIN.withForce(true), source)) {
            Inputs.pass(source, sink);
        }
        assertThat(link).isSymbolicLink();
        assertThat(Files.readString(real)).isEqualTo(OUTPUT);
    }

    @Test
    void placesThatCannotBeAreRefused(@TempDir Path folder) throws IOException {
        Path absent = folder.resolve("absent");
        refused(
                absent.resolve("out.csv"),
                PLAIN,
                absent.resolve("out.csv") + ": the folder " + absent + " does not exist; make it first");
        Path file = Files.writeString(folder.resolve("file"), "");
        refused(file.resolve("out.csv"), PLAIN, file.resolve("out.csv") + ": " + file + " is not a folder");
        Path dir = Files.createDirectory(folder.resolve("dir.csv"));
        refused(dir, PLAIN, dir + ": this is a folder; name a file in it");
    }

    @Test
    void aDeviceIsWrittenToAsItIs() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "no /dev/null here: the test over a device is skipped");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(device, PLAIN.withFormat(Format.CSV), source)) {
            assertThat(Inputs.pass(source, sink)).isEqualTo(2);
        }
        assertThat(Path.of("/dev/null.part")).doesNotExist();
    }

    @Test
    void anInterruptDoesNotCloseTheFile(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("out.csv");
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open(target, PLAIN, source)) {
            Thread.currentThread().interrupt();
            Inputs.pass(source, sink);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(Files.readString(target)).isEqualTo(OUTPUT);
    }

    @Test
    void theInputIsNoOutput(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.csv"), INPUT);
        Path link = Files.createSymbolicLink(folder.resolve("b.csv"), file);
        Path part = Files.writeString(folder.resolve("c.csv.part"), INPUT);
        try (Source source = Sources.open(file, csv("text"))) {
            assertThatThrownBy(() ->
                            Sinks.open(link, PLAIN.withForce(true), source).close())
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("is the input too");
        }
        try (Source source = Sources.open(part, csv("text"))) {
            assertThatThrownBy(() ->
                            Sinks.open(folder.resolve("c.csv"), PLAIN, source).close())
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("is the input");
        }
        assertThat(file).hasContent(INPUT);
        assertThat(part).hasContent(INPUT);
    }

    @Test
    void aRefusedInputLeavesNoFileBehind(@TempDir Path folder) throws IOException {
        try (Source source = open("text,label\n", csv("text"))) {
            assertThatThrownBy(() ->
                            Sinks.open(folder.resolve("out.csv"), PLAIN, source).close())
                    .isInstanceOf(DataException.class);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void theStandardOutputIsFlushedAndNeverClosed() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream stdout = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (Source source = open(INPUT, csv("text"));
                Sink sink = Sinks.open("-", PLAIN, source, stdout)) {
            writeNext(source, sink);
            sink.commit();
            assertThat(stdout.toString(StandardCharsets.UTF_8)).endsWith("good,EVEN,0.54,\n");
            writeNext(source, sink);
            sink.finish();
        }
        assertThat(stdout.toString(StandardCharsets.UTF_8)).isEqualTo(OUTPUT);
        assertThat(closed).isFalse();
    }

    @Test
    void aClosedPipeIsAnErrorEvenBehindAPrintStream() throws IOException {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        for (OutputStream stdout :
                new OutputStream[] {broken, new PrintStream(broken, false, StandardCharsets.UTF_8)}) {
            try (Source source = open(INPUT, csv("text"))) {
                Sink sink = Sinks.open("-", PLAIN, source, stdout);
                writeNext(source, sink);
                assertThatThrownBy(sink::commit).isInstanceOf(IOException.class);
            }
        }
    }
}
