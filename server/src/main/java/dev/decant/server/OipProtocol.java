package dev.decant.server;

import dev.decant.batch.Priority;
import dev.decant.server.TextClassification.Answers;
import dev.decant.server.TextClassification.Ask;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// Inference over the Open Inference Protocol v2 (KServe, Triton), JSON and binary tensors in any combination.
///
/// Triton's request parameters `timeout` (microseconds) and `priority` (1 first, 0 as usual) are known.
final class OipProtocol {
    private static final HeaderName JSON_LENGTH = HeaderNames.create("inference-header-content-length");

    private final TextClassification classification;

    OipProtocol(TextClassification classification) {
        this.classification = classification;
    }

    static byte[] fault(RequestFault fault) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("error", fault.line);
            json.writeEndObject();
        });
    }

    void addTo(RouteTable routes) {
        for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
            routes.post(model + "/infer", OipProtocol::fault, this::infer);
        }
    }

    private void infer(Exchange exchange) throws RequestFault, InterruptedException {
        byte[] body = exchange.body(classification.limits().maxBodyBytes());
        OipRequest request = OipRequest.read(body, jsonLength(exchange));
        Answers answers = classification
                .classify(
                        exchange,
                        exchange.parameter("model"),
                        exchange.hasParameter("version") ? exchange.parameter("version") : null,
                        request.texts(),
                        ask(request.parameters()))
                .usable();
        reply(exchange, request, answers);
    }

    private static int jsonLength(Exchange exchange) throws RequestFault {
        String header = exchange.header(JSON_LENGTH);
        if (header == null) {
            return -1;
        }
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw OipRequest.malformed("Inference-Header-Content-Length is '" + header + "', which is no length");
    }

    private static Ask ask(Map<String, @Nullable Object> parameters) throws RequestFault {
        Duration timeout = null;
        Object micros = parameters.get("timeout");
        if (micros != null) {
            if (!(micros instanceof Long number) || number < 0) {
                throw OipRequest.malformed("'timeout' is a number of microseconds");
            }
            timeout = number == 0 ? null : Duration.ofNanos(Math.min(number, Long.MAX_VALUE / 1_000) * 1_000);
        }
        Priority priority = Priority.NORMAL;
        Object level = parameters.get("priority");
        if (level != null) {
            if (!(level instanceof Long number) || number < 0) {
                throw OipRequest.malformed("'priority' is a number from 0");
            }
            priority = number == 1 ? Priority.HIGH : number <= 2 ? Priority.NORMAL : Priority.LOW;
        }
        return new Ask(priority, timeout, true);
    }

    private static void reply(Exchange exchange, OipRequest request, Answers answers) throws RequestFault {
        List<OipTensor> tensors = new OipOutputs(answers).of(request);
        List<byte @Nullable []> binaries = new ArrayList<>();
        boolean any = false;
        for (int i = 0; i < tensors.size(); i++) {
            Boolean asked =
                    i < request.outputs().size() ? request.outputs().get(i).binary() : null;
            boolean binary = asked == null ? request.binary() : asked;
            binaries.add(binary ? tensors.get(i).binary() : null);
            any |= binary;
        }
        byte[] json = Json.bytes(out -> write(out, request, answers, tensors, binaries));
        if (!any) {
            exchange.reply(200, json);
            return;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(json);
        for (byte[] binary : binaries) {
            if (binary != null) {
                all.writeBytes(binary);
            }
        }
        exchange.response.header(JSON_LENGTH, Integer.toString(json.length));
        exchange.reply(200, "application/octet-stream", all.toByteArray());
    }

    private static void write(
            JsonGenerator json,
            OipRequest request,
            Answers answers,
            List<OipTensor> tensors,
            List<byte @Nullable []> binaries) {
        json.writeStartObject();
        json.writeStringProperty("model_name", answers.model());
        json.writeStringProperty("model_version", answers.version());
        if (!request.id().isEmpty()) {
            json.writeStringProperty("id", request.id());
        }
        json.writeArrayPropertyStart("outputs");
        for (int i = 0; i < tensors.size(); i++) {
            OipTensor tensor = tensors.get(i);
            byte[] binary = binaries.get(i);
            json.writeStartObject();
            json.writeStringProperty("name", tensor.name());
            json.writeArrayPropertyStart("shape");
            for (int dimension : tensor.shape()) {
                json.writeNumber(dimension);
            }
            json.writeEndArray();
            json.writeStringProperty("datatype", tensor.datatype());
            if (binary != null) {
                json.writeObjectPropertyStart("parameters");
                json.writeNumberProperty("binary_data_size", binary.length);
                json.writeEndObject();
            } else {
                json.writeArrayPropertyStart("data");
                tensor.writeData(json);
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
