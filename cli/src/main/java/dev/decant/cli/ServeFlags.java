package dev.decant.cli;

import dev.decant.batch.BatchPolicy;
import dev.decant.batch.QueuePolicy;
import dev.decant.data.DataException;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.server.AccessLog;
import dev.decant.server.Limits;
import dev.decant.server.ServerOptions;
import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say where a server listens, who may ask, and how much.
final class ServeFlags {
    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "The address to listen on; 0.0.0.0 is all of this machine's. Default: 127.0.0.1.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 for any that is free. Default: 8080.")
    private int port = 8080;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Ask clients for one of the keys in this file, one a line: Authorization: Bearer KEY.")
    private @Nullable Path keyFile;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "HTTPS with this certificate chain (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The certificate's private key (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description = "Write a line of JSON for each request; - is the standard output. Default: none.")
    private @Nullable String accessLog;

    @Option(
            names = "--max-batch-tokens",
            paramLabel = "N",
            description = "The most tokens in a batch, padding included. Default: 512. A longer text runs alone.")
    private int maxBatchTokens = BatchPolicy.DEFAULT.maxBatchTokens();

    @Option(names = "--max-batch-rows", paramLabel = "N", description = "The most texts in a batch. Default: 8.")
    private int maxBatchRows = BatchPolicy.DEFAULT.maxBatchRows();

    @Option(
            names = "--max-queue-delay",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "How long a batch that is not full waits for more texts while a worker is free. Default: 0ms.")
    private Duration maxQueueDelay = Duration.ZERO;

    @Option(
            names = "--max-queue-rows",
            paramLabel = "N",
            description = "Texts that may wait for a model; beyond, clients get 429. Default: 1024.")
    private int maxQueueRows = QueuePolicy.DEFAULT.maxRows();

    @Option(names = "--max-queue-tokens", paramLabel = "N", description = "Their tokens, likewise. Default: 262144.")
    private long maxQueueTokens = QueuePolicy.DEFAULT.maxTokens();

    @Option(
            names = "--max-queue-time",
            paramLabel = "TIME",
            converter = Durations.class,
            description =
                    "How long all that waits may take, at the rate of late; beyond, clients get 429. Default: 2s; 0ms for no bound.")
    private Duration maxQueueTime = QueuePolicy.DEFAULT.maxTime();

    @Option(
            names = "--batch-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The longest that one batch may take. Default: 1m.")
    private Duration batchTimeout = FaultPolicy.DEFAULT.batchTimeout();

    @Option(
            names = "--retries",
            paramLabel = "N",
            description = "Further calls for a batch after a passing fault. Default: 2.")
    private int retries = FaultPolicy.DEFAULT.retries();

    @Option(
            names = "--request-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "The longest that a request waits for its answer; clients may ask for less"
                    + " (x-request-timeout-ms). Default: 1m.")
    private Duration requestTimeout = Limits.DEFAULT.requestTimeout();

    @Option(
            names = "--client-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a client may take to send its request, or to take its answer. Default: 30s.")
    private Duration clientTimeout = Limits.DEFAULT.readTimeout();

    @Option(
            names = "--drain-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long a stop waits for the requests that were accepted. Default: 30s.")
    private Duration drainTimeout = ServingPolicy.DEFAULT.drainPatience();

    @Option(
            names = "--max-body-bytes",
            paramLabel = "N",
            description = "The longest body of a request. Default: 2097152. Jobs are not meant.")
    private int maxBodyBytes = Limits.DEFAULT.maxBodyBytes();

    @Option(names = "--max-texts", paramLabel = "N", description = "The most texts in a request. Default: 1024.")
    private int maxTexts = Limits.DEFAULT.maxTexts();

    @Option(names = "--max-text-chars", paramLabel = "N", description = "The longest text. Default: 100000.")
    private int maxTextChars = Limits.DEFAULT.maxTextChars();

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "The most connections; further ones wait. Default: 4096.")
    private int maxConnections = Limits.DEFAULT.maxConnections();

    @Option(names = "--max-jobs", paramLabel = "N", description = "The most bulk jobs at once. Default: 2.")
    private int maxJobs = Limits.DEFAULT.maxJobs();

    @Option(
            names = "--max-job-bytes",
            paramLabel = "N",
            description = "The longest body of a bulk job, kept on the disk while it runs. Default: 1073741824.")
    private long maxJobBytes = Limits.DEFAULT.maxJobBytes();

    ServingPolicy policy() {
        if (batchTimeout.isZero() || requestTimeout.isZero() || clientTimeout.isZero()) {
            throw new IllegalArgumentException("--batch-timeout, --request-timeout and --client-timeout: more than 0");
        }
        FaultPolicy faults = FaultPolicy.DEFAULT;
        return new ServingPolicy(
                new BatchPolicy(maxBatchTokens, maxBatchRows),
                QueuePolicy.DEFAULT
                        .withBounds(maxQueueRows, maxQueueTokens)
                        .withMaxTime(maxQueueTime)
                        .withMaxDelay(maxQueueDelay),
                new FaultPolicy(retries, faults.backoff(), batchTimeout, faults.grace()),
                drainTimeout);
    }

    /// @param out the standard output, for a log that goes there
    ServerOptions options(OutputStream out) throws IOException {
        Limits usual = Limits.DEFAULT;
        Limits limits = new Limits(
                maxBodyBytes,
                maxTexts,
                maxTextChars,
                requestTimeout,
                clientTimeout,
                clientTimeout,
                usual.idleTimeout(),
                usual.hangUpCheck(),
                maxConnections,
                maxJobs,
                maxJobBytes);
        return ServerOptions.DEFAULT
                .withAddress(address(), port)
                .withLimits(limits)
                .withApiKeys(keys())
                .withTls(tls())
                .withLog(log(out))
                .withVersion(Decant.VERSION);
    }

    private InetAddress address() {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host: '" + host + "' is no address of this machine", e);
        }
    }

    private ServerOptions.@Nullable Tls tls() {
        Path chain = certificate;
        Path secret = key;
        if (chain == null && secret == null) {
            return null;
        }
        if (chain == null || secret == null) {
            throw new IllegalArgumentException("--tls-cert and --tls-key belong together; give both");
        }
        return new ServerOptions.Tls(chain, secret);
    }

    private List<String> keys() throws IOException {
        Path file = keyFile;
        if (file == null) {
            return List.of();
        }
        List<String> keys = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    keys.add(line.strip());
                }
            }
        } catch (IOException e) {
            throw new DataException(file + ": the keys cannot be read (--api-key-file): " + e.getMessage(), e);
        }
        if (keys.isEmpty()) {
            throw new DataException(file + ": there is no key in it (--api-key-file); write one a line");
        }
        return keys;
    }

    private AccessLog log(OutputStream out) throws IOException {
        if (accessLog == null) {
            return AccessLog.NONE;
        }
        OutputStream target = accessLog.equals("-")
                ? out
                : Files.newOutputStream(Path.of(accessLog), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new AccessLog(target, InstantSource.system());
    }

    /// What to say of a server that everyone may ask, or null.
    @Nullable
    String warning() {
        return keyFile == null && !address().isLoopbackAddress()
                ? "everyone who reaches " + host + " may use this server; ask for a key with --api-key-file FILE"
                : null;
    }

    /// Where a client finds the server.
    String url(int actualPort) {
        String name = host.contains(":") ? "[" + host + "]" : host;
        return (certificate == null ? "http://" : "https://") + name + ":" + actualPort;
    }
}
