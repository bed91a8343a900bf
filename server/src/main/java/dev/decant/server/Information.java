package dev.decant.server;

import dev.decant.engine.ModelInfo;
import dev.decant.server.model.ModelException;
import dev.decant.server.model.ModelInstance;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// `GET /info` as Text Embeddings Inference has it, and the OpenAPI document.
final class Information {
    private final ModelRegistry models;
    private final Supplier<String> defaultModel;
    private final ServingPolicy policy;
    private final Limits limits;
    private final String version;

    Information(
            ModelRegistry models, Supplier<String> defaultModel, ServingPolicy policy, Limits limits, String version) {
        this.models = models;
        this.defaultModel = defaultModel;
        this.policy = policy;
        this.limits = limits;
        this.version = version;
    }

    void addTo(RouteTable routes) {
        routes.get("/info", false, TeiProtocol::fault, this::info);
        for (String path : List.of("/openapi.json", "/api-doc/openapi.json")) {
            routes.get(path, true, TeiProtocol::fault, this::openApi);
        }
    }

    private void info(Exchange exchange) throws RequestFault {
        try (ModelInstance.Lease lease = models.lease(defaultModel.get())) {
            ModelInstance instance = lease.instance();
            ModelInfo model = instance.info();
            exchange.reply(200, json -> {
                json.writeStartObject();
                json.writeStringProperty("model_id", model.id());
                json.writeNullProperty("model_sha");
                json.writeStringProperty("model_dtype", "unknown");
                json.writeObjectPropertyStart("model_type");
                json.writeObjectPropertyStart("classifier");
                json.writeObjectPropertyStart("id2label");
                List<String> labels = instance.labels();
                for (int i = 0; i < labels.size(); i++) {
                    json.writeStringProperty(Integer.toString(i), labels.get(i));
                }
                json.writeEndObject();
                json.writeObjectPropertyStart("label2id");
                for (int i = 0; i < labels.size(); i++) {
                    json.writeNumberProperty(labels.get(i), i);
                }
                json.writeEndObject();
                json.writeEndObject();
                json.writeEndObject();
                json.writeNumberProperty(
                        "max_concurrent_requests", policy.queue().maxRows());
                json.writeNumberProperty("max_input_length", model.maxInputTokens());
                json.writeNumberProperty("max_batch_tokens", policy.batches().maxBatchTokens());
                json.writeNumberProperty(
                        "max_batch_requests",
                        model.batchInvariant() ? policy.batches().maxBatchRows() : 1);
                json.writeNumberProperty("max_client_batch_size", limits.maxTexts());
                json.writeBooleanProperty("auto_truncate", true);
                json.writeNumberProperty("tokenization_workers", instance.workers());
                json.writeStringProperty("version", version);
                json.writeNullProperty("sha");
                json.writeNullProperty("docker_label");
                json.writeEndObject();
            });
        } catch (ModelException e) {
            throw TextClassification.faultOf(e);
        }
    }

    private void openApi(Exchange exchange) {
        try (InputStream in = Information.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new IllegalStateException("openapi.json is not beside its class");
            }
            String document = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            exchange.reply(200, document.replace("@VERSION@", version).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
