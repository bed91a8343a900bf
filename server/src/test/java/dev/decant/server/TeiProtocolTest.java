package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeiProtocolTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static final List<Map<String, Object>> GOOD =
            List.of(Map.of("score", 0.75, "label", "POSITIVE"), Map.of("score", 0.25, "label", "NEGATIVE"));
    private static final List<Map<String, Object>> BAD =
            List.of(Map.of("score", 0.75, "label", "NEGATIVE"), Map.of("score", 0.25, "label", "POSITIVE"));

    @ParameterizedTest
    @ValueSource(strings = {"/predict", "/", "/invocations", "/models/tiny"})
    void oneTextGivesItsLabelsBestFirst(String path) throws Exception {
        var response = server.post(path, "{\"inputs\":\"a good wine\"}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(TestServer.json(response)).isEqualTo(GOOD);
    }

    @Test
    void aListWithOneTextIsThatText() throws Exception {
        assertThat(TestServer.json(server.post("/predict", "{\"inputs\":[\"good\"]}")))
                .isEqualTo(GOOD);
    }

    @Test
    void aListOfListsIsABatch() throws Exception {
        var response = server.post("/predict", "{\"inputs\":[[\"bad\"],[\"good\"]],\"truncate\":null}");
        assertThat(TestServer.json(response)).isEqualTo(List.of(BAD, GOOD));
    }

    @Test
    void rawScoresAreTheModelsOwn() throws Exception {
        var response = server.post("/predict", "{\"inputs\":\"good\",\"raw_scores\":true}");
        assertThat(TestServer.json(response))
                .isEqualTo(
                        List.of(Map.of("score", 1.0, "label", "POSITIVE"), Map.of("score", -1.0, "label", "NEGATIVE")));
    }

    @Test
    void timesAndCountsAreInTheHeaders() throws Exception {
        var headers = server.post("/predict", "{\"inputs\":\"two words\"}").headers();
        assertThat(headers.firstValue("x-compute-type")).contains("cpu");
        assertThat(headers.firstValue("x-compute-characters")).contains("9");
        assertThat(headers.firstValue("x-compute-tokens")).contains("2");
        for (String time :
                List.of("x-compute-time", "x-total-time", "x-tokenization-time", "x-queue-time", "x-inference-time")) {
            assertThat(headers.firstValueAsLong(time)).as(time).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{\"inputs\":[\"a\",\"b\"]}`, 422, Validation, one pair",
                "`{\"inputs\":[\"a\",\"b\",\"c\"]}`, 422, Validation, one text or one pair",
                "`{\"inputs\":[[\"a\"],\"b\"]}`, 422, Validation, mixes",
                "`{\"inputs\":[]}`, 400, Empty, cannot be empty",
                "`{\"inputs\":\"\"}`, 422, Tokenizer, empty",
                "`{\"inputs\":7}`, 422, Validation, inputs",
                "`{}`, 422, Validation, inputs",
                "`[]`, 422, Validation, no JSON object",
                "`{\"inputs\":`, 400, Validation, not valid JSON",
                "``, 400, Validation, empty",
                "`{\"inputs\":\"a\"} x`, 400, Validation, JSON",
                "`{\"inputs\":\"a\",\"truncate\":\"yes\"}`, 422, Validation, true or false",
                "`{\"inputs\":\"long\",\"truncate\":false}`, 422, Tokenizer, not to be truncated",
                "`{\"inputs\":\"long\",\"truncation_direction\":\"left\"}`, 422, Tokenizer, not to be truncated",
                "`{\"inputs\":\"a\",\"truncation_direction\":\"up\"}`, 422, Validation, truncation_direction",
                "`{\"inputs\":\"refused\"}`, 422, Tokenizer, this text is refused",
                "`{\"inputs\":\"poison\"}`, 424, Backend, the model choked",
            })
    void aFaultHasItsStatusAndType(String body, int status, String type, String message) throws Exception {
        var response = server.post("/predict", body == null ? "" : body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(TestServer.object(response)).containsEntry("error_type", type);
        assertThat(TestServer.error(response)).contains(message).doesNotContain("\n");
    }

    @Test
    void oneBadTextOfABatchFailsAlone() throws Exception {
        var response = server.post("/predict", "{\"inputs\":[[\"good\"],[\"poison\"],[\"refused\"],[\"bad\"],[\"\"]]}");
        assertThat(response.statusCode()).isEqualTo(200);
        List<Object> items = TestServer.list(response);
        assertThat(items.get(0)).isEqualTo(GOOD);
        assertThat(items.get(1)).isEqualTo(Map.of("error", "the model choked", "error_type", "Backend"));
        assertThat(items.get(2)).isEqualTo(Map.of("error", "this text is refused", "error_type", "Tokenizer"));
        assertThat(items.get(3)).isEqualTo(BAD);
        assertThat(items.get(4)).isEqualTo(Map.of("error", "the text is empty", "error_type", "Tokenizer"));
    }

    @Test
    void aRequestMayBeLargerThanABatch() throws Exception {
        StringBuilder body = new StringBuilder("{\"inputs\":[");
        for (int i = 0; i < 300; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("[\"")
                    .append(i % 3 == 0 ? "good " : "bad ")
                    .append(i)
                    .append("\"]");
        }
        List<Object> items =
                TestServer.list(server.post("/predict", body.append("]}").toString()));
        for (int i = 0; i < 300; i++) {
            assertThat(items.get(i)).as("item " + i).isEqualTo(i % 3 == 0 ? GOOD : BAD);
        }
    }

    @Test
    void parametersTellTheFormOfHuggingFace() throws Exception {
        assertThat(TestServer.json(server.post("/predict", "{\"inputs\":\"good\",\"parameters\":{}}")))
                .isEqualTo(List.of(GOOD));
        assertThat(TestServer.json(server.post("/predict", "{\"inputs\":\"good\",\"parameters\":null}")))
                .isEqualTo(List.of(GOOD));
        assertThat(TestServer.json(
                        server.post("/predict", "{\"inputs\":[\"bad\",\"good\"],\"parameters\":{\"top_k\":1}}")))
                .isEqualTo(List.of(BAD.subList(0, 1), GOOD.subList(0, 1)));
    }

    @Test
    void theFunctionToApplyIsTheClientsChoice() throws Exception {
        for (var expected :
                Map.of("softmax", 0.880797, "sigmoid", 0.731059, "none", 1.0).entrySet()) {
            var response = server.post(
                    "/predict",
                    "{\"inputs\":\"good\",\"parameters\":{\"function_to_apply\":\"" + expected.getKey() + "\"}}");
            Object first = ((List<?>) TestServer.list(response).getFirst()).getFirst();
            assertThat((Double) ((Map<?, ?>) first).get("score"))
                    .as(expected.getKey())
                    .isCloseTo(expected.getValue(), org.assertj.core.data.Offset.offset(1e-6));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"inputs\":\"a\",\"parameters\":{\"top_k\":0}}",
                "{\"inputs\":\"a\",\"parameters\":{\"function_to_apply\":\"tanh\"}}",
                "{\"inputs\":\"a\",\"parameters\":[]}",
                "{\"inputs\":[1],\"parameters\":{}}"
            })
    void whatThatFormDoesNotKnowIsRefused(String body) throws Exception {
        assertThat(server.post("/predict", body).statusCode()).isEqualTo(422);
    }

    @Test
    void infoTellsTheModelAndTheLimits() throws Exception {
        var info = TestServer.object(server.get("/info"));
        assertThat(info).containsEntry("model_id", "tiny").containsEntry("max_input_length", 8L);
        assertThat(info.get("model_type"))
                .isEqualTo(Map.of(
                        "classifier",
                        Map.of(
                                "id2label", Map.of("0", "NEGATIVE", "1", "POSITIVE"),
                                "label2id", Map.of("NEGATIVE", 0L, "POSITIVE", 1L))));
    }

    @Test
    void anUnknownModelIsNotFound() throws Exception {
        var response = server.post("/models/huge", "{\"inputs\":\"a\"}");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(TestServer.object(response)).containsEntry("error_type", "NotFound");
    }
}
