package dev.decant.benchmarks;

import dev.decant.data.Fields;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.formats.Format;
import dev.decant.formats.InputOptions;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// What reading and writing cost: bytes in memory to rows, rows with their outcomes to bytes that are
/// thrown away. A score is rows a second of one thread.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx512m")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class FormatsBenchmark {
    private static final int ROWS = 20_000;
    private static final int COMMITTED = 500;

    @Param({"CSV", "JSONL"})
    Format format = Format.CSV;

    private final List<Row> rows = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private byte[] bytes = {};

    /// Rows of an id and a text of some 240 characters; what is read is what our own sink makes of them.
    @Setup
    public void makeTable() throws IOException {
        List<String> columns = List.of("id", "description");
        List<String> texts = ReviewTexts.make(ROWS, 2);
        for (int i = 0; i < ROWS; i++) {
            Fields fields = new Fields(columns, List.of("r" + i, texts.get(i)), Fields.Encoding.TEXT);
            rows.add(new Row.Text(i, i + 2L, fields, texts.get(i)));
            float score = 0.5f + i / (2f * ROWS);
            outcomes.add(new Outcome.Scored(List.of(new LabelScore("POSITIVE", score)), false));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeTo(out);
        bytes = out.toByteArray();
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void read(Blackhole blackhole) throws IOException {
        int read = 0;
        InputOptions options = InputOptions.defaults().withFormat(format).withTextColumn("description");
        try (Source source = Sources.open("-", options, new ByteArrayInputStream(bytes))) {
            for (Row row = source.next(); row != null; row = source.next()) {
                blackhole.consume(row);
                read += row instanceof Row.Text ? 1 : 0;
            }
        }
        if (read != ROWS) {
            throw new IllegalStateException(read + " rows of " + ROWS);
        }
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public void write() throws IOException {
        writeTo(OutputStream.nullOutputStream());
    }

    private void writeTo(OutputStream out) throws IOException {
        OutputOptions options = OutputOptions.defaults().withFormat(format);
        try (Source columns = SyntheticRows.of(new byte[0][]);
                Sink sink = Sinks.open("-", options, columns, out)) {
            for (int i = 0; i < ROWS; i++) {
                sink.write(rows.get(i), outcomes.get(i));
                if (i % COMMITTED == 0) {
                    sink.commit();
                }
            }
            sink.finish();
        }
    }
}
