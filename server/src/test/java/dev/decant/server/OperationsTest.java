package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.metrics.Ticker;
import dev.decant.server.model.ServingPolicy;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationsTest {
    @Test
    void aServerLivesBeforeItsModelDoesAndIsReadyAfterIt() throws Exception {
        try (TestServer server = TestServer.unloaded(ServingPolicy.DEFAULT, ServerOptions.DEFAULT, Ticker.SYSTEM)) {
            assertThat(server.get("/livez").statusCode()).isEqualTo(200);
            for (String ready :
                    List.of("/readyz", "/health", "/healthz", "/v2/health/ready", "/v2/models/tiny/ready")) {
                assertThat(server.get(ready).statusCode()).as(ready).isEqualTo(503);
            }
            HttpResponse<String> early = server.post("/predict", "{\"inputs\":\"a\"}");
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(TestServer.object(early)).containsEntry("error_type", "Unhealthy");
            server.models.load("tiny");
            assertThat(server.engine.seen()).isNotEmpty(); // Warmed up.
            assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(server.post("/predict", "{\"inputs\":\"a\"}").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aServerThatStopsIsNotReadyAndAnswersWhatItHasAccepted() throws Exception {
        try (TestServer server = TestServer.start()) {
            server.engine.hold();
            CompletableFuture<HttpResponse<String>> accepted = server.postLater("/predict", "{\"inputs\":\"good\"}");
            TestServer.eventually("it is inside", () -> server.engine.seen().contains("good"));
            server.server.drain();
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(TestServer.object(server.get("/readyz"))).containsEntry("status", "draining");
            Thread closing = Thread.ofVirtual().start(server.server::close);
            TestServer.eventually("it listens no more", () -> refuses(server));
            assertThat(accepted).isNotDone();
            server.engine.release();
            assertThat(accepted.get().statusCode()).isEqualTo(200);
            closing.join();
        }
    }

    private static boolean refuses(TestServer server) {
        try {
            server.connect().close();
            return false;
        } catch (java.io.IOException e) {
            return true;
        }
    }

    @Test
    void aBrokenModelIsNotReadyUntilItIsLoadedAnew() throws Exception {
        try (TestServer server = TestServer.start()) {
            HttpResponse<String> broken = server.post("/predict", "{\"inputs\":\"fatal\"}");
            assertThat(broken.statusCode()).isEqualTo(503);
            assertThat(TestServer.error(broken)).contains("the model is gone");
            assertThat(server.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(server.post("/predict", "{\"inputs\":\"a\"}").statusCode())
                    .isEqualTo(503);
        }
    }

    @Test
    void metricsCountWhatHappened() throws Exception {
        try (TestServer server = TestServer.start()) {
            server.post("/predict", "{\"inputs\":[[\"good a\"],[\"good a\"],[\"poison\"],[\"refused\"]]}");
            server.post("/predict", "{");
            server.get("/nowhere/at/all");
            String tiny = "{model=\"tiny\"";
            assertThat(server.metric("decant_requests_total{route=\"/predict\",status=\"200\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_requests_total{route=\"/predict\",status=\"400\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_requests_total{route=\"other\",status=\"404\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_errors_total{kind=\"malformed\"}")).isEqualTo(1);
            assertThat(server.metric("decant_texts_total" + tiny + ",outcome=\"scored\"}"))
                    .isEqualTo(2);
            assertThat(server.metric("decant_texts_total" + tiny + ",outcome=\"engine_fault\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_texts_total" + tiny + ",outcome=\"unusable_text\"}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_dedup_hits_total" + tiny + "}")).isEqualTo(1);
            assertThat(server.metric("decant_bisections_total" + tiny + "}")).isEqualTo(1);
            assertThat(server.metric("decant_batch_rows_total" + tiny + "}")).isGreaterThanOrEqualTo(3);
            assertThat(server.metric("decant_inference_duration_seconds_count" + tiny + "}"))
                    .isEqualTo(1);
            assertThat(server.metric("decant_workers" + tiny + "}")).isEqualTo(2);
            assertThat(server.metric("decant_ready")).isEqualTo(1);
        }
    }

    @Test
    void requestIdsAndTracesArePassedOn() throws Exception {
        try (TestServer server = TestServer.start()) {
            String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
            var headers = server.post(
                            "/predict",
                            "{\"inputs\":\"a\"}",
                            "x-request-id",
                            "mine-1",
                            "traceparent",
                            "00-" + trace + "-00f067aa0ba902b7-01",
                            "tracestate",
                            "vendor=1")
                    .headers();
            assertThat(headers.firstValue("x-request-id")).contains("mine-1");
            assertThat(headers.firstValue("traceparent").orElseThrow())
                    .matches("00-" + trace + "-[0-9a-f]{16}-01")
                    .doesNotContain("00f067aa0ba902b7");
            assertThat(headers.firstValue("tracestate")).contains("vendor=1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "nonsense"
            })
    void aTraceThatIsNoneIsNotPassedOn(String traceParent) throws Exception {
        try (TestServer server = TestServer.start()) {
            var headers = server.post("/predict", "{\"inputs\":\"a\"}", "traceparent", traceParent)
                    .headers();
            assertThat(headers.firstValue("traceparent")).isEmpty();
            assertThat(headers.firstValue("x-request-id").orElseThrow()).matches("[0-9a-f]{16}");
        }
    }

    @Test
    void theAccessLogHasALineOfJsonForEachRequest() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLog log = new AccessLog(out, InstantSource.fixed(Instant.EPOCH));
        try (TestServer server = TestServer.start(ServingPolicy.DEFAULT, ServerOptions.DEFAULT.withLog(log))) {
            server.post("/predict", "{\"inputs\":[[\"good\"],[\"poison\"]]}", "x-request-id", "one");
            server.post("/predict", "{\"inputs\":7}", "x-request-id", "two");
            TestServer.eventually(
                    "both are logged",
                    () -> out.toString(StandardCharsets.UTF_8).lines().count() == 2);
        }
        byte[] bytes = out.toByteArray();
        int end = out.toString(StandardCharsets.UTF_8).indexOf('\n');
        Map<String, Object> first = cast(Json.object(bytes, 0, end));
        assertThat(first)
                .containsEntry("time", "1970-01-01T00:00:00Z")
                .containsEntry("request_id", "one")
                .containsEntry("client", "127.0.0.1")
                .containsEntry("method", "POST")
                .containsEntry("path", "/predict")
                .containsEntry("status", 200L)
                .containsEntry("model", "tiny")
                .containsEntry("texts", 2L)
                .containsEntry("failed", 1L)
                .containsKeys("ms", "queue_ms", "inference_ms", "tokenize_ms", "tokens", "bytes")
                .doesNotContainKey("error");
        Map<String, Object> second = cast(Json.object(bytes, end + 1, bytes.length - end - 1));
        assertThat(second)
                .containsEntry("request_id", "two")
                .containsEntry("status", 422L)
                .containsKey("error");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> cast(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }

    @Test
    void aKeyIsAskedForWhereThereAreKeys() throws Exception {
        ServerOptions options = ServerOptions.DEFAULT.withApiKeys(List.of("first", "second"));
        try (TestServer server = TestServer.start(ServingPolicy.DEFAULT, options)) {
            String body = "{\"inputs\":\"a\"}";
            HttpResponse<String> without = server.post("/predict", body);
            assertThat(without.statusCode()).isEqualTo(401);
            assertThat(without.headers().firstValue("www-authenticate")).contains("Bearer");
            assertThat(server.post("/predict", body, "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(server.post("/predict", body, "Authorization", "Bearer second")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/predict", body, "Authorization", "bearer first")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(server.post("/predict", body, "x-api-key", "first").statusCode())
                    .isEqualTo(200);
            assertThat(server.get("/metrics").statusCode()).isEqualTo(401);
            for (String open : List.of("/livez", "/readyz", "/health", "/ping", "/v2/health/live", "/openapi.json")) {
                assertThat(server.get(open).statusCode()).as(open).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /predict, 405, POST",
        "DELETE, /metrics, 405, GET",
        "PUT, /v1/jobs/x, 405, 'DELETE, GET'",
        "GET, /nowhere, 404,",
        "GET, /v2/models/%ZZ, 400,"
    })
    void whatIsNotThereIsToldSo(String method, String path, int status, String allow) throws Exception {
        try (TestServer server = TestServer.start()) {
            try (var socket = server.connect()) {
                AdmissionTest.send(socket, method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
                String answer = AdmissionTest.readAnswer(socket);
                assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\"error\":");
                if (allow != null) {
                    assertThat(answer).contains("Allow: " + allow);
                }
            }
        }
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        try (TestServer server = TestServer.start()) {
            HttpResponse<String> response =
                    server.client.send(server.request("/livez").HEAD().build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
        }
    }

    @Test
    void theOpenApiDocumentHasEveryRouteAndNoOther() throws Exception {
        try (TestServer server = TestServer.start()) {
            Map<String, Object> paths = cast(
                    (Map<?, ?>) TestServer.object(server.get("/openapi.json")).getOrDefault("paths", Map.of()));
            List<String> documented = paths.entrySet().stream()
                    .flatMap(path ->
                            ((Map<?, ?>) path.getValue()).keySet().stream().map(method -> method + " " + path.getKey()))
                    .toList();
            List<String> there = server.server.routes().stream()
                    .map(route -> route.method().toLowerCase(java.util.Locale.ROOT) + " " + route.pattern())
                    .toList();
            assertThat(documented).containsExactlyInAnyOrderElementsOf(there);
        }
    }
}
