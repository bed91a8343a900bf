package dev.decant.comparison;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAccumulator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// The answers to the rows of one run, and the times that they took.
///
/// Each row is put once, by any thread; written once, after all of them.
final class RowAnswers {
    private final PredictBody.Label[] labels;
    private final long[] nanos;
    private final LongAccumulator first = new LongAccumulator(Math::min, Long.MAX_VALUE);

    RowAnswers(int rows) {
        labels = new PredictBody.Label[rows];
        nanos = new long[rows];
    }

    /// @param took from the request's sending to its answer
    /// @param since from the start of the run to the answer
    void put(int row, PredictBody.Label label, long took, long since) {
        labels[row] = label;
        nanos[row] = took;
        first.accumulate(since);
    }

    /// Writes what the other approaches write, under the same names; a batch is a request with one row.
    ///
    /// @param startedAt when the server was ready, just before the first request
    /// @param elapsed from then to the last answer, in nanoseconds
    void write(RunFiles files, Instant startedAt, long elapsed, int workers) throws IOException {
        long failed =
                Arrays.stream(labels).filter(label -> label.label().isEmpty()).count();
        try (OutputStream out = Files.newOutputStream(files.labels());
                JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            for (int row = 0; row < labels.length; row++) {
                row(json, row);
            }
        } catch (JacksonException e) {
            throw new IOException("the labels could not be written: " + e.getOriginalMessage(), e);
        }
        try (OutputStream out = Files.newOutputStream(files.report());
                JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("started_at", startedAt.toString());
            json.writeNumberProperty("seconds_to_first_rows", first.get() / 1e9);
            json.writeNumberProperty("elapsed_seconds", elapsed / 1e9);
            json.writeObjectPropertyStart("rows");
            json.writeNumberProperty("in", labels.length);
            json.writeNumberProperty("scored", labels.length - failed);
            json.writeNumberProperty("failed", failed);
            json.writeEndObject();
            json.writeObjectPropertyStart("configuration");
            json.writeNumberProperty("workers", workers);
            json.writeNumberProperty("threads_per_worker", 1);
            json.writeEndObject();
            json.writeObjectPropertyStart("batches");
            json.writeNumberProperty("calls", labels.length);
            json.writeNumberProperty("mean_rows", 1);
            json.writeEndObject();
            json.writeObjectPropertyStart("stages_ms");
            latency(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (JacksonException e) {
            throw new IOException("the figures could not be written: " + e.getOriginalMessage(), e);
        }
    }

    private void row(JsonGenerator json, int row) {
        json.writeStartObject();
        json.writeStringProperty("index", Integer.toString(row));
        if (labels[row].label().isEmpty()) {
            json.writeStringProperty("error", labels[row].fault());
        } else {
            json.writeStringProperty("label", labels[row].label());
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /// Percentiles by nearest rank, as those of the Python approaches.
    private void latency(JsonGenerator json) {
        long[] ranked = nanos.clone();
        Arrays.sort(ranked);
        json.writeObjectPropertyStart("inference_batch");
        json.writeNumberProperty("p50", percentile(ranked, 0.50));
        json.writeNumberProperty("p99", percentile(ranked, 0.99));
        json.writeEndObject();
    }

    private static double percentile(long[] ranked, double part) {
        return ranked[Math.max(0, (int) Math.ceil(part * ranked.length) - 1)] / 1e6;
    }
}
