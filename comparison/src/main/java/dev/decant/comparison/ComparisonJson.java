package dev.decant.comparison;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/// Writes `report.json`; `docs/bench-report.md` says what each member is.
final class ComparisonJson {
    /// Raised when a member goes or changes its meaning, not when one is added.
    static final int SCHEMA_VERSION = 1;

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
    private final ComparisonReport report;

    private ComparisonJson(JsonGenerator json, ComparisonReport report) {
        this.json = json;
        this.report = report;
    }

    static void write(ComparisonReport report, Path file) throws IOException {
        DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
        lines.indentArraysWith(DefaultPrettyPrinter.FixedSpaceIndenter.instance());
        lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try (OutputStream out = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(new Lines(lines), out, JsonEncoding.UTF8)) {
            new ComparisonJson(json, report).report();
        } catch (JacksonException e) {
            throw new IOException(file + ": the report could not be written: " + e.getOriginalMessage(), e);
        }
    }

    private void report() {
        json.writeStartObject();
        json.writeNumberProperty("schema_version", SCHEMA_VERSION);
        json.writeStringProperty("decant", report.version());
        json.writeStringProperty("verdict", report.verdict().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("started_at", report.startedAt().toString());
        json.writeStringProperty("finished_at", report.finishedAt().toString());
        json.writeStringProperty("command", report.command());
        settings();
        machine();
        json.writeArrayPropertyStart("versions");
        report.versions().forEach(json::writeString);
        json.writeEndArray();
        json.writeArrayPropertyStart("models");
        report.models().forEach(this::model);
        json.writeEndArray();
        json.writeArrayPropertyStart("approaches");
        report.results().forEach(this::approach);
        json.writeEndArray();
        json.writeArrayPropertyStart("scaling");
        report.scaling().forEach(this::scaling);
        json.writeEndArray();
        published();
        json.writeEndObject();
        json.flush();
    }

    private void settings() {
        ComparisonPlan plan = report.plan();
        json.writeObjectPropertyStart("settings");
        json.writeStringProperty("input", plan.input());
        json.writeStringProperty("text_column", plan.textColumn());
        json.writeNumberProperty("rows", report.rows());
        json.writeNumberProperty("rows_left_out", plan.leftOut());
        json.writeNumberProperty("threads", report.threads());
        json.writeNumberProperty("processes", report.processes());
        json.writeNumberProperty("batch_rows", report.batch());
        json.writeNumberProperty("requests", report.requests());
        json.writeNumberProperty("repeats", plan.repeats());
        json.writeNumberProperty("warm_up_rows", plan.warmUpRows());
        json.writeNumberProperty("scaling_repeats", plan.scalingRepeats());
        json.writeNumberProperty("timeout_seconds", plan.limit().toSeconds());
        json.writeNumberProperty("quantisation_allowance", plan.allowance());
        json.writeNumberProperty("sampling_share", plan.sampling().share());
        json.writeNumberProperty(
                "sampling_shortest_ms", plan.sampling().shortest().toMillis());
        json.writeNumberProperty(
                "sampling_longest_ms", plan.sampling().longest().toMillis());
        json.writeNumberProperty("price_cpu_hour", plan.prices().cpuHour());
        json.writeNumberProperty("price_gb_hour", plan.prices().gigabyteHour());
        json.writeEndObject();
    }

    private void machine() {
        Machine machine = report.machine();
        json.writeObjectPropertyStart("machine");
        json.writeStringProperty("processor", machine.processor());
        json.writeNumberProperty("processors", machine.processors());
        json.writeArrayPropertyStart("features");
        machine.features().forEach(json::writeString);
        json.writeEndArray();
        json.writeNumberProperty("memory_bytes", machine.memoryBytes());
        json.writeStringProperty("system", machine.system());
        json.writeStringProperty("java", machine.java());
        json.writeNumberProperty("load_before", machine.loadBefore());
        json.writeEndObject();
    }

    private void model(ComparedModel model) {
        json.writeStartObject();
        json.writeStringProperty("name", model.name());
        json.writeStringProperty("weights", model.weights());
        json.writeBooleanProperty("seeded", model.seeded());
        json.writeBooleanProperty("torch", model.torch());
        json.writeStringProperty("onnx_fp32", model.plain().orElse(""));
        json.writeStringProperty("onnx_quantised", model.quantised().orElse(""));
        json.writeEndObject();
    }

    private void approach(ApproachResult result) {
        json.writeStartObject();
        json.writeStringProperty("name", result.name());
        json.writeStringProperty("description", result.description());
        json.writeStringProperty("model", result.model());
        json.writeBooleanProperty("quantised", result.quantised());
        json.writeStringProperty("timed", result.timed().name().toLowerCase(Locale.ROOT));
        switch (result.standing()) {
            case ApproachResult.Unavailable unavailable -> {
                json.writeStringProperty("standing", "unavailable");
                json.writeStringProperty("reason", unavailable.reason());
            }
            case ApproachResult.Broken broken -> {
                json.writeStringProperty("standing", "broken");
                json.writeStringProperty("reason", broken.reason());
                json.writeArrayPropertyStart("printed");
                broken.tail().forEach(json::writeString);
                json.writeEndArray();
            }
            case ApproachResult.Measured measured -> measured(measured);
        }
        json.writeEndObject();
    }

    private void measured(ApproachResult.Measured measured) {
        json.writeStringProperty("standing", "measured");
        json.writeObjectPropertyStart("figures");
        for (Metric metric : Metric.values()) {
            spread(metric, measured.spread(metric));
        }
        json.writeEndObject();
        json.writeObjectPropertyStart("labels");
        measured.labelCounts().forEach((label, count) -> json.writeNumberProperty(label, count));
        json.writeEndObject();
        measured.agreement().ifPresent(this::agreement);
        Cost cost = Cost.of(measured, report.rows(), report.plan().prices());
        json.writeObjectPropertyStart("million_texts");
        json.writeNumberProperty("cpu_hours", cost.cpuHours());
        json.writeNumberProperty("gb_hours", cost.gigabyteHours());
        json.writeNumberProperty("price", cost.price());
        json.writeEndObject();
        json.writeArrayPropertyStart("runs");
        measured.runs().forEach(run -> run(run, true));
        json.writeEndArray();
    }

    private void spread(Metric metric, Spread spread) {
        json.writeObjectPropertyStart(metric.key());
        json.writeNumberProperty("median", spread.median());
        json.writeNumberProperty("min", spread.min());
        json.writeNumberProperty("max", spread.max());
        json.writeEndObject();
    }

    private void agreement(Agreement agreement) {
        json.writeObjectPropertyStart("agreement");
        json.writeStringProperty("reference", agreement.reference());
        json.writeNumberProperty("rows", agreement.rows());
        json.writeNumberProperty("disagreements", agreement.disagreements());
        json.writeNumberProperty("without_label", agreement.unlabelled());
        json.writeNumberProperty("allowed", agreement.allowed());
        json.writeBooleanProperty("holds", agreement.holds());
        json.writeArrayPropertyStart("examples");
        for (Agreement.Disagreement example : agreement.examples()) {
            json.writeStartObject();
            json.writeNumberProperty("row", example.row());
            json.writeStringProperty("text", example.text());
            json.writeStringProperty("expected", example.expected());
            json.writeStringProperty("found", example.found());
            json.writeStringProperty("fault", example.fault());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void run(RunMeasurement run, boolean withCurve) {
        json.writeStartObject();
        for (Metric metric : Metric.values()) {
            json.writeNumberProperty(metric.key(), metric.of(run));
        }
        json.writeNumberProperty("workers", run.workers());
        json.writeNumberProperty("threads_per_worker", run.threadsPerWorker());
        json.writeNumberProperty("tree_processes", run.memory().processes());
        json.writeNumberProperty("shared_with_bench_bytes", run.memory().shared());
        json.writeNumberProperty("memory_samples", run.memory().samples());
        if (withCurve) {
            json.writeArrayPropertyStart("memory");
            for (RunMeasurement.Point point : run.memory().curve()) {
                json.writeStartObject();
                json.writeNumberProperty("seconds", point.seconds());
                json.writeNumberProperty("pss_bytes", point.pss());
                json.writeNumberProperty("uss_bytes", point.uss());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void scaling(ScalingSeries series) {
        json.writeStartObject();
        json.writeStringProperty("approach", series.approach());
        json.writeStringProperty("unit", series.unit());
        series.bytesForEachMore().ifPresent(bytes -> json.writeNumberProperty("bytes_for_each_more", bytes));
        json.writeArrayPropertyStart("points");
        for (ScalingSeries.Point point : series.points()) {
            json.writeStartObject();
            json.writeNumberProperty("count", point.count());
            json.writeNumberProperty("threads_each", point.threadsEach());
            point.obstacle().ifPresent(reason -> json.writeStringProperty("reason", reason));
            json.writeArrayPropertyStart("runs");
            point.runs().forEach(run -> run(run, false));
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void published() {
        json.writeObjectPropertyStart("published");
        json.writeStringProperty("source", Published.SOURCE);
        json.writeNumberProperty("bytes_a_process", Published.BYTES_A_PROCESS);
        json.writeNumberProperty("bytes_a_goroutine", Published.BYTES_A_GOROUTINE);
        json.writeArrayPropertyStart("approaches");
        for (Published published : Published.ALL) {
            json.writeStartObject();
            json.writeStringProperty("name", published.name());
            json.writeStringProperty("like", published.like());
            json.writeNumberProperty("seconds", published.seconds());
            json.writeNumberProperty("texts", Published.TEXTS);
            json.writeNumberProperty("bytes", published.bytes());
            json.writeBooleanProperty("heap_only", published.heapOnly());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
