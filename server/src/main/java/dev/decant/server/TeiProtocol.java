package dev.decant.server;

import dev.decant.batch.Priority;
import dev.decant.data.LabelScore;
import dev.decant.data.Outcome;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// `POST /predict` as Text Embeddings Inference 1.9 has it, and on the same path the form of the Hugging Face
/// Inference API, which always sends `parameters`.
final class TeiProtocol {
    private static final HeaderName COMPUTE_TYPE = HeaderNames.create("x-compute-type");
    private static final HeaderName COMPUTE_TIME = HeaderNames.create("x-compute-time");
    private static final HeaderName COMPUTE_CHARACTERS = HeaderNames.create("x-compute-characters");
    private static final HeaderName COMPUTE_TOKENS = HeaderNames.create("x-compute-tokens");
    private static final HeaderName TOTAL_TIME = HeaderNames.create("x-total-time");
    private static final HeaderName TOKENIZATION_TIME = HeaderNames.create("x-tokenization-time");
    private static final HeaderName QUEUE_TIME = HeaderNames.create("x-queue-time");
    private static final HeaderName INFERENCE_TIME = HeaderNames.create("x-inference-time");

    /// What the Inference API gives where nothing is asked for.
    private static final int USUAL_TOP_K = 5;

    private final TextClassification classification;
    private final Supplier<String> defaultModel;

    TeiProtocol(TextClassification classification, Supplier<String> defaultModel) {
        this.classification = classification;
        this.defaultModel = defaultModel;
    }

    static byte[] fault(RequestFault fault) {
        return Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("error", fault.line);
            json.writeStringProperty("error_type", fault.kind.type);
            json.writeEndObject();
        });
    }

    void addTo(RouteTable routes) {
        for (String path : List.of("/predict", "/", "/invocations", "/models/{model}")) {
            routes.post(path, TeiProtocol::fault, this::predict);
        }
    }

    /// What a request asks for.
    ///
    /// @param nested whether the answer is a list of lists
    /// @param topK the most labels
    private record Ask(List<String> texts, boolean nested, boolean truncate, ScoreFunction function, int topK) {}

    void predict(Exchange exchange) throws RequestFault, InterruptedException {
        byte[] body = exchange.body(classification.limits().maxBodyBytes());
        Map<String, @Nullable Object> request = Json.object(body, 0, body.length);
        Ask ask = request.containsKey("parameters") ? inferenceApi(request) : tei(request);
        String model = exchange.hasParameter("model") ? exchange.parameter("model") : defaultModel.get();
        var answers = classification
                .classify(
                        exchange,
                        model,
                        null,
                        ask.texts,
                        new TextClassification.Ask(Priority.NORMAL, null, ask.truncate))
                .usable();
        List<Outcome> outcomes = new ArrayList<>();
        for (Outcome outcome : answers.outcomes()) {
            outcomes.add(
                    outcome instanceof Outcome.Scored scored
                            ? new Outcome.Scored(top(ask.function.apply(scored.scores()), ask.topK), scored.truncated())
                            : outcome);
        }
        timings(exchange);
        exchange.reply(200, json -> {
            if (!ask.nested) {
                write(json, outcomes.getFirst());
                return;
            }
            json.writeStartArray();
            outcomes.forEach(outcome -> write(json, outcome));
            json.writeEndArray();
        });
    }

    private static List<LabelScore> top(List<LabelScore> scores, int topK) {
        return scores.size() <= topK ? scores : scores.subList(0, topK);
    }

    private static void write(JsonGenerator json, Outcome outcome) {
        switch (outcome) {
            case Outcome.Scored scored -> {
                json.writeStartArray();
                for (LabelScore score : scored.scores()) {
                    json.writeStartObject();
                    json.writeNumberProperty("score", score.score());
                    json.writeStringProperty("label", score.label());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
            // One text of a batch: the others have their answers.
            case Outcome.Failed failed -> {
                json.writeStartObject();
                json.writeStringProperty("error", failed.message());
                json.writeStringProperty("error_type", TextClassification.faultOf(failed).kind.type);
                json.writeEndObject();
            }
            case Outcome.Skipped skipped -> {
                json.writeStartObject();
                json.writeStringProperty("error", skipped.reason());
                json.writeStringProperty("error_type", RequestFault.Kind.EMPTY.type);
                json.writeEndObject();
            }
        }
    }

    private static void timings(Exchange exchange) {
        Exchange.Work work = exchange.work;
        String total = millis(exchange.connection.nanosSince(exchange.startNanos));
        var response = exchange.response;
        response.header(COMPUTE_TYPE, "cpu");
        response.header(COMPUTE_TIME, total);
        response.header(COMPUTE_CHARACTERS, Long.toString(work.chars));
        response.header(COMPUTE_TOKENS, Long.toString(work.tokens));
        response.header(TOTAL_TIME, total);
        response.header(TOKENIZATION_TIME, millis(work.tokenizeNanos));
        response.header(QUEUE_TIME, millis(work.queueNanos));
        response.header(INFERENCE_TIME, millis(work.inferenceNanos));
    }

    private static String millis(long nanos) {
        return Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private static Ask tei(Map<String, @Nullable Object> request) throws RequestFault {
        boolean truncate = !Boolean.FALSE.equals(flag(request, "truncate"));
        boolean raw = Boolean.TRUE.equals(flag(request, "raw_scores"));
        Object direction = request.get("truncation_direction");
        if (direction != null && !direction.equals("right") && !direction.equals("Right")) {
            if (!direction.equals("left") && !direction.equals("Left")) {
                throw invalid("`truncation_direction` is 'right' or 'left'");
            }
            // Cut at the left, nothing may be cut at the right.
            truncate = false;
        }
        ScoreFunction function = raw ? ScoreFunction.NONE : ScoreFunction.MODEL;
        Object inputs = request.get("inputs");
        if (inputs instanceof String text) {
            return new Ask(List.of(text), false, truncate, function, Integer.MAX_VALUE);
        }
        if (!(inputs instanceof List<?> list)) {
            throw invalid("`inputs` is a text, a pair of texts, or a list of lists with a text or a pair each");
        }
        if (list.isEmpty()) {
            throw new RequestFault(RequestFault.Kind.EMPTY, "`inputs` cannot be empty");
        }
        if (list.getFirst() instanceof String) {
            return new Ask(List.of(single(list)), false, truncate, function, Integer.MAX_VALUE);
        }
        List<String> texts = new ArrayList<>(list.size());
        for (Object item : list) {
            if (!(item instanceof List<?> inner)) {
                throw invalid("`inputs` mixes texts and lists; a batch is a list of lists: [[\"a\"], [\"b\"]]");
            }
            texts.add(single(inner));
        }
        return new Ask(texts, true, truncate, function, Integer.MAX_VALUE);
    }

    private static String single(List<?> sequence) throws RequestFault {
        if (sequence.size() == 1 && sequence.getFirst() instanceof String text) {
            return text;
        }
        if (sequence.size() == 2 && sequence.get(0) instanceof String && sequence.get(1) instanceof String) {
            throw invalid("two texts in a list are one pair, and this model takes single texts; a batch is a list of"
                    + " lists: [[\"a\"], [\"b\"]]");
        }
        throw invalid("a list of texts is one text or one pair; a batch is a list of lists: [[\"a\"], [\"b\"]]");
    }

    private static Ask inferenceApi(Map<String, @Nullable Object> request) throws RequestFault {
        Object given = request.get("parameters");
        if (given != null && !(given instanceof Map<?, ?>)) {
            throw invalid("`parameters` is an object");
        }
        Map<String, @Nullable Object> parameters = given instanceof Map<?, ?> map ? Json.cast(map) : Map.of();
        int topK = USUAL_TOP_K;
        Object asked = parameters.get("top_k");
        if (asked != null) {
            // 3.0 is a whole number, too.
            if (!(asked instanceof Number number) || number.doubleValue() < 1 || number.doubleValue() % 1 != 0) {
                throw invalid("`top_k` is a whole number from 1");
            }
            topK = (int) Math.min(number.doubleValue(), Integer.MAX_VALUE);
        }
        Object name = parameters.get("function_to_apply");
        ScoreFunction function = ScoreFunction.MODEL;
        if (name != null) {
            function = switch (name.toString()) {
                case "softmax" -> ScoreFunction.SOFTMAX;
                case "sigmoid" -> ScoreFunction.SIGMOID;
                case "none" -> ScoreFunction.NONE;
                default -> throw invalid("`function_to_apply` is 'softmax', 'sigmoid' or 'none'");
            };
        }
        List<String> texts = new ArrayList<>();
        switch (request.get("inputs")) {
            case String text -> texts.add(text);
            case List<?> list -> {
                if (list.isEmpty()) {
                    throw new RequestFault(RequestFault.Kind.EMPTY, "`inputs` cannot be empty");
                }
                for (Object item : list) {
                    if (!(item instanceof String text)) {
                        throw invalid("`inputs` is a text or a list of texts");
                    }
                    texts.add(text);
                }
            }
            case null, default -> throw invalid("`inputs` is a text or a list of texts");
        }
        return new Ask(texts, true, true, function, topK);
    }

    private static @Nullable Boolean flag(Map<String, @Nullable Object> request, String name) throws RequestFault {
        Object value = request.get(name);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw invalid("`" + name + "` is true or false");
    }

    private static RequestFault invalid(String message) {
        return new RequestFault(RequestFault.Kind.INVALID, message);
    }
}
