package dev.decant.server;

import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ModelState;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Whether the process lives, and whether it should be sent requests.
///
/// Ready: each model that is known serves, and the server is not about to stop.
final class Health {
    private final ModelRegistry models;
    private final BooleanSupplier draining;

    Health(ModelRegistry models, BooleanSupplier draining) {
        this.models = models;
        this.draining = draining;
    }

    void addTo(RouteTable routes) {
        for (String path : List.of("/livez", "/ping")) {
            routes.get(path, true, TeiProtocol::fault, this::live);
        }
        for (String path : List.of("/readyz", "/health", "/healthz")) {
            routes.get(path, true, TeiProtocol::fault, this::ready);
        }
    }

    boolean ready() {
        return !draining.getAsBoolean() && models.ready();
    }

    private void live(Exchange exchange) {
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("status", "alive");
            json.writeEndObject();
        });
    }

    private void ready(Exchange exchange) {
        boolean ready = ready();
        exchange.reply(ready ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeStringProperty("status", ready ? "ready" : draining.getAsBoolean() ? "draining" : "not ready");
            json.writeArrayPropertyStart("models");
            for (ModelState state : models.states()) {
                json.writeStartObject();
                json.writeStringProperty("name", state.name());
                json.writeStringProperty("version", state.version());
                json.writeStringProperty("state", state.phase().name());
                if (!state.reason().isEmpty()) {
                    json.writeStringProperty("reason", state.reason());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
