package dev.decant.server;

import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelRegistry;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import java.util.List;

/// A running HTTP server over the models of a registry.
///
/// It listens from [#start] to [#close()]; whether it is ready is up to its models. The registry stays the
/// caller's to close, afterwards.
public final class DecantServer implements AutoCloseable {
    private final Connections connections;
    private final WebServer web;
    private volatile boolean draining;

    private DecantServer(ServerOptions options, ModelRegistry models, Ticker ticker) {
        this.connections = new Connections(options.limits(), ticker);
        TextClassification classification = new TextClassification(models, options.limits(), ticker);
        RouteTable routes = new RouteTable();
        TeiProtocol tei = new TeiProtocol(classification, () -> models.names().getFirst());
        OipProtocol oip = new OipProtocol(classification);
        for (String path : List.of("/predict", "/", "/invocations", "/models/{model}")) {
            routes.add(new RouteTable.Route("POST", path, false, TeiProtocol::fault, tei::predict));
        }
        for (String path : List.of("/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer")) {
            routes.add(new RouteTable.Route("POST", path, false, OipProtocol::fault, oip::infer));
        }
        Health health = new Health(models, () -> draining);
        health.addTo(routes);
        this.web = WebServer.builder()
                .address(options.address())
                .port(options.port())
                .featuresDiscoverServices(false)
                .protocolsDiscoverServices(false)
                .shutdownHook(false)
                .useNio(false)
                .maxTcpConnections(options.limits().maxConnections())
                .shutdownGracePeriod(models.drainPatience())
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).buildPrototype())
                .addConnectionSelector(connections)
                .routing(routing -> routing.any(new RequestHandler(routes, ticker, () -> draining)))
                .build();
    }

    /// Starts listening.
    public static DecantServer start(ServerOptions options, ModelRegistry models, Ticker ticker) {
        DecantServer server = new DecantServer(options, models, ticker);
        server.web.start();
        server.connections.start();
        return server;
    }

    /// The port that it listens on.
    public int port() {
        return web.port();
    }

    /// Says that it is not ready any more, so that no new requests are sent here; those that come are still answered.
    public void drain() {
        draining = true;
    }

    /// Listens no more, and waits until the requests that have been read are answered.
    @Override
    public void close() {
        drain();
        web.stop();
        connections.close();
    }
}
