package dev.decant.server;

import dev.decant.metrics.Ticker;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Every request's way: its route, its key, its handler, and whatever becomes of it into the log and the metrics.
final class RequestHandler implements Handler {
    /// What the log and the metrics say of a request whose client did not wait for the answer.
    private static final int CLIENT_GONE = 499;

    private final RouteTable routes;
    private final ApiKeys keys;
    private final ServerMetrics metrics;
    private final AccessLog log;
    private final BooleanSupplier draining;
    private final Ticker ticker;

    RequestHandler(
            RouteTable routes,
            ApiKeys keys,
            ServerMetrics metrics,
            AccessLog log,
            BooleanSupplier draining,
            Ticker ticker) {
        this.routes = routes;
        this.keys = keys;
        this.metrics = metrics;
        this.log = log;
        this.draining = draining;
        this.ticker = ticker;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Connection connection = Connection.CURRENT.get();
        long start = ticker.nanos();
        String method = request.prologue().method().text();
        RouteTable.Match match =
                routes.find(method, request.prologue().uriPath().rawPath());
        RouteTable.Route route = match == null ? null : match.route();
        Exchange exchange = new Exchange(
                request,
                response,
                connection,
                RequestId.of(request.headers()),
                match == null ? Map.of() : match.parameters(),
                start,
                draining.getAsBoolean());
        RequestFault.Kind kind = null;
        try {
            kind = answer(exchange, match, method);
        } catch (ClientGoneException | InterruptedException | UncheckedIOException e) {
            if (exchange.work.error == null) {
                exchange.work.error = "the client has gone";
            }
            throw new CloseConnectionException("nobody to answer", e);
        } finally {
            connection.end(response.headers().containsToken(HeaderValues.CONNECTION_CLOSE));
            long nanos = ticker.nanos() - start;
            int status = exchange.status() == 0 ? CLIENT_GONE : exchange.status();
            // A path of the client's own would be a label of its own, without bound.
            metrics.ended(route == null ? "other" : route.pattern(), status, kind, exchange.work, nanos);
            log.write(exchange, status, nanos);
        }
    }

    /// Answers; returns what kind of fault the answer was, or null.
    private RequestFault.@Nullable Kind answer(Exchange exchange, RouteTable.@Nullable Match match, String method)
            throws InterruptedException {
        RouteTable.Route route = match == null ? null : match.route();
        RouteTable.FaultBody faults = route == null ? TeiProtocol::fault : route.faults();
        try {
            if (route == null) {
                throw nowhere(exchange, match, method);
            }
            if (!route.open()) {
                keys.check(exchange);
            }
            route.handler().handle(exchange);
            return null;
        } catch (RequestFault fault) {
            return send(exchange, fault, faults);
        } catch (ClientGoneException | UncheckedIOException | CloseConnectionException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            System.getLogger(RequestHandler.class.getName())
                    .log(System.Logger.Level.ERROR, "request " + exchange.id.id() + " failed", e);
            RequestFault fault = new RequestFault(
                    RequestFault.Kind.INTERNAL,
                    "internal fault; the server's log has it as request " + exchange.id.id());
            return send(exchange, fault, faults);
        }
    }

    private static RequestFault nowhere(Exchange exchange, RouteTable.@Nullable Match match, String method) {
        if (match == null) {
            return new RequestFault(
                    RequestFault.Kind.NOT_FOUND,
                    "there is nothing at "
                            + exchange.request.prologue().uriPath().rawPath() + "; see /openapi.json");
        }
        exchange.response.header(HeaderNames.ALLOW, String.join(", ", match.methods()));
        return new RequestFault(
                RequestFault.Kind.METHOD_NOT_ALLOWED,
                method + " is not possible here; use " + String.join(" or ", match.methods()));
    }

    private static RequestFault.Kind send(Exchange exchange, RequestFault fault, RouteTable.FaultBody faults) {
        exchange.work.error = fault.line;
        if (exchange.status() != 0) {
            throw new CloseConnectionException("an answer that was begun cannot be taken back", fault);
        }
        if (fault.retryAfter != null) {
            exchange.response.header(HeaderNames.RETRY_AFTER, Long.toString(fault.retryAfter.toSeconds()));
        }
        exchange.leaveBody();
        exchange.reply(fault.kind.status, faults.of(fault));
        return fault.kind;
    }
}
