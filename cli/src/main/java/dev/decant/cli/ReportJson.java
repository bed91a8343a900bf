package dev.decant.cli;

import dev.decant.data.Outcome;
import dev.decant.metrics.Latency;
import dev.decant.metrics.MemoryRecorder;
import dev.decant.metrics.RunMetrics;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// Writes a run report as JSON; `docs/run-report.md` says what each member is.
final class ReportJson {
    /// Raised when a member goes or changes its meaning, not when one is added.
    static final int SCHEMA_VERSION = 1;

    /// What the report says beyond the run itself.
    ///
    /// @param output what the rows went to
    /// @param threads threads inside each engine call
    /// @param auto whether workers and threads were chosen by measuring
    /// @param startedAt when the run began, with the model loaded
    record Context(String output, int threads, boolean auto, Instant startedAt) {}

    /// A member a line.
    private static final class Lines extends ObjectWriteContext.Base {
        private final PrettyPrinter printer;

        Lines(PrettyPrinter printer) {
            this.printer = printer;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return printer;
        }
    }

    private final JsonGenerator json;

    private ReportJson(JsonGenerator json) {
        this.json = json;
    }

    static void write(RunReport report, Context context, Path file) throws IOException {
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
        lines.indentArraysWith(DefaultPrettyPrinter.FixedSpaceIndenter.instance());
        lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try (OutputStream out = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(new Lines(lines), out, JsonEncoding.UTF8)) {
            new ReportJson(json).report(report, context);
        } catch (JacksonException e) {
            throw new IOException(file + ": the report could not be written: " + e.getOriginalMessage(), e);
        }
    }

    private void report(RunReport report, Context context) {
        json.writeStartObject();
        json.writeNumberProperty("schema_version", SCHEMA_VERSION);
        json.writeStringProperty("decant", Decant.VERSION);
        json.writeStringProperty("input", report.input());
        json.writeStringProperty("output", context.output());
        ending(report.ending());
        model(report);
        configuration(report, context);
        rows(report.rows(), report.before());
        json.writeStringProperty("started_at", context.startedAt().toString());
        json.writeNumberProperty("elapsed_seconds", report.elapsed().toNanos() / 1e9);
        json.writeNumberProperty("seconds_to_first_rows", report.toFirstRow().toNanos() / 1e9);
        json.writeNumberProperty("rows_per_second", report.rowsPerSecond());
        json.writeNumberProperty("cpu_seconds", report.cpu().toNanos() / 1e9);
        batches(report.batches());
        json.writeObjectPropertyStart("stages_ms");
        stage("read_window", report.stages().read());
        stage("prepare_window", report.stages().prepare());
        stage("queue_batch", report.stages().queue());
        stage("inference_batch", report.stages().inference());
        stage("write_window", report.stages().write());
        json.writeEndObject();
        memory(report.memory());
        json.writeEndObject();
        json.flush();
    }

    private void ending(Ending ending) {
        json.writeObjectPropertyStart("ending");
        switch (ending) {
            case Ending.Completed completed -> json.writeStringProperty("kind", "completed");
            case Ending.Stopped stopped -> fault("stopped", stopped.reason());
            case Ending.InputFault fault -> fault("input_fault", fault.message());
            case Ending.OutputFault fault -> fault("output_fault", fault.message());
            case Ending.OutputClosed closed -> json.writeStringProperty("kind", "output_closed");
            case Ending.EngineFault fault -> fault("engine_fault", fault.message());
        }
        json.writeEndObject();
    }

    private void fault(String kind, String message) {
        json.writeStringProperty("kind", kind);
        json.writeStringProperty("message", message);
    }

    private void model(RunReport report) {
        json.writeObjectPropertyStart("model");
        json.writeStringProperty("id", report.model().id());
        json.writeStringProperty("fingerprint", report.model().fingerprint().get());
        json.writeStringProperty(
                "problem_type", report.model().problemType().name().toLowerCase(Locale.ROOT));
        json.writeArrayPropertyStart("labels");
        report.model().labels().forEach(json::writeString);
        json.writeEndArray();
        json.writeNumberProperty("max_input_tokens", report.model().maxInputTokens());
        json.writeBooleanProperty("batch_invariant", report.model().batchInvariant());
        json.writeEndObject();
    }

    private void configuration(RunReport report, Context context) {
        PipelineOptions options = report.options();
        json.writeObjectPropertyStart("configuration");
        json.writeNumberProperty("workers", report.workers());
        json.writeNumberProperty("threads_per_worker", context.threads());
        json.writeBooleanProperty("workers_measured", context.auto());
        var batches = options.batches().forModel(report.model());
        json.writeNumberProperty("max_batch_tokens", batches.maxBatchTokens());
        json.writeNumberProperty("max_batch_rows", batches.maxBatchRows());
        json.writeNumberProperty("window_rows", options.windows().maxRows());
        json.writeNumberProperty("window_chars", options.windows().maxChars());
        json.writeNumberProperty(
                "batch_timeout_ms", options.faults().batchTimeout().toMillis());
        json.writeNumberProperty("retries", options.faults().retries());
        json.writeNumberProperty("processors", Runtime.getRuntime().availableProcessors());
        json.writeStringProperty("java", Runtime.version().toString());
        json.writeStringProperty("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        json.writeEndObject();
    }

    private void rows(RunMetrics.Rows rows, RunMetrics.Rows before) {
        json.writeObjectPropertyStart("rows");
        json.writeNumberProperty("in", rows.in());
        json.writeNumberProperty("scored", rows.scored());
        json.writeNumberProperty("failed", rows.failed());
        json.writeNumberProperty("skipped", rows.skipped());
        json.writeNumberProperty("truncated", rows.truncated());
        json.writeNumberProperty("duplicates", rows.duplicates());
        json.writeNumberProperty("before", before.in());
        json.writeEndObject();
        json.writeObjectPropertyStart("labels");
        rows.labels().forEach(json::writeNumberProperty);
        json.writeEndObject();
        json.writeObjectPropertyStart("errors");
        for (Map.Entry<Outcome.Kind, Long> failure : rows.failures().entrySet()) {
            json.writeNumberProperty(failure.getKey().name().toLowerCase(Locale.ROOT), failure.getValue());
        }
        json.writeEndObject();
    }

    private void batches(RunMetrics.Batches batches) {
        json.writeObjectPropertyStart("batches");
        json.writeNumberProperty("windows", batches.windows());
        json.writeNumberProperty("batches", batches.batches());
        json.writeNumberProperty("calls", batches.calls());
        json.writeNumberProperty("extra_calls", batches.extraCalls());
        json.writeNumberProperty("rows", batches.rows());
        json.writeNumberProperty("mean_rows", batches.meanRows());
        json.writeNumberProperty("largest_rows", batches.largestRows());
        json.writeNumberProperty("tokens", batches.tokens());
        json.writeNumberProperty("padded_tokens", batches.paddedTokens());
        json.writeNumberProperty("padding_waste", batches.paddingWaste());
        json.writeNumberProperty("retries", batches.retries());
        json.writeNumberProperty("bisections", batches.bisections());
        json.writeNumberProperty("timeouts", batches.timeouts());
        json.writeNumberProperty("replaced_workers", batches.replacedWorkers());
        json.writeNumberProperty("queue_depth_mean", batches.queueDepthMean());
        json.writeNumberProperty("queue_depth_max", batches.queueDepthMax());
        json.writeEndObject();
    }

    private void stage(String name, Latency.Summary latency) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", latency.count());
        json.writeNumberProperty("mean", latency.meanMs());
        json.writeNumberProperty("p50", latency.p50Ms());
        json.writeNumberProperty("p95", latency.p95Ms());
        json.writeNumberProperty("p99", latency.p99Ms());
        json.writeNumberProperty("max", latency.maxMs());
        json.writeEndObject();
    }

    private void memory(MemoryRecorder.Curve memory) {
        json.writeObjectPropertyStart("memory");
        json.writeNumberProperty("peak_pss_bytes", memory.peakPss());
        json.writeNumberProperty("peak_heap_bytes", memory.peakHeap());
        json.writeNumberProperty("sampling_seconds", memory.samplingSeconds());
        json.writeArrayPropertyStart("samples");
        for (MemoryRecorder.Sample sample : memory.samples()) {
            json.writeStartObject();
            json.writeNumberProperty("seconds", sample.seconds());
            json.writeNumberProperty("pss_bytes", sample.pss());
            json.writeNumberProperty("heap_bytes", sample.heap());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
