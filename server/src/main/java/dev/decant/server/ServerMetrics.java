package dev.decant.server;

import dev.decant.data.Outcome;
import dev.decant.metrics.ProcessTree;
import dev.decant.metrics.RunMetrics;
import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelFigures;
import dev.decant.server.model.ModelRegistry;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// What the server tells Prometheus (text format 0.0.4), at `GET /metrics`.
///
/// Requests are counted as they end; what models and the process count themselves is read when it is asked for.
final class ServerMetrics {
    /// Reading the process's memory takes a millisecond or more: so often at most.
    private static final Duration MEMORY_AGE = Duration.ofSeconds(1);

    /// Each at most 1.6 times the one before where requests usually are, so that a quantile is told that well.
    private static final double[] LATENCIES = {
        0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.006, 0.008, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15,
        0.2, 0.3, 0.5, 1, 2, 5, 10, 30
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ModelRegistry models;
    private final Ticker ticker;
    private final Counter requests = Counter.builder()
            .name("decant_requests_total")
            .help("Requests answered, by route and status; 499: the client had gone.")
            .labelNames("route", "status")
            .register(registry);
    private final Counter errors = Counter.builder()
            .name("decant_errors_total")
            .help("Requests that ended without their answer, by kind.")
            .labelNames("kind")
            .register(registry);
    private final Histogram duration =
            latency("decant_request_duration", "From a request's head to its answer.", "route");
    private final Histogram tokenize = latency("decant_tokenize_duration", "Preparing a request's texts.", "model");
    private final Histogram queue =
            latency("decant_queue_duration", "Wait of a request's texts for a worker, in the mean.", "model");
    private final Histogram inference =
            latency("decant_inference_duration", "A request's texts with a worker, in the mean.", "model");

    /// What the models say, once for each answer; guarded by this.
    private Map<String, ModelFigures> figures = Map.of();

    private ProcessTree.@Nullable Memory memory;
    private long memoryNanos;

    ServerMetrics(ModelRegistry models, Connections connections, BooleanSupplier ready, Ticker ticker) {
        this.models = models;
        this.ticker = ticker;
        modelCounters();
        modelGauges();
        gauge("decant_ready", "1 where requests should be sent here.", () -> ready.getAsBoolean() ? 1 : 0);
        gauge("decant_connections", "Open connections.", connections::count);
        counter("decant_connections_cut_total", "Connections cut since their client took too long.", () ->
                (double) connections.cutCount());
        process();
    }

    private Histogram latency(String name, String help, String label) {
        return Histogram.builder()
                .name(name)
                .unit(Unit.SECONDS)
                .help(help)
                .labelNames(label)
                .classicOnly()
                .classicUpperBounds(LATENCIES)
                .register(registry);
    }

    private void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private void counter(String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    private void modelCounter(String name, String help, ToDoubleFunction<ModelFigures> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("model")
                .callback(callback -> figures.forEach((model, of) -> callback.call(value.applyAsDouble(of), model)))
                .register(registry);
    }

    private void modelGauge(String name, String help, ToDoubleFunction<ModelFigures> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("model")
                .callback(callback -> figures.forEach((model, of) -> callback.call(value.applyAsDouble(of), model)))
                .register(registry);
    }

    private void modelCounters() {
        CounterWithCallback.builder()
                .name("decant_texts_total")
                .help("Texts answered, by what they ended as.")
                .labelNames("model", "outcome")
                .callback(callback -> figures.forEach((model, of) -> {
                    RunMetrics.Rows rows = of.rows();
                    callback.call((double) rows.scored(), model, "scored");
                    callback.call((double) rows.skipped(), model, "skipped");
                    for (Outcome.Kind kind : Outcome.Kind.values()) {
                        long failed = rows.failures().getOrDefault(kind, 0L);
                        if (failed > 0) {
                            callback.call((double) failed, model, kind.name().toLowerCase(Locale.ROOT));
                        }
                    }
                }))
                .register(registry);
        CounterWithCallback.builder()
                .name("decant_dropped_requests_total")
                .help("Requests dropped before their answer: past their deadline, or their client had gone.")
                .labelNames("model", "reason")
                .callback(callback -> figures.forEach((model, of) -> {
                    callback.call((double) of.queue().expired(), model, "expired");
                    callback.call((double) of.queue().cancelled(), model, "cancelled");
                }))
                .register(registry);
        modelCounter("decant_refused_requests_total", "Requests for which the queue had no room.", f ->
                (double) f.queue().refused());
        modelCounter("decant_dedup_hits_total", "Texts that took the answer of an identical one.", f ->
                (double) f.queue().shared());
        modelCounter("decant_truncated_texts_total", "Scored texts that were cut at the model's longest input.", f ->
                (double) f.rows().truncated());
        modelCounter("decant_batches_total", "Engine calls.", f ->
                (double) f.batches().calls());
        modelCounter("decant_batch_rows_total", "Rows over all calls.", f ->
                (double) f.batches().rows());
        modelCounter("decant_batch_tokens_total", "Tokens over all calls, without padding.", f ->
                (double) f.batches().tokens());
        modelCounter("decant_batch_padded_tokens_total", "Tokens over all calls, padding included.", f ->
                (double) f.batches().paddedTokens());
        modelCounter("decant_retries_total", "Calls repeated after a passing fault.", f ->
                (double) f.batches().retries());
        modelCounter("decant_bisections_total", "Batches cut in two after a fault.", f ->
                (double) f.batches().bisections());
        modelCounter("decant_call_timeouts_total", "Calls that were not over in time.", f ->
                (double) f.batches().timeouts());
        modelCounter("decant_replaced_workers_total", "Workers given up with a call that did not end.", f ->
                (double) f.batches().replacedWorkers());
    }

    private void modelGauges() {
        modelGauge(
                "decant_queue_rows", "Texts that wait.", f -> (double) f.queue().rows());
        modelGauge(
                "decant_queue_tokens", "Their tokens.", f -> (double) f.queue().tokens());
        modelGauge("decant_queue_bulk_rows", "Texts of bulk jobs that wait.", f ->
                (double) f.queue().bulkRows());
        modelGauge(
                "decant_drain_rows_per_second",
                "Texts that left the queue in a second of late.",
                f -> f.queue().rowsPerSecond());
        modelGauge("decant_workers", "Engine calls that run at once.", ModelFigures::workers);
        modelGauge("decant_model_ready", "1 where the model serves.", f -> f.ready() ? 1 : 0);
    }

    private void process() {
        gauge(
                "decant_memory_pss_bytes",
                "Proportional set size of the process tree.",
                () -> memory().map(now -> (double) now.pss()).orElse(Double.NaN));
        gauge(
                "decant_memory_uss_bytes",
                "Unique set size of the process tree.",
                () -> memory().map(now -> (double) now.uss()).orElse(Double.NaN));
        gauge("decant_heap_used_bytes", "Used Java heap.", () -> {
            Runtime runtime = Runtime.getRuntime();
            return (double) (runtime.totalMemory() - runtime.freeMemory());
        });
        counter(
                "decant_cpu_seconds_total",
                "CPU time of the process.",
                () -> ProcessTree.cpu().toNanos() / 1e9);
    }

    private synchronized Optional<ProcessTree.Memory> memory() {
        long now = ticker.nanos();
        if (memory == null || now - memoryNanos >= MEMORY_AGE.toNanos()) {
            memory = ProcessTree.memory().orElse(null);
            memoryNanos = now;
        }
        return Optional.ofNullable(memory);
    }

    /// Counts a request that has ended.
    void ended(String route, int status, RequestFault.@Nullable Kind fault, Exchange.Work work, long nanos) {
        requests.labelValues(route, Integer.toString(status)).inc();
        duration.labelValues(route).observe(nanos / 1e9);
        if (fault != null) {
            errors.labelValues(fault.name().toLowerCase(Locale.ROOT)).inc();
        }
        if (work.tokens > 0 && fault == null) {
            tokenize.labelValues(work.model).observe(work.tokenizeNanos / 1e9);
            queue.labelValues(work.model).observe(work.queueNanos / 1e9);
            inference.labelValues(work.model).observe(work.inferenceNanos / 1e9);
        }
    }

    void expose(Exchange exchange) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
        try {
            synchronized (this) {
                figures = models.figures();
                PrometheusTextFormatWriter.create().write(out, registry.scrape());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        exchange.reply(200, PrometheusTextFormatWriter.CONTENT_TYPE, out.toByteArray());
    }
}
