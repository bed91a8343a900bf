package dev.decant.server;

import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelDefinition;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A server on a free port of loopback, with one model called `tiny`, and a client for it.
final class TestServer implements AutoCloseable {
    final ServedEngine engine;
    final ModelRegistry models;
    final DecantServer server;
    final HttpClient client = HttpClient.newHttpClient();

    private TestServer(int workers, ServedEngine engine, ServingPolicy policy, ServerOptions options, Ticker ticker)
            throws Exception {
        this.engine = engine;
        models = new ModelRegistry(policy, ticker);
        models.define(ModelDefinition.of("tiny", workers, () -> engine));
        server = DecantServer.start(options.withAddress(InetAddress.getLoopbackAddress(), 0), models, ticker);
    }

    static TestServer start() throws Exception {
        return start(ServingPolicy.DEFAULT, ServerOptions.DEFAULT);
    }

    static TestServer start(int workers) throws Exception {
        TestServer server = new TestServer(
                workers, new ServedEngine(), ServingPolicy.DEFAULT, ServerOptions.DEFAULT, Ticker.SYSTEM);
        server.models.load("tiny");
        return server;
    }

    static TestServer start(ServingPolicy policy, ServerOptions options) throws Exception {
        return start(policy, options, Ticker.SYSTEM);
    }

    static TestServer start(ServingPolicy policy, ServerOptions options, Ticker ticker) throws Exception {
        TestServer server = unloaded(policy, options, ticker);
        server.models.load("tiny");
        return server;
    }

    static TestServer unloaded(ServingPolicy policy, ServerOptions options, Ticker ticker) throws Exception {
        return new TestServer(2, new ServedEngine(), policy, options, ticker);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return client.send(posting(path, body, headers), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> postLater(String path, String body, String... headers) {
        return client.sendAsync(posting(path, body, headers), BodyHandlers.ofString());
    }

    private HttpRequest posting(String path, String body, String... headers) {
        HttpRequest.Builder builder = request(path).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    /// The body of an answer as JSON.
    static @Nullable Object json(HttpResponse<String> response) throws Exception {
        byte[] bytes = response.body().getBytes(StandardCharsets.UTF_8);
        return Json.read(bytes, 0, bytes.length);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(HttpResponse<String> response) throws Exception {
        return (Map<String, Object>) Objects.requireNonNull(json(response));
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(HttpResponse<String> response) throws Exception {
        return (List<Object>) Objects.requireNonNull(json(response));
    }

    /// What a fault's body says.
    static String error(HttpResponse<String> response) throws Exception {
        return String.valueOf(object(response).get("error"));
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /// A figure at /metrics; 0 where it is not there.
    double metric(String name) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    /// Waits for something that another thread is about to do.
    static void eventually(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Waits until so many texts have reached the held engine. Texts that are to be with one worker each are sent one
    /// after the other: a worker takes all that waits.
    void untilHeld(int texts) {
        int warmUp = 2;
        eventually(texts + " texts have reached the model", () -> engine.seen().size() == warmUp + texts);
    }

    int waiting() {
        return models.figures().values().stream()
                .mapToInt(figures -> figures.queue().rows())
                .sum();
    }

    @Override
    public void close() {
        engine.release();
        client.shutdownNow();
        server.close();
        try {
            models.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
