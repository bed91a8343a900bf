package dev.decant.server;

import dev.decant.engine.ModelInfo;
import dev.decant.metrics.Latency;
import dev.decant.metrics.RunMetrics;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelFigures;
import dev.decant.server.model.ModelInstance;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ModelState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JsonGenerator;

/// Health and metadata of the Open Inference Protocol v2, and Triton's model configuration and statistics.
final class OipModels {
    private static final List<String> EXTENSIONS =
            List.of("classification", "model_repository", "model_configuration", "statistics", "binary_tensor_data");

    private final ModelRegistry models;
    private final BooleanSupplier ready;
    private final String version;

    OipModels(ModelRegistry models, BooleanSupplier ready, String version) {
        this.models = models;
        this.ready = ready;
        this.version = version;
    }

    void addTo(RouteTable routes) {
        routes.get("/v2", false, OipProtocol::fault, this::server);
        routes.get("/v2/health/live", true, OipProtocol::fault, exchange -> flag(exchange, "live", true));
        routes.get(
                "/v2/health/ready",
                true,
                OipProtocol::fault,
                exchange -> flag(exchange, "ready", ready.getAsBoolean()));
        // Before the models' own: one called `stats` is reached by its version.
        routes.get("/v2/models/stats", false, OipProtocol::fault, this::stats);
        for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            routes.get(model, false, OipProtocol::fault, this::metadata);
            routes.get(model + "/ready", true, OipProtocol::fault, this::modelReady);
            routes.get(model + "/config", false, OipProtocol::fault, this::config);
            routes.get(model + "/stats", false, OipProtocol::fault, this::stats);
        }
    }

    private void server(Exchange exchange) {
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("name", "decant");
            json.writeStringProperty("version", version);
            strings(json, "extensions", EXTENSIONS);
            json.writeEndObject();
        });
    }

    private static void flag(Exchange exchange, String name, boolean value) {
        exchange.reply(value ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeBooleanProperty(name, value);
            json.writeEndObject();
        });
    }

    private ModelState state(Exchange exchange) throws RequestFault {
        try {
            ModelState state = models.state(exchange.parameter("model"));
            if (exchange.hasParameter("version")
                    && !exchange.parameter("version").equals(state.version())) {
                throw new RequestFault(
                        RequestFault.Kind.NOT_FOUND,
                        "model '" + state.name() + "' has no version " + exchange.parameter("version"));
            }
            return state;
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
    }

    private ModelInstance instance(ModelState state) throws RequestFault {
        try {
            ModelInstance instance = models.current(state.name());
            if (instance != null) {
                return instance;
            }
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
        throw new RequestFault(
                RequestFault.Kind.UNHEALTHY, "the model '" + state.name() + "' is not ready: " + state.reason());
    }

    private void modelReady(Exchange exchange) throws RequestFault {
        ModelState state = state(exchange);
        boolean serves = state.phase() == ModelState.Phase.READY;
        exchange.reply(serves ? 200 : 503, json -> {
            json.writeStartObject();
            json.writeStringProperty("name", state.name());
            json.writeBooleanProperty("ready", serves);
            json.writeEndObject();
        });
    }

    private void metadata(Exchange exchange) throws RequestFault {
        ModelState state = state(exchange);
        ModelInstance instance = instance(state);
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("name", state.name());
            strings(json, "versions", List.of(state.version()));
            json.writeStringProperty("platform", "decant");
            json.writeArrayPropertyStart("inputs");
            tensor(json, OipRequest.INPUT, "datatype", "BYTES", "shape", List.of(-1));
            json.writeEndArray();
            json.writeArrayPropertyStart("outputs");
            tensor(json, OipOutputs.LABEL, "datatype", "BYTES", "shape", List.of(-1));
            tensor(json, OipOutputs.SCORE, "datatype", "FP32", "shape", List.of(-1));
            int labels = instance.labels().size();
            if (labels > 0) {
                tensor(json, OipOutputs.SCORES, "datatype", "FP32", "shape", List.of(-1, labels));
            }
            tensor(json, OipOutputs.ERROR, "datatype", "BYTES", "shape", List.of(-1));
            json.writeEndArray();
            json.writeObjectPropertyStart("parameters");
            strings(json, "labels", instance.labels());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private void config(Exchange exchange) throws RequestFault {
        ModelState state = state(exchange);
        ModelInstance instance = instance(state);
        ModelInfo info = instance.info();
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeStringProperty("name", state.name());
            json.writeStringProperty("platform", "decant");
            json.writeStringProperty("backend", "decant");
            json.writeNumberProperty("max_batch_size", 0);
            json.writeArrayPropertyStart("input");
            tensor(json, OipRequest.INPUT, "data_type", "TYPE_STRING", "dims", List.of(-1));
            json.writeEndArray();
            json.writeArrayPropertyStart("output");
            tensor(json, OipOutputs.LABEL, "data_type", "TYPE_STRING", "dims", List.of(-1));
            tensor(json, OipOutputs.SCORE, "data_type", "TYPE_FP32", "dims", List.of(-1));
            int labels = instance.labels().size();
            if (labels > 0) {
                tensor(json, OipOutputs.SCORES, "data_type", "TYPE_FP32", "dims", List.of(-1, labels));
            }
            tensor(json, OipOutputs.ERROR, "data_type", "TYPE_STRING", "dims", List.of(-1));
            json.writeEndArray();
            json.writeArrayPropertyStart("instance_group");
            json.writeStartObject();
            json.writeStringProperty("name", state.name());
            json.writeStringProperty("kind", "KIND_CPU");
            json.writeNumberProperty("count", instance.workers());
            json.writeEndObject();
            json.writeEndArray();
            json.writeObjectPropertyStart("parameters");
            parameter(json, "max_input_tokens", Integer.toString(info.maxInputTokens()));
            parameter(json, "problem_type", info.problemType().name());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void parameter(JsonGenerator json, String name, String value) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("string_value", value);
        json.writeEndObject();
    }

    private static void tensor(
            JsonGenerator json, String name, String typeKey, String type, String shapeKey, List<Integer> shape) {
        json.writeStartObject();
        json.writeStringProperty("name", name);
        json.writeStringProperty(typeKey, type);
        json.writeArrayPropertyStart(shapeKey);
        shape.forEach(json::writeNumber);
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private void stats(Exchange exchange) throws RequestFault {
        List<ModelState> states = exchange.hasParameter("model") ? List.of(state(exchange)) : models.states();
        Map<ModelState, RunMetrics.Stages> stages = new LinkedHashMap<>();
        try {
            for (ModelState state : states) {
                stages.put(state, models.stages(state.name()));
            }
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
        var figures = models.figures();
        exchange.reply(200, json -> {
            json.writeStartObject();
            json.writeArrayPropertyStart("model_stats");
            stages.forEach((state, times) -> {
                ModelFigures of = figures.get(state.name());
                if (of != null) {
                    stats(json, state, of, times);
                }
            });
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void stats(JsonGenerator json, ModelState state, ModelFigures figures, RunMetrics.Stages stages) {
        Latency.Summary inference = stages.inference();
        json.writeStartObject();
        json.writeStringProperty("name", state.name());
        json.writeStringProperty("version", state.version());
        json.writeNumberProperty("inference_count", figures.rows().scored());
        json.writeNumberProperty("execution_count", figures.batches().calls());
        json.writeObjectPropertyStart("inference_stats");
        duration(json, "success", figures.rows().scored(), inference);
        json.writeObjectPropertyStart("fail");
        json.writeNumberProperty("count", figures.rows().failed());
        json.writeNumberProperty("ns", 0);
        json.writeEndObject();
        duration(json, "queue", stages.queue().count(), stages.queue());
        duration(json, "compute_infer", inference.count(), inference);
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void duration(JsonGenerator json, String name, long count, Latency.Summary summary) {
        json.writeObjectPropertyStart(name);
        json.writeNumberProperty("count", count);
        json.writeNumberProperty("ns", Math.round(summary.meanMs() * 1e6 * summary.count()));
        json.writeEndObject();
    }
}
