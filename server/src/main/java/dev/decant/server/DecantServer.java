package dev.decant.server;

import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ModelRepository;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A running HTTP server over the models of a registry.
///
/// It listens from [#start] to [#close()]; whether it is ready is up to its models. The registry stays the
/// caller's to close, afterwards.
public final class DecantServer implements AutoCloseable {
    private final Connections connections;
    private final Jobs jobs;
    private final RouteTable routes = new RouteTable();
    private final WebServer web;
    private volatile boolean draining;

    private DecantServer(ServerOptions options, ModelRegistry models, ModelRepository repository, Ticker ticker)
            throws IOException {
        Limits limits = options.limits();
        connections = new Connections(limits, ticker);
        Supplier<String> defaultModel = () -> models.names().getFirst();
        TextClassification classification = new TextClassification(models, limits, ticker);
        BooleanSupplier ready = () -> !draining && models.ready();
        ServerMetrics metrics = new ServerMetrics(models, connections, ready, ticker);
        jobs = new Jobs(models, defaultModel, limits, ticker);
        new TeiProtocol(classification, defaultModel).addTo(routes);
        new OipProtocol(classification).addTo(routes);
        new OipModels(models, ready, options.version()).addTo(routes);
        new OipRepository(models, repository).addTo(routes);
        new KServeProtocol(classification).addTo(routes);
        new Information(models, defaultModel, models.policy(), limits, options.version()).addTo(routes);
        new Health(models, () -> draining).addTo(routes);
        jobs.addTo(routes);
        new Page().addTo(routes);
        routes.get("/metrics", false, TeiProtocol::fault, metrics::expose);
        RequestHandler handler = new RequestHandler(
                routes, new ApiKeys(options.apiKeys()), metrics, options.log(), () -> draining, ticker);
        WebServerConfig.Builder builder = WebServer.builder()
                .address(options.address())
                .port(options.port())
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .shutdownHook(false)
                // Sockets whose reads can time out, and which hold less memory.
                .useNio(false)
                .maxTcpConnections(limits.maxConnections())
                .shutdownGracePeriod(models.policy().drainPatience())
                .connectionOptions(new ConnectionSettings(
                        SocketOptions.builder().tcpNoDelay(true).buildPrototype(), limits.readTimeout()))
                .directHandlers(directHandlers())
                .addConnectionSelector(connections)
                .routing(routing -> routing.any(handler));
        if (options.tls() != null) {
            builder.tls(ServerTls.of(options.tls()));
        }
        web = builder.build();
    }

    /// What is wrong before there is a request: a head that is no HTTP, or is too long.
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (request, event, status, headers, message) -> {
                RequestFault.Kind kind =
                        status.code() >= 500 ? RequestFault.Kind.INTERNAL : RequestFault.Kind.MALFORMED;
                byte[] body = TeiProtocol.fault(new RequestFault(kind, line(message, status.reasonPhrase())));
                return DirectHandler.TransportResponse.builder()
                        .status(status)
                        .headers(headers)
                        .header(HeaderNames.CONTENT_TYPE, Exchange.JSON)
                        .entity(body)
                        .keepAlive(false)
                        .build();
            });
        }
        return handlers.build();
    }

    private static String line(@Nullable String message, String otherwise) {
        return message == null || message.isBlank()
                ? otherwise
                : message.lines().findFirst().orElse(otherwise);
    }

    /// Starts listening, with the models named at the start only.
    ///
    /// @throws IOException when the address cannot be listened on, or the certificate cannot be used
    public static DecantServer start(ServerOptions options, ModelRegistry models, Ticker ticker) throws IOException {
        return start(options, models, ModelRepository.NONE, ticker);
    }

    /// Starts listening.
    ///
    /// @throws IOException when the address cannot be listened on, or the certificate cannot be used
    public static DecantServer start(
            ServerOptions options, ModelRegistry models, ModelRepository repository, Ticker ticker) throws IOException {
        DecantServer server = new DecantServer(options, models, repository, ticker);
        try {
            server.web.start();
        } catch (UncheckedIOException e) {
            throw cannotListen(options, e);
        }
        if (!server.web.isRunning()) {
            throw cannotListen(options, null);
        }
        server.connections.start();
        return server;
    }

    private static IOException cannotListen(ServerOptions options, @Nullable Exception cause) {
        return new IOException(
                "cannot listen on " + options.address().getHostAddress() + " port " + options.port()
                        + ": it is taken, or is no address of this machine (--host, --port)",
                cause);
    }

    /// The port that it listens on.
    public int port() {
        return web.port();
    }

    /// All routes, in the order in which they were added.
    List<RouteTable.Route> routes() {
        return routes.routes();
    }

    /// Says that it is not ready any more, so that no new requests are sent here; those that come are still answered.
    public void drain() {
        draining = true;
        jobs.stop();
    }

    /// Listens no more, and waits until the requests that have been read are answered.
    @Override
    public void close() {
        drain();
        web.stop();
        connections.close();
    }
}
