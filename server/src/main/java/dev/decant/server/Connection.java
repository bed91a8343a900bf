package dev.decant.server;

import dev.decant.metrics.Ticker;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// One client's connection: how long it has been doing what it does, and whether the client is still there.
///
/// The socket's reads and writes go through here. Its own thread (a virtual one) reads requests and handles them;
/// another
/// may look at [#overdue] and close it. While a request is handled, [#watch] reads ahead on a further
/// thread: the end of the stream tells that the client has gone, and bytes are kept for the next request.
final class Connection implements ConnectionContext, ServerConnection {
    /// The connection whose request the present thread handles.
    static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();

    /// How far a request is.
    private enum Phase {
        /// Its first byte has not come.
        IDLE,
        /// It is being read.
        READING,
        /// It is being answered.
        HANDLING
    }

    private final ConnectionContext context;
    private final ServerConnection protocol;
    private final Connections owner;
    private final DataReader reader = DataReader.create(this::next);
    private final DataWriter writer = new Writer();

    // How far, and since when: guarded by this.
    private Phase phase = Phase.IDLE;
    private long phaseNanos;
    private boolean streams;
    private boolean awaitsPart;
    private long partNanos;
    private boolean writes;
    private long writeNanos;
    private long receivedNanos;
    private boolean givenUp;
    private boolean closing;

    // What was read ahead: guarded by this.
    private boolean reading;
    private boolean read;
    private byte @Nullable [] ahead;
    private @Nullable UncheckedIOException fault;
    private @Nullable Runnable onHangUp;

    Connection(ConnectionContext context, ServerConnectionSelector protocol, Connections owner) {
        this.context = context;
        this.owner = owner;
        this.phaseNanos = owner.ticker().nanos();
        this.receivedNanos = phaseNanos;
        this.protocol = protocol.connection(this);
    }

    private Ticker ticker() {
        return owner.ticker();
    }

    @Override
    public void handle(Limit limit) throws InterruptedException {
        owner.add(this);
        try {
            ScopedValue.where(CURRENT, this).call(() -> {
                protocol.handle(limit);
                return null;
            });
        } finally {
            owner.remove(this);
        }
    }

    /// The time since an earlier moment of the server's clock.
    long nanosSince(long nanos) {
        return ticker().nanos() - nanos;
    }

    private synchronized void enter(Phase next) {
        phase = next;
        phaseNanos = ticker().nanos();
    }

    /// The request has been read as a whole: what takes time now is ours.
    void handling() {
        enter(Phase.HANDLING);
    }

    /// What is left of the request is read to be thrown away, in the time that a whole one may take.
    synchronized void discarding() {
        streams = false;
        enter(Phase.READING);
    }

    /// The body of the present request may take as long as it likes, as long as each part of it comes in time.
    synchronized void stream() {
        enter(Phase.HANDLING);
        streams = true;
    }

    /// The request is done; the next may come.
    ///
    /// @param last whether the client has been told that there is no next
    synchronized void end(boolean last) {
        closing = last;
        streams = false;
        onHangUp = null;
        enter(Phase.IDLE);
    }

    /// Runs `action` once, on another thread, if the client goes before the present request is done.
    void watch(Runnable action) {
        synchronized (this) {
            onHangUp = action;
            if (!reading) {
                reading = true;
                read = false;
                Thread.ofVirtual().start(this::readAhead);
                return;
            }
            if (!gone()) {
                return;
            }
            onHangUp = null;
        }
        action.run();
    }

    private void readAhead() {
        byte[] bytes = null;
        UncheckedIOException failure = null;
        try {
            bytes = receive();
        } catch (UncheckedIOException e) {
            failure = e;
        }
        Runnable action = null;
        synchronized (this) {
            read = true;
            ahead = bytes;
            fault = failure;
            if (gone()) {
                action = onHangUp;
                onHangUp = null;
            }
            notifyAll();
        }
        if (action != null) {
            action.run();
        }
    }

    private boolean gone() {
        return read && ahead == null;
    }

    /// The next bytes of the client, or null where there are no more.
    private byte @Nullable [] next() {
        synchronized (this) {
            if (closing) {
                return null; // Whoever said so closes; others would wait for the client to.
            }
            awaitsPart = streams;
            partNanos = ticker().nanos();
        }
        byte[] bytes = awaited();
        synchronized (this) {
            awaitsPart = false;
            receivedNanos = ticker().nanos();
            if (phase == Phase.IDLE) {
                enter(Phase.READING);
            }
        }
        return bytes;
    }

    private byte @Nullable [] awaited() {
        synchronized (this) {
            if (reading) {
                try {
                    while (!read) {
                        wait();
                    }
                } catch (InterruptedException e) {
                    // The server stops: as if the client had said that there is no more.
                    Thread.currentThread().interrupt();
                    return null;
                }
                reading = false;
                byte[] bytes = ahead;
                ahead = null;
                if (fault != null) {
                    throw fault;
                }
                return bytes;
            }
        }
        return receive();
    }

    /// Reads from the socket; its own timeout only matters before there is a connection.
    private byte @Nullable [] receive() {
        while (true) {
            try {
                return context.serverSocket().get();
            } catch (UncheckedIOException e) {
                if (!(e.getCause() instanceof SocketTimeoutException)) {
                    throw e;
                }
            }
        }
    }

    /// Whether the client has taken longer than it may.
    synchronized boolean overdue(long now, Limits limits) {
        // A client that still sends need not take its answer yet.
        long sinceSign = Math.min(now - writeNanos, now - receivedNanos);
        if (writes && sinceSign >= limits.writeTimeout().toNanos()) {
            return true;
        }
        return switch (phase) {
            case IDLE -> now - phaseNanos >= limits.idleTimeout().toNanos();
            case READING -> now - phaseNanos >= limits.readTimeout().toNanos();
            case HANDLING ->
                awaitsPart && now - partNanos >= limits.readTimeout().toNanos();
        };
    }

    /// Marks the connection as one to be cut; true the first time.
    synchronized boolean giveUp() {
        boolean first = !givenUp;
        givenUp = true;
        return first;
    }

    /// Closes the socket under whatever the connection does.
    void cut() {
        try {
            context.serverSocket().close();
        } catch (UncheckedIOException e) {
            // It was closed already.
        }
    }

    @Override
    public Duration idleTime() {
        return Duration.ZERO; // Connections are watched by their owner.
    }

    @Override
    public void close(boolean interrupt) {
        protocol.close(interrupt);
    }

    /// Writes to the socket, and knows since when.
    private final class Writer implements DataWriter {
        @Override
        public void write(BufferData... buffers) {
            start();
            context.dataWriter().write(buffers);
            stop();
        }

        @Override
        public void write(BufferData buffer) {
            start();
            context.dataWriter().write(buffer);
            stop();
        }

        @Override
        public void writeNow(BufferData... buffers) {
            start();
            context.dataWriter().writeNow(buffers);
            stop();
        }

        @Override
        public void writeNow(BufferData buffer) {
            start();
            context.dataWriter().writeNow(buffer);
            stop();
        }

        private void start() {
            synchronized (Connection.this) {
                writes = true;
                writeNanos = ticker().nanos();
            }
        }

        private void stop() {
            synchronized (Connection.this) {
                writes = false;
            }
        }
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public DataWriter dataWriter() {
        return writer;
    }

    @Override
    public ListenerContext listenerContext() {
        return context.listenerContext();
    }

    @Override
    public ExecutorService executor() {
        return context.executor();
    }

    @Override
    public Router router() {
        return context.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
        return context.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
        return context.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
        return context.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
        return context.localPeer();
    }

    @Override
    public boolean isSecure() {
        return context.isSecure();
    }

    @Override
    public String socketId() {
        return context.socketId();
    }

    @Override
    public String childSocketId() {
        return context.childSocketId();
    }
}
