package dev.decant.server;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where and how a server listens.
///
/// @param address the address to listen on
/// @param port the port, 0 for any that is free
/// @param limits how much one client may ask for
/// @param apiKeys the keys of which a client must send one; none: it need not
/// @param tls certificate and key, or null for plain HTTP
/// @param log takes a line for each request
/// @param version what the server calls its own version
public record ServerOptions(
        InetAddress address,
        int port,
        Limits limits,
        List<String> apiKeys,
        @Nullable Tls tls,
        AccessLog log,
        String version) {
    /// Loopback, port 8080, no key, no TLS.
    public static final ServerOptions DEFAULT = new ServerOptions(
            InetAddress.getLoopbackAddress(), 8080, Limits.DEFAULT, List.of(), null, AccessLog.NONE, "0");

    public ServerOptions {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535, not " + port);
        }
        apiKeys = List.copyOf(apiKeys);
    }

    /// A certificate (with its chain) and its private key, both PEM files.
    public record Tls(Path certificate, Path key) {}

    public ServerOptions withAddress(InetAddress address, int port) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }

    public ServerOptions withLimits(Limits limits) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }

    public ServerOptions withApiKeys(List<String> apiKeys) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }

    public ServerOptions withLog(AccessLog log) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }

    public ServerOptions withVersion(String version) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }

    public ServerOptions withTls(@Nullable Tls tls) {
        return new ServerOptions(address, port, limits, apiKeys, tls, log, version);
    }
}
