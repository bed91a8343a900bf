package dev.decant.server;

import dev.decant.data.ClosedOutputException;
import dev.decant.data.DataException;
import dev.decant.data.Sink;
import dev.decant.data.Source;
import dev.decant.formats.Format;
import dev.decant.formats.OutputOptions;
import dev.decant.formats.Sinks;
import dev.decant.formats.Sources;
import dev.decant.metrics.Ticker;
import dev.decant.pipeline.Ending;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.pipeline.Pipeline;
import dev.decant.pipeline.PipelineOptions;
import dev.decant.pipeline.RunReport;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelInstance;
import dev.decant.server.model.ModelRegistry;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Bulk jobs: a CSV, TSV or JSON Lines body in, the same file with labels out, in order, as its rows are done.
///
/// The rows go the way of `decant classify`, through the queue that requests wait in, behind them. They
/// are accounted for in trailers, in a last line where it is asked for, and at the job's own address. An answer that
/// ends
/// early breaks off without the end of its chunks, so that no client takes it for whole.
final class Jobs {
    private static final HeaderName JOB = HeaderNames.create("x-job-id");
    private static final HeaderName ROWS = HeaderNames.create("x-decant-rows");
    private static final HeaderName SCORED = HeaderNames.create("x-decant-scored");
    private static final HeaderName FAILED = HeaderNames.create("x-decant-failed");
    private static final HeaderName SKIPPED = HeaderNames.create("x-decant-skipped");

    /// Jobs that have ended and can still be asked for.
    private static final int REMEMBERED = 64;

    /// A bulk row may wait for requests as long as they come: its call is no slow one for that.
    private static final Duration PATIENCE = Duration.ofDays(1);

    private final ModelRegistry models;
    private final Supplier<String> defaultModel;
    private final Limits limits;
    private final Ticker ticker;
    private final Semaphore places;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private volatile boolean stopping;

    Jobs(ModelRegistry models, Supplier<String> defaultModel, Limits limits, Ticker ticker) {
        this.models = models;
        this.defaultModel = defaultModel;
        this.limits = limits;
        this.ticker = ticker;
        this.places = new Semaphore(limits.maxJobs());
    }

    void addTo(RouteTable routes) {
        routes.post("/v1/jobs", TeiProtocol::fault, this::run);
        routes.get("/v1/jobs", false, TeiProtocol::fault, this::list);
        routes.get("/v1/jobs/{job}", false, TeiProtocol::fault, this::show);
        routes.add(new RouteTable.Route("DELETE", "/v1/jobs/{job}", false, TeiProtocol::fault, this::cancel));
    }

    /// Lets the jobs that run write the rows they have accepted, and end.
    void stop() {
        stopping = true;
        all().forEach(job -> job.stop("the server is stopping"));
    }

    private List<Job> all() {
        synchronized (jobs) {
            return new ArrayList<>(jobs.values());
        }
    }

    private void remember(Job job) {
        synchronized (jobs) {
            jobs.put(job.id(), job);
            var oldest = jobs.values().iterator();
            while (jobs.size() > REMEMBERED + limits.maxJobs() && oldest.hasNext()) {
                if (oldest.next().ended()) {
                    oldest.remove();
                }
            }
        }
    }

    private Job find(Exchange exchange) throws RequestFault {
        synchronized (jobs) {
            Job job = jobs.get(exchange.parameter("job"));
            if (job == null) {
                throw new RequestFault(
                        RequestFault.Kind.NOT_FOUND,
                        "there is no job " + exchange.parameter("job") + ", or it ended long ago");
            }
            return job;
        }
    }

    private void list(Exchange exchange) {
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("jobs");
            all().forEach(job -> job.write(json));
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void show(Exchange exchange) throws RequestFault {
        Job job = find(exchange);
        exchange.reply(200, job::write);
    }

    private void cancel(Exchange exchange) throws RequestFault {
        Job job = find(exchange);
        job.stop("cancelled");
        exchange.reply(200, job::write);
    }

    private void run(Exchange exchange) throws RequestFault, InterruptedException {
        JobRequest request = JobRequest.of(exchange);
        if (stopping) {
            throw new RequestFault(RequestFault.Kind.UNHEALTHY, "the server is stopping");
        }
        if (!places.tryAcquire()) {
            throw new RequestFault(
                    RequestFault.Kind.OVERLOADED,
                    limits.maxJobs() + " jobs are running already; try again when one has ended (--max-jobs)",
                    Duration.ofSeconds(10));
        }
        String model = exchange.query("model") == null ? defaultModel.get() : String.valueOf(exchange.query("model"));
        exchange.work.model = model;
        try (ModelInstance.Lease lease = models.lease(model)) {
            exchange.connection.stream();
            try (Spool spool = Spool.start(exchange.stream(), limits.maxJobBytes())) {
                exchange.discardWith(spool::discard);
                run(exchange, request, new Job(exchange.id.id(), model), lease.instance(), spool.reader());
            }
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        } catch (DataException | IllegalArgumentException e) {
            // What the command line calls --text is the query's column.
            String line = String.valueOf(e.getMessage()).replace("--text", "?column=");
            throw new RequestFault(RequestFault.Kind.INVALID, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            places.release();
        }
    }

    private void run(Exchange exchange, JobRequest request, Job job, ModelInstance instance, InputStream body)
            throws IOException, InterruptedException {
        OutputOptions options = request.output();
        if (request.allScores()) {
            options = options.withAllScores(instance.labels());
        }
        LazyOutput out = new LazyOutput(() -> open(exchange, request, job));
        try (Source source = Sources.open(body, "the body", request.input());
                Sink sink = Sinks.open("-", options, source, out)) {
            remember(job);
            QueuedEngine engine = new QueuedEngine(instance);
            PipelineOptions pipelineOptions = PipelineOptions.DEFAULT
                    .withWorkers(engine.concurrency())
                    .withFaults(new FaultPolicy(0, Duration.ZERO, PATIENCE, PATIENCE))
                    .withMemoryInterval(Duration.ZERO)
                    .withTicker(ticker);
            Pipeline pipeline = new Pipeline(engine, pipelineOptions, job::progress);
            job.started(pipeline);
            RunReport report;
            try {
                report = pipeline.run(source, sink);
            } catch (RuntimeException | InterruptedException e) {
                job.ended("fault: " + e);
                throw e;
            }
            job.ended(report);
            exchange.work.texts =
                    (int) Math.min(Integer.MAX_VALUE, report.rows().in());
            exchange.work.failed =
                    (int) Math.min(Integer.MAX_VALUE, report.rows().failed());
            if (!(report.ending() instanceof Ending.Completed)) {
                exchange.work.error = "the job ended early: " + job.ending();
                throw new CloseConnectionException("the job ended early");
            }
            if (request.summary()) {
                out.write(job.summary(request.output().format() == Format.JSONL).getBytes(StandardCharsets.UTF_8));
            }
        }
        out.finish();
    }

    private static OutputStream open(Exchange exchange, JobRequest request, Job job) {
        var response = exchange.response;
        response.header(JOB, job.id());
        response.header(
                HeaderNames.TRAILER,
                String.join(
                        ", ", ROWS.defaultCase(), SCORED.defaultCase(), FAILED.defaultCase(), SKIPPED.defaultCase()));
        response.beforeTrailers(trailers -> {
            var rows = job.rows();
            trailers.set(ROWS, Long.toString(rows.in()));
            trailers.set(SCORED, Long.toString(rows.scored()));
            trailers.set(FAILED, Long.toString(rows.failed()));
            trailers.set(SKIPPED, Long.toString(rows.skipped()));
        });
        return exchange.stream(200, request.contentType());
    }

    /// A stream that is opened by its first byte: before that the answer can still be an error.
    private static final class LazyOutput extends OutputStream {
        private final Supplier<OutputStream> opener;
        private OutputStream out = nullOutputStream();
        private boolean opened;

        LazyOutput(Supplier<OutputStream> opener) {
            this.opener = opener;
        }

        private void open() {
            if (!opened) {
                opened = true;
                out = opener.get();
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            if (length > 0) {
                open();
                send(() -> out.write(source, offset, length));
            }
        }

        @Override
        public void flush() throws IOException {
            send(() -> out.flush());
        }

        /// The answer is whole.
        void finish() throws IOException {
            open();
            send(() -> out.close());
        }

        private interface Sending {
            void run() throws IOException;
        }

        /// The HTTP library tells of a client that has gone in other exceptions than streams do.
        private static void send(Sending sending) throws IOException {
            try {
                sending.run();
            } catch (UncheckedIOException | CloseConnectionException e) {
                throw new ClosedOutputException("the client has gone", e);
            }
        }
    }
}
