package dev.decant.server;

import dev.decant.metrics.Ticker;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// All open connections, and the thread that cuts those whose client takes too long.
final class Connections implements ServerConnectionSelector, AutoCloseable {
    private static final long LOOK_MILLIS = 500;

    private final Http1ConnectionSelector http1 = Http1ConnectionSelector.builder()
            .config(Http1Config.builder().sendKeepAliveHeader(false).buildPrototype())
            .build();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Limits limits;
    private final Ticker ticker;
    private final LongAdder cut = new LongAdder();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread watch =
            Thread.ofPlatform().name("decant-connections").daemon().unstarted(this::watch);

    Connections(Limits limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
    }

    void start() {
        watch.start();
    }

    private void watch() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                cutOverdue();
            }
        } catch (InterruptedException ignored) {
            Thread.currentThread().interrupt();
        }
    }

    void cutOverdue() {
        long now = ticker.nanos();
        for (Connection connection : open) {
            if (connection.overdue(now, limits) && connection.giveUp()) {
                cut.increment();
                // Not here: closing a TLS connection may wait for the client, too.
                Thread.ofVirtual().start(connection::cut);
            }
        }
    }

    Ticker ticker() {
        return ticker;
    }

    void add(Connection connection) {
        open.add(connection);
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    /// Connections that are open.
    int count() {
        return open.size();
    }

    /// Connections cut so far since their client took too long.
    long cutCount() {
        return cut.sum();
    }

    @Override
    public void close() {
        closed.countDown();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return new Connection(context, http1, this);
    }
}
