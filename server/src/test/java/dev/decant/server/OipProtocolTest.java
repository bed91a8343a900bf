package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OipProtocolTest {
    private static final String INFER = "/v2/models/tiny/infer";
    private static final String LENGTH = "Inference-Header-Content-Length";

    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String tensor(String shape, String data) {
        return "{\"name\":\"text\",\"shape\":" + shape + ",\"datatype\":\"BYTES\",\"data\":" + data + "}";
    }

    private static String request(String data, String more) {
        return "{\"id\":\"7\",\"inputs\":[" + tensor("[2]", data) + "]" + more + "}";
    }

    private static Map<String, Object> output(String name, String datatype, List<Long> shape, List<?> data) {
        return Map.of("name", name, "datatype", datatype, "shape", shape, "data", data);
    }

    @ParameterizedTest
    @ValueSource(strings = {INFER, "/v2/models/tiny/versions/1/infer"})
    void textsGiveLabelsAndScoresInIdOrder(String path) throws Exception {
        var response = server.post(path, request("[\"good\",\"bad\"]", ""));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestServer.object(response))
                .isEqualTo(Map.of(
                        "model_name", "tiny",
                        "model_version", "1",
                        "id", "7",
                        "outputs",
                                List.of(
                                        output("label", "BYTES", List.of(2L), List.of("POSITIVE", "NEGATIVE")),
                                        output("scores", "FP32", List.of(2L, 2L), List.of(0.25, 0.75, 0.75, 0.25)))));
    }

    @Test
    void anyShapeOfThatManyElementsIsFine() throws Exception {
        String body = "{\"inputs\":[" + tensor("[2,1]", "[[\"good\"],[\"bad\"]]") + "]}";
        assertThat(server.post(INFER, body).statusCode()).isEqualTo(200);
    }

    @Test
    void onlyTheOutputsAskedForComeInTheirOrder() throws Exception {
        String asked =
                ",\"outputs\":[{\"name\":\"score\"},{\"name\":\"scores\",\"parameters\":{\"classification\":1}}]";
        var response = TestServer.object(server.post(INFER, request("[\"good\",\"bad\"]", asked)));
        assertThat(response.get("outputs"))
                .isEqualTo(List.of(
                        output("score", "FP32", List.of(2L), List.of(0.75, 0.75)),
                        output(
                                "scores",
                                "BYTES",
                                List.of(2L, 1L),
                                List.of("0.750000:1:POSITIVE", "0.750000:0:NEGATIVE"))));
    }

    @Test
    void aTextThatFailsSaysWhyAndTheOthersHaveTheirAnswers() throws Exception {
        var response = server.post(INFER, request("[\"poison\",\"good\"]", ""));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TestServer.object(response).get("outputs"))
                .isEqualTo(List.of(
                        output("label", "BYTES", List.of(2L), List.of("", "POSITIVE")),
                        output("scores", "FP32", List.of(2L, 2L), Arrays.asList(null, null, 0.25, 0.75)),
                        output("error", "BYTES", List.of(2L), List.of("the model choked", ""))));
    }

    @Test
    void tensorsInBinaryAreTheSame() throws Exception {
        byte[] texts = strings("good", "schlecht: ü€😀");
        byte[] json = ("{\"inputs\":[{\"name\":\"text\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":"
                        + "{\"binary_data_size\":" + texts.length + "}}],"
                        + "\"parameters\":{\"binary_data_output\":true}}")
                .getBytes(StandardCharsets.UTF_8);
        HttpResponse<byte[]> response = server.client.send(
                server.request(INFER)
                        .header(LENGTH, "" + json.length)
                        .POST(BodyPublishers.ofByteArray(join(json, texts)))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        int head = (int) response.headers().firstValueAsLong(LENGTH).orElseThrow();
        byte[] body = response.body();
        var outputs =
                (List<?>) Objects.requireNonNull(Json.object(body, 0, head).get("outputs"));
        byte[] labels = strings("POSITIVE", "NEGATIVE");
        assertThat(((Map<?, ?>) outputs.get(0)).get("parameters"))
                .isEqualTo(Map.of("binary_data_size", (long) labels.length));
        assertThat(Arrays.copyOfRange(body, head, head + labels.length)).isEqualTo(labels);
        ByteBuffer scores = ByteBuffer.wrap(body, head + labels.length, 16).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(List.of(scores.getFloat(), scores.getFloat(), scores.getFloat(), scores.getFloat()))
                .containsExactly(0.25f, 0.75f, 0.75f, 0.25f);
        assertThat(body).hasSize(head + labels.length + 16);
        assertThat(server.engine.seen()).contains("schlecht: ü€😀");
    }

    private static byte[] strings(String... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length)
                    .array());
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    @ParameterizedTest
    @CsvSource({"-5, 8", "3, 8", "2147483647, 8", "8, 4"})
    void aDefectiveTensorInBinaryIsRefused(int length, int size) throws Exception {
        byte[] tensor = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(length)
                .putInt(0x41414141)
                .array();
        byte[] json = ("{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"parameters\":"
                        + "{\"binary_data_size\":" + size + "}}]}")
                .getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> response = server.client.send(
                server.request(INFER)
                        .header(LENGTH, "" + json.length)
                        .POST(BodyPublishers.ofByteArray(join(json, tensor)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.object(response)).containsOnlyKeys("error");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{}`, one input",
                "`{\"inputs\":[{\"name\":\"txt\"}]}`, one input",
                "`{\"inputs\":[{\"name\":\"text\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[1]}]}`, BYTES",
                "`{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[3],\"data\":[\"a\"]}]}`, shape says 3",
                "`{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"data\":[\"a\"]}]}`, no shape",
                "`{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[1]}]}`, strings",
                "`{\"inputs\":[{\"name\":\"text\",\"datatype\":\"BYTES\",\"shape\":[0],\"data\":[]}]}`, no texts",
                "`{\"inputs\":1}`, list of objects",
            })
    void aDefectiveRequestIsRefusedInTheProtocolsShape(String body, String message) throws Exception {
        var response = server.post(INFER, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.object(response)).containsOnlyKeys("error");
        assertThat(TestServer.error(response)).contains(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"outputs\":[{\"name\":\"logits\"}]",
                ",\"outputs\":[{\"name\":\"label\",\"parameters\":{\"classification\":2}}]",
                ",\"parameters\":{\"priority\":-1}",
                ",\"parameters\":{\"timeout\":\"soon\"}"
            })
    void whatThereIsNotCannotBeAskedFor(String more) throws Exception {
        assertThat(server.post(INFER, request("[\"a\",\"b\"]", more)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void versionsOtherThanTheOneThatServesAreNotFound() throws Exception {
        var response = server.post("/v2/models/tiny/versions/2/infer", request("[\"a\",\"b\"]", ""));
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(server.get("/v2/models/tiny/versions/2").statusCode()).isEqualTo(404);
    }

    @Test
    void metadataSaysWhatGoesInAndComesOut() throws Exception {
        assertThat(TestServer.object(server.get("/v2"))).containsKeys("name", "version", "extensions");
        var metadata = TestServer.object(server.get("/v2/models/tiny"));
        assertThat(metadata).containsEntry("name", "tiny").containsEntry("versions", List.of("1"));
        assertThat(metadata.get("inputs"))
                .isEqualTo(List.of(Map.of("name", "text", "datatype", "BYTES", "shape", List.of(-1L))));
        assertThat(((List<?>) metadata.get("outputs")))
                .anySatisfy(output -> assertThat(output)
                        .isEqualTo(Map.of("name", "scores", "datatype", "FP32", "shape", List.of(-1L, 2L))));
        assertThat(server.get("/v2/health/live").statusCode()).isEqualTo(200);
        assertThat(server.get("/v2/health/ready").statusCode()).isEqualTo(200);
        assertThat(server.get("/v2/models/tiny/ready").statusCode()).isEqualTo(200);
        assertThat(server.get("/v2/models/tiny/config").body()).contains("TYPE_STRING");
        server.post(INFER, request("[\"good\",\"bad\"]", ""));
        assertThat(server.get("/v2/models/tiny/stats").body()).contains("\"inference_count\":");
        assertThat(server.get("/v2/models/other").statusCode()).isEqualTo(404);
    }

    @Test
    void kserveV1PredictsTheIdsOfLabels() throws Exception {
        var response =
                server.post("/v1/models/tiny:predict", "{\"instances\":[\"good\",{\"text\":\"bad\"},\"poison\"]}");
        assertThat(TestServer.object(response).get("predictions")).isEqualTo(Arrays.asList(1L, 0L, null));
        assertThat(TestServer.object(response).get("errors")).isEqualTo(Map.of("2", "the model choked"));
        assertThat(TestServer.object(server.get("/v1/models/tiny"))).isEqualTo(Map.of("name", "tiny", "ready", true));
        assertThat(TestServer.object(server.get("/v1/models"))).isEqualTo(Map.of("models", List.of("tiny")));
        assertThat(server.post("/v1/models/tiny:predict", "{\"instances\":[1]}").statusCode())
                .isEqualTo(400);
    }
}
