package dev.decant.server;

import dev.decant.metrics.Ticker;
import io.helidon.http.HeaderNames;
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
    private final RouteTable routes;
    private final Ticker ticker;
    private final BooleanSupplier draining;

    RequestHandler(RouteTable routes, Ticker ticker, BooleanSupplier draining) {
        this.routes = routes;
        this.ticker = ticker;
        this.draining = draining;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        Connection connection = Connection.CURRENT.get();
        long start = ticker.nanos();
        String method = request.prologue().method().text();
        RouteTable.Match match =
                routes.find(method, request.prologue().uriPath().rawPath());
        Exchange exchange = new Exchange(
                request,
                response,
                connection,
                RequestId.of(request.headers()),
                match == null ? Map.of() : match.parameters(),
                start,
                draining.getAsBoolean());
        RouteTable.FaultBody faults = match == null || match.route() == null
                ? TeiProtocol::fault
                : match.route().faults();
        try {
            run(exchange, match, method);
        } catch (RequestFault fault) {
            send(exchange, fault, faults);
        } catch (ClientGoneException | InterruptedException | UncheckedIOException e) {
            throw new CloseConnectionException("nobody to answer", e);
        } catch (RuntimeException | Error e) {
            System.getLogger(RequestHandler.class.getName())
                    .log(System.Logger.Level.ERROR, "request " + exchange.id.id() + " failed", e);
            send(
                    exchange,
                    new RequestFault(
                            RequestFault.Kind.INTERNAL,
                            "internal fault; the server's log has it as request " + exchange.id.id()),
                    faults);
        } finally {
            connection.end();
        }
    }

    private static void run(Exchange exchange, RouteTable.@Nullable Match match, String method)
            throws RequestFault, InterruptedException {
        if (match == null) {
            throw new RequestFault(
                    RequestFault.Kind.NOT_FOUND,
                    "there is nothing at " + exchange.request.path().path() + "; see /openapi.json");
        }
        RouteTable.Route route = match.route();
        if (route == null) {
            exchange.response.header(HeaderNames.ALLOW, String.join(", ", match.methods()));
            throw new RequestFault(
                    RequestFault.Kind.METHOD_NOT_ALLOWED,
                    method + " is not possible here; use " + String.join(" or ", match.methods()));
        }
        route.handler().handle(exchange);
    }

    private static void send(Exchange exchange, RequestFault fault, RouteTable.FaultBody faults) {
        exchange.work.error = fault.line;
        if (exchange.response.isSent()) {
            throw new CloseConnectionException("an answer that was begun cannot be taken back", fault);
        }
        if (fault.retryAfter != null) {
            exchange.response.header(HeaderNames.RETRY_AFTER, Long.toString(fault.retryAfter.toSeconds()));
        }
        exchange.leaveBody();
        exchange.reply(fault.kind.status, faults.of(fault));
    }
}
