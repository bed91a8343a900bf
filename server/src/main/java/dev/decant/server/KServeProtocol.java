package dev.decant.server;

import dev.decant.data.Outcome;
import dev.decant.server.TextClassification.Answers;
import dev.decant.server.TextClassification.Ask;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The KServe v1 protocol: `{"instances": [...]}` gives `{"predictions": [...]}`, the ids of the best labels.
///
/// An instance is a text, or an object with one under `text`. A text that failed has the prediction null, and its
/// message in `errors` under its place.
final class KServeProtocol {
    private final TextClassification classification;

    KServeProtocol(TextClassification classification) {
        this.classification = classification;
    }

    void addTo(RouteTable routes) {
        routes.get("/v1/models", false, OipProtocol::fault, this::list);
        routes.get("/v1/models/{model}", false, OipProtocol::fault, this::model);
        routes.post("/v1/models/{model}:predict", OipProtocol::fault, this::predict);
    }

    private void list(Exchange exchange) {
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("models");
            classification.models().names().forEach(json::writeString);
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private void model(Exchange exchange) throws RequestFault {
        ModelState state;
        try {
            state = classification.models().state(exchange.parameter("model"));
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
        boolean ready = state.phase() == ModelState.Phase.READY;
        exchange.reply(ready ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeStringProperty("name", state.name());
            json.writeBooleanProperty("ready", ready);
            json.writeEndObject();
        });
    }

    private void predict(Exchange exchange) throws RequestFault, InterruptedException {
        byte[] body = exchange.body(classification.limits().maxBodyBytes());
        List<String> texts = texts(Json.object(body, 0, body.length));
        Answers answers = classification
                .classify(exchange, exchange.parameter("model"), null, texts, Ask.DEFAULT)
                .usable();
        List<Outcome> outcomes = answers.outcomes();
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("predictions");
            for (Outcome outcome : outcomes) {
                if (!(outcome instanceof Outcome.Scored scored)) {
                    json.writeNull();
                    continue;
                }
                String label = scored.best().label();
                int id = answers.labels().indexOf(label);
                if (id >= 0) {
                    json.writeNumber(id);
                } else {
                    json.writeString(label); // A model that does not know its labels' ids.
                }
            }
            json.writeEndArray();
            if (outcomes.stream().anyMatch(outcome -> !(outcome instanceof Outcome.Scored))) {
                json.writeObjectPropertyStart("errors");
                for (int i = 0; i < outcomes.size(); i++) {
                    switch (outcomes.get(i)) {
                        case Outcome.Scored scored -> {}
                        case Outcome.Failed failed -> json.writeStringProperty("" + i, failed.message());
                        case Outcome.Skipped skipped -> json.writeStringProperty("" + i, skipped.reason());
                    }
                }
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private static List<String> texts(Map<String, @Nullable Object> request) throws RequestFault {
        if (!(request.get("instances") instanceof List<?> instances)) {
            throw new RequestFault(RequestFault.Kind.MALFORMED, "'instances' is a list of texts");
        }
        List<String> texts = new ArrayList<>(instances.size());
        for (Object instance : instances) {
            Object text = instance instanceof Map<?, ?> map ? map.get("text") : instance;
            if (!(text instanceof String string)) {
                throw new RequestFault(
                        RequestFault.Kind.MALFORMED,
                        "instance " + texts.size() + " is no text, nor an object with one under 'text'");
            }
            texts.add(string);
        }
        return texts;
    }
}
