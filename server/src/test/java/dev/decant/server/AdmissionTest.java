package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.batch.BatchPolicy;
import dev.decant.batch.QueuePolicy;
import dev.decant.metrics.ManualTicker;
import dev.decant.pipeline.FaultPolicy;
import dev.decant.server.model.ServingPolicy;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is let in, who is told to come back, and who is let go.
class AdmissionTest {
    private static final ServingPolicy ALONE = new ServingPolicy(
            BatchPolicy.ALONE,
            QueuePolicy.DEFAULT.withBounds(3, 1_000),
            FaultPolicy.DEFAULT,
            ServingPolicy.DEFAULT.drainPatience());

    private final List<TestServer> servers = new ArrayList<>();

    private TestServer server(Limits limits) throws Exception {
        TestServer server = TestServer.start(ALONE, ServerOptions.DEFAULT.withLimits(limits));
        servers.add(server);
        return server;
    }

    @AfterEach
    void stop() {
        servers.forEach(TestServer::close);
    }

    /// Both workers hold a text, and the queue is full.
    private static List<CompletableFuture<HttpResponse<String>>> fill(TestServer server) {
        server.engine.hold();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int before = server.engine.seen().size() + server.waiting();
            answers.add(server.postLater("/predict", "{\"inputs\":\"good " + i + "\"}"));
            TestServer.eventually(
                    "text " + i + " is in", () -> server.engine.seen().size() + server.waiting() > before);
        }
        return answers;
    }

    @Test
    void aFullQueueSaysWhenToComeBackForOneTextAndForABatch() throws Exception {
        TestServer server = server(Limits.DEFAULT);
        List<CompletableFuture<HttpResponse<String>>> accepted = fill(server);
        for (String inputs : List.of("\"x\"", "[[\"x\"],[\"y\"],[\"z\"]]")) {
            HttpResponse<String> refused = server.post("/predict", "{\"inputs\":" + inputs + "}");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("retry-after").orElseThrow())
                    .isBetween(1L, 60L);
            assertThat(TestServer.object(refused)).containsEntry("error_type", "Overloaded");
        }
        HttpResponse<String> oip = server.post(
                "/v2/models/tiny/infer",
                "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"x\"]}]}");
        assertThat(oip.statusCode()).isEqualTo(429);
        assertThat(TestServer.object(oip)).containsOnlyKeys("error");
        server.engine.release();
        for (CompletableFuture<HttpResponse<String>> answer : accepted) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
        assertThat(server.metric("decant_refused_requests_total{model=\"tiny\"}"))
                .isEqualTo(3);
    }

    @Test
    void aDeadlineThatPassesKeepsTheTextFromTheModel() throws Exception {
        TestServer server = server(Limits.DEFAULT);
        server.engine.hold();
        var first = server.postLater("/predict", "{\"inputs\":\"good 1\"}");
        server.untilHeld(1);
        var second = server.postLater("/predict", "{\"inputs\":\"good 2\"}");
        server.untilHeld(2);
        HttpResponse<String> late = server.post("/predict", "{\"inputs\":\"too late\"}", "x-request-timeout-ms", "20");
        assertThat(late.statusCode()).isEqualTo(504);
        assertThat(TestServer.object(late)).containsEntry("error_type", "Timeout");
        HttpResponse<String> oip = server.post(
                "/v2/models/tiny/infer",
                "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"too late\"]}],"
                        + "\"parameters\":{\"timeout\":20000}}");
        assertThat(oip.statusCode()).isEqualTo(504);
        server.engine.release();
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        assertThat(server.engine.seen()).doesNotContain("too late");
        assertThat(server.metric("decant_dropped_requests_total{model=\"tiny\",reason=\"expired\"}"))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-3", "soon"})
    void aTimeoutThatIsNoneIsRefused(String value) throws Exception {
        HttpResponse<String> response =
                server(Limits.DEFAULT).post("/predict", "{\"inputs\":\"a\"}", "x-request-timeout-ms", value);
        assertThat(response.statusCode()).isEqualTo(422);
    }

    @Test
    void theTextOfAClientThatHangsUpNeverReachesTheModel() throws Exception {
        TestServer server = server(Limits.DEFAULT);
        server.engine.hold();
        var first = server.postLater("/predict", "{\"inputs\":\"good 1\"}");
        server.untilHeld(1);
        var second = server.postLater("/predict", "{\"inputs\":\"good 2\"}");
        server.untilHeld(2);
        try (Socket socket = server.connect()) {
            send(
                    socket,
                    "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 16\r\n\r\n{\"inputs\":\"gone\"}"
                            .replace("16", "17"));
            TestServer.eventually("the request waits", () -> server.waiting() == 1);
        }
        TestServer.eventually("it is dropped", () -> server.waiting() == 0);
        server.engine.release();
        server.post("/predict", "{\"inputs\":\"behind it\"}");
        assertThat(server.engine.seen()).contains("behind it").doesNotContain("gone");
        assertThat(server.metric("decant_dropped_requests_total{model=\"tiny\",reason=\"cancelled\"}"))
                .isEqualTo(1);
        assertThat(first.get().statusCode()).isEqualTo(200);
        assertThat(second.get().statusCode()).isEqualTo(200);
        TestServer.eventually("it is counted", () -> count(server, "499") == 1);
    }

    private static double count(TestServer server, String status) {
        try {
            return server.metric("decant_requests_total{route=\"/predict\",status=\"" + status + "\"}");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void requestsThatFollowEachOtherOnAConnectionAreAllAnswered() throws Exception {
        Limits usual = Limits.DEFAULT;
        TestServer server = server(new Limits(
                usual.maxBodyBytes(),
                usual.maxTexts(),
                usual.maxTextChars(),
                usual.requestTimeout(),
                usual.readTimeout(),
                usual.writeTimeout(),
                usual.idleTimeout(),
                Duration.ofNanos(1),
                usual.maxConnections(),
                usual.maxJobs(),
                usual.maxJobBytes()));
        server.engine.hold();
        String one = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n{\"inputs\":\"good\"}";
        try (Socket socket = server.connect()) {
            // The second is read ahead while the first waits, and must not be taken for a client that has gone.
            send(socket, one + one.replace("good", "nice"));
            TestServer.eventually(
                    "the first is inside", () -> server.engine.seen().contains("good"));
            Thread.ofVirtual().start(() -> {
                TestServer.eventually(
                        "it has waited", () -> server.engine.seen().contains("good"));
                server.engine.release();
            });
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void tooMuchIsRefusedWithOneLine() throws Exception {
        Limits usual = Limits.DEFAULT;
        TestServer server = server(new Limits(
                1_000,
                3,
                50,
                usual.requestTimeout(),
                usual.readTimeout(),
                usual.writeTimeout(),
                usual.idleTimeout(),
                usual.hangUpCheck(),
                usual.maxConnections(),
                usual.maxJobs(),
                usual.maxJobBytes()));
        HttpResponse<String> body = server.post("/predict", "{\"inputs\":\"" + "x".repeat(2_000) + "\"}");
        assertThat(body.statusCode()).isEqualTo(413);
        assertThat(TestServer.error(body)).contains("1000 bytes");
        HttpResponse<String> texts = server.post("/predict", "{\"inputs\":[[\"a\"],[\"b\"],[\"c\"],[\"d\"]]}");
        assertThat(texts.statusCode()).isEqualTo(422);
        assertThat(TestServer.error(texts)).contains("at most 3");
        HttpResponse<String> length = server.post("/predict", "{\"inputs\":\"" + "x".repeat(51) + "\"}");
        assertThat(length.statusCode()).isEqualTo(422);
        assertThat(TestServer.error(length)).contains("at most 50");
        assertThat(server.post("/predict", "{\"inputs\":\"" + "x".repeat(50) + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aBodyWithoutALengthIsBoundedToo() throws Exception {
        TestServer server = server(Limits.DEFAULT);
        try (Socket socket = server.connect()) {
            send(socket, "POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 40; i++) {
                send(socket, chunk);
            }
            send(socket, "0\r\n\r\n");
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 413");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Le",
                "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"inputs\":"
            })
    void aClientThatDoesNotGoOnIsCut(String begun) throws Exception {
        ManualTicker ticker = new ManualTicker();
        TestServer server = TestServer.start(ServingPolicy.DEFAULT, ServerOptions.DEFAULT, ticker);
        servers.add(server);
        try (Socket socket = server.connect()) {
            send(socket, begun);
            // The connection is there once the clock moves: until it is cut, time goes on.
            Thread clock = Thread.ofVirtual()
                    .start(() -> TestServer.eventually("it is cut", () -> {
                        ticker.advance(Duration.ofSeconds(1));
                        return cut(server) > 0;
                    }));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            clock.join();
        }
    }

    private static double cut(TestServer server) {
        try {
            return server.metric("decant_connections_cut_total");
        } catch (Exception e) {
            return 0;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"NONSENSE\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n", "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n"
            })
    void whatIsNoRequestIsToldSo(String bytes) throws Exception {
        TestServer server = server(Limits.DEFAULT);
        try (Socket socket = server.connect()) {
            send(socket, bytes);
            assertThat(readAnswer(socket)).startsWith("HTTP/1.1 400").contains("\"error\":");
        }
    }

    static void send(Socket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /// The head and the body of one answer that has a length.
    static String readAnswer(Socket socket) throws Exception {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return head.toString();
            }
            head.append((char) b);
        }
        String lower = head.toString().toLowerCase(java.util.Locale.ROOT);
        int at = lower.indexOf("content-length:");
        int length = Integer.parseInt(lower.substring(at + "content-length:".length(), lower.indexOf('\r', at))
                .strip());
        return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
