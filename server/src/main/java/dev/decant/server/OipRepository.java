package dev.decant.server;

import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ModelRepository;
import dev.decant.server.model.ModelState;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Triton's model repository extension: which models there are, and loading and unloading them.
final class OipRepository {
    /// The bodies here hold a few words.
    private static final int MOST_BYTES = 1 << 16;

    private final ModelRegistry models;
    private final ModelRepository repository;

    OipRepository(ModelRegistry models, ModelRepository repository) {
        this.models = models;
        this.repository = repository;
    }

    void addTo(RouteTable routes) {
        routes.post("/v2/repository/index", OipProtocol::fault, this::index);
        routes.post("/v2/repository/models/{model}/load", OipProtocol::fault, this::load);
        routes.post("/v2/repository/models/{model}/unload", OipProtocol::fault, this::unload);
    }

    private static Map<String, @Nullable Object> body(Exchange exchange) throws RequestFault {
        byte[] body = exchange.body(MOST_BYTES);
        return body.length == 0 ? Map.of() : Json.object(body, 0, body.length);
    }

    private void index(Exchange exchange) throws RequestFault {
        Object ready = body(exchange).get("ready");
        if (ready != null && !(ready instanceof Boolean)) {
            throw OipRequest.malformed("'ready' is true or false");
        }
        boolean readyOnly = Boolean.TRUE.equals(ready);
        try {
            repository.scan();
        } catch (IOException e) {
            throw new RequestFault(RequestFault.Kind.UNHEALTHY, line(e));
        }
        exchange.reply(200, json -> {
            json.writeStartArray();
            for (ModelState state : models.states()) {
                if (readyOnly && state.phase() != ModelState.Phase.READY) {
                    continue;
                }
                json.writeStartObject();
                json.writeStringProperty("name", state.name());
                json.writeStringProperty("version", state.version());
                json.writeStringProperty("state", state.phase().name());
                json.writeStringProperty("reason", state.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private void load(Exchange exchange) throws RequestFault, InterruptedException {
        body(exchange);
        try {
            repository.scan();
            models.load(exchange.parameter("model"));
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        } catch (IOException e) {
            throw new RequestFault(RequestFault.Kind.MALFORMED, line(e));
        } catch (IllegalArgumentException e) {
            throw new RequestFault(RequestFault.Kind.MALFORMED, String.valueOf(e.getMessage()));
        }
        done(exchange);
    }

    private void unload(Exchange exchange) throws RequestFault, InterruptedException {
        body(exchange);
        try {
            models.unload(exchange.parameter("model"));
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
        done(exchange);
    }

    private static void done(Exchange exchange) {
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeEndObject();
        });
    }

    private static String line(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
