package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.metrics.ManualTicker;
import dev.decant.server.model.ServingPolicy;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsTest {
    private TestServer server;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String csv(int rows) {
        StringBuilder csv = new StringBuilder("id,text\n");
        for (int i = 0; i < rows; i++) {
            csv.append(i).append(',').append(text(i)).append('\n');
        }
        return csv.toString();
    }

    private static String text(int i) {
        return switch (i % 50) {
            case 7 -> "";
            case 11 -> "poison " + i;
            case 13 -> "refused " + i;
            default -> (i % 2 == 0 ? "good " : "bad ") + i;
        };
    }

    private static void checkRows(List<String> lines, int rows) {
        assertThat(lines.getFirst()).isEqualTo("id,text,label,score,error");
        for (int i = 0; i < rows; i++) {
            String expected = switch (i % 50) {
                case 7 -> ",,skipped: empty text";
                case 11 -> ",,the model choked";
                case 13 -> ",,this text is refused";
                default -> i % 2 == 0 ? "POSITIVE,0.75," : "NEGATIVE,0.75,";
            };
            assertThat(lines.get(i + 1)).isEqualTo(i + "," + text(i) + "," + expected);
        }
    }

    @Test
    void theSameFileComesBackWithLabelsInOrder() throws Exception {
        HttpResponse<String> response =
                server.post("/v1/jobs?column=text&summary=true", csv(2_000), "content-type", "text/csv");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
        assertThat(server.metric("decant_texts_total{model=\"tiny\",outcome=\"scored\"}"))
                .isEqualTo(1_880);
        List<String> lines = response.body().lines().toList();
        checkRows(lines, 2_000);
        assertThat(lines).hasSize(2_002);
        assertThat(lines.getLast()).isEqualTo("# decant: rows=2000 scored=1880 failed=80 skipped=40");
        String id = response.headers().firstValue("x-job-id").orElseThrow();
        assertThat(TestServer.object(server.get("/v1/jobs/" + id)))
                .containsEntry("state", "completed")
                .containsEntry("rows", 2_000L)
                .containsEntry("failed", 80L);
        assertThat(server.get("/v1/jobs").body()).contains(id);
    }

    @Test
    void trailersAccountForTheRows() throws Exception {
        byte[] body = csv(100).getBytes(StandardCharsets.UTF_8);
        try (Socket socket = server.connect()) {
            AdmissionTest.send(
                    socket,
                    "POST /v1/jobs?column=text HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                            + "Content-Length: " + body.length + "\r\n\r\n");
            socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String trailers = answer.substring(answer.lastIndexOf("\r\n0\r\n"));
            assertThat(trailers)
                    .contains("x-decant-rows: 100\r\n")
                    .contains("x-decant-scored: 94\r\n")
                    .contains("x-decant-failed: 4\r\n")
                    .contains("x-decant-skipped: 2\r\n");
        }
    }

    @Test
    void jsonLinesGoInAndOutAndAcross() throws Exception {
        String body = "{\"text\":\"good\",\"n\":1}\n{\"text\":\"bad\",\"n\":2}\nnonsense\n";
        HttpResponse<String> same =
                server.post("/v1/jobs?column=text&summary=1", body, "content-type", "application/jsonl");
        List<String> lines = same.body().lines().toList();
        assertThat(lines.get(0)).isEqualTo("{\"text\":\"good\",\"n\":1,\"label\":\"POSITIVE\",\"score\":0.75}");
        assertThat(lines.get(2)).contains("\"label\":null").contains("\"error\":");
        assertThat(lines.getLast()).isEqualTo("{\"decant\":{\"rows\":3,\"scored\":2,\"failed\":1,\"skipped\":0}}");
        HttpResponse<String> across = server.post(
                "/v1/jobs?column=text&output=csv&scores=true", body, "content-type", "application/x-ndjson");
        assertThat(across.body().lines().toList())
                .startsWith(
                        "text,n,label,score,score_NEGATIVE,score_POSITIVE,error", "good,1,POSITIVE,0.75,0.25,0.75,");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/jobs?column=txt, text/csv, 422, the body has no column",
        "/v1/jobs?column=text&output=xls, text/csv, 422, 'xls'",
        "/v1/jobs?column=text&top_k=0, text/csv, 422, top_k",
        "/v1/jobs?column=text&scores=perhaps, text/csv, 422, scores",
        "/v1/jobs?column=text, application/pdf, 415, application/pdf",
        "/v1/jobs?column=text&model=other, text/csv, 404, other",
        "/v1/jobs?column=text&delimiter=ab, text/csv, 422, delimiter"
    })
    void whatCannotBeDoneIsToldBeforeTheFirstRow(String path, String type, int status, String message)
            throws Exception {
        HttpResponse<String> response = server.post(path, csv(3_000), "content-type", type);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(TestServer.error(response)).contains(message).doesNotContain("\n");
    }

    @Test
    void anEmptyBodyIsNoFile() throws Exception {
        HttpResponse<String> response = server.post("/v1/jobs?column=text", "", "content-type", "text/csv");
        assertThat(response.statusCode()).isEqualTo(422);
    }

    @Test
    void aClientThatReadsNothingBeforeItHasSentAllIsServedToo() throws Exception {
        // More than any socket buffers hold, in both directions.
        int rows = 400_000;
        byte[] body =
                csv(rows).replace("poison", "good").replace("refused", "good").getBytes(StandardCharsets.UTF_8);
        try (Socket socket = server.connect()) {
            AdmissionTest.send(
                    socket,
                    "POST /v1/jobs?column=text HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                            + "Content-Length: " + body.length + "\r\n\r\n");
            socket.getOutputStream().write(body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("x-decant-rows: " + rows + "\r\n");
        }
    }

    @Test
    void rowsOfAJobWaitBehindRequests() throws Exception {
        try (TestServer one = TestServer.start(1)) {
            one.engine.hold();
            // A batch that fails is run again in halves, and all of those are seen before the request.
            String good = csv(200).replace("poison", "good");
            CompletableFuture<HttpResponse<String>> job =
                    one.postLater("/v1/jobs?column=text", good, "content-type", "text/csv");
            int warmUp = 2;
            TestServer.eventually(
                    "the worker has a batch, and another waits",
                    () -> one.engine.seen().size() > warmUp && bulkRows(one) > 0);
            int before = one.engine.seen().size();
            CompletableFuture<HttpResponse<String>> request =
                    one.postLater("/predict", "{\"inputs\":\"good request\"}");
            TestServer.eventually("the request waits", () -> one.waiting() == 1);
            one.engine.release();
            assertThat(request.get().statusCode()).isEqualTo(200);
            assertThat(job.get().statusCode()).isEqualTo(200);
            assertThat(one.engine.seen().indexOf("good request")).isEqualTo(before);
        }
    }

    private static int bulkRows(TestServer server) {
        return server.models.figures().values().stream()
                .mapToInt(figures -> figures.queue().bulkRows())
                .sum();
    }

    @Test
    void moreJobsThanThereArePlacesAreToldToComeBack() throws Exception {
        server.engine.hold();
        var first = server.postLater("/v1/jobs?column=text", csv(20), "content-type", "text/csv");
        var second = server.postLater("/v1/jobs?column=text", csv(20), "content-type", "text/csv");
        TestServer.eventually("both run", () -> jobs() == 2);
        HttpResponse<String> third = server.post("/v1/jobs?column=text", csv(20), "content-type", "text/csv");
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValue("retry-after")).isPresent();
        server.engine.release();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
    }

    private int jobs() {
        try {
            return ((List<?>) TestServer.object(server.get("/v1/jobs")).getOrDefault("jobs", List.of())).size();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aJobCanBeCancelledAndItsAnswerBreaksOff() throws Exception {
        server.engine.hold();
        var answer =
                server.postLater("/v1/jobs?column=text", csv(50_000), "content-type", "text/csv", "x-request-id", "j1");
        TestServer.eventually("it runs", () -> jobs() == 1);
        HttpResponse<String> cancelled = server.client.send(
                server.request("/v1/jobs/j1").DELETE().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(cancelled.statusCode()).isEqualTo(200);
        server.engine.release();
        assertThat(answer).failsWithin(Duration.ofSeconds(60));
        Map<String, Object> job = TestServer.object(server.get("/v1/jobs/j1"));
        assertThat(job).containsEntry("state", "failed").containsEntry("ending", "stopped: cancelled");
        assertThat((Long) job.get("rows")).isLessThan(50_000);
        assertThat(server.get("/v1/jobs/none").statusCode()).isEqualTo(404);
    }

    @Test
    void aClientThatDoesNotTakeItsAnswerIsCut() throws Exception {
        ManualTicker ticker = new ManualTicker();
        byte[] body = csv(400_000).getBytes(StandardCharsets.UTF_8);
        try (TestServer other = TestServer.start(ServingPolicy.DEFAULT, ServerOptions.DEFAULT, ticker);
                Socket socket = other.connect()) {
            AdmissionTest.send(
                    socket,
                    "POST /v1/jobs?column=text HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n" + "Content-Length: "
                            + body.length + "\r\n\r\n");
            socket.getOutputStream().write(body);
            TestServer.eventually("it is cut", () -> {
                ticker.advance(Duration.ofMillis(200));
                return cut(other) == 1;
            });
            TestServer.eventually(
                    "its job has ended", () -> jobs(other).contains("\"ending\":\"the client has gone\""));
        }
    }

    private static double cut(TestServer server) {
        try {
            return server.metric("decant_connections_cut_total");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String jobs(TestServer server) {
        try {
            return server.get("/v1/jobs").body();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
