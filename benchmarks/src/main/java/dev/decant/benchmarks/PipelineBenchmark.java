package dev.decant.benchmarks;

import dev.decant.data.Outcome;
import dev.decant.data.Row;
import dev.decant.data.Sink;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;
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

/// What the pipeline itself costs: rows from memory, an engine that answers at once, a sink that counts.
///
/// A score is rows a second through whole runs with the default windows, batches and two workers;
/// the asked figure is 500,000 on two cores.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx512m")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class PipelineBenchmark {
    private static final int ROWS = 200_000;

    /// Characters in a text: a title, a review.
    @Param({"40", "240"})
    int length = 40;

    private final Pipeline pipeline = new Pipeline(new NoOpEngine(), PipelineOptions.DEFAULT.withWorkers(2));
    private byte[][] texts = {};

    @Setup
    public void makeTexts() {
        texts = SyntheticRows.texts(ROWS, length);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public RunReport run() throws InterruptedException {
        Count sink = new Count();
        RunReport report = pipeline.run(SyntheticRows.of(texts), sink);
        if (sink.rows != ROWS || report.rows().scored() != ROWS) {
            throw new IllegalStateException(report.ending() + ": " + report.rows());
        }
        return report;
    }

    private static final class Count implements Sink {
        long rows;

        @Override
        public void write(Row row, Outcome outcome) {
            if (row.index() != rows++) {
                throw new IllegalStateException("row " + row.index() + " is not in order");
            }
        }

        @Override
        public void commit() {}

        @Override
        public void finish() {}

        @Override
        public void close() {}
    }
}
