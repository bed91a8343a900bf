package dev.decant.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.comparison.LabelServer.Answer;
import dev.decant.metrics.Ticker;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The client against servers within this JVM; a process that does nothing stands for the one that is watched.
@Timeout(120)
class RequestClientTest {
    @TempDir
    private Path folder;

    private RunFiles files = new RunFiles(Path.of(""), Path.of(""), Path.of(""));
    private Process process;

    @BeforeEach
    void idle() throws IOException {
        files = RunFiles.in(folder);
        process = new ProcessBuilder("sleep", "600").start();
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    private void ask(String ready, List<String> texts, int atOnce, Duration limit) throws Exception {
        Files.writeString(files.printed(), "a warning\n" + ready + "\n");
        new RequestClient(texts, atOnce, 2, files, Ticker.SYSTEM, InstantSource.system())
                .ask(process, files.printed(), Ticker.SYSTEM.nanos() + limit.toNanos());
    }

    private void ask(LabelServer server, List<String> texts, int atOnce) throws Exception {
        ask(server.ready(), texts, atOnce, Duration.ofMinutes(1));
    }

    @Test
    void everyRowIsAskedForOnceAndItsFirstLabelIsWrittenInItsPlace() throws Exception {
        List<String> texts = IntStream.range(0, 500).mapToObj(i -> "row " + i).toList();
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        try (LabelServer server = LabelServer.start(body -> {
            asked.add(body);
            return Answer.label("L" + body.replaceAll("\\D", ""));
        })) {
            ask(server, texts, 7);
        }
        assertThat(asked)
                .containsExactlyInAnyOrderElementsOf(texts.stream()
                        .map(text -> "{\"inputs\":\"" + text + "\"}")
                        .toList());
        assertThat(Labels.read(files.labels()))
                .isEqualTo(new Labels(
                        IntStream.range(0, 500).mapToObj(i -> "L" + i).toList(), Map.of()));
        RunFigures figures = RunFigures.read(files.report());
        assertThat(figures.rowsIn()).isEqualTo(500);
        assertThat(figures.scored()).isEqualTo(500);
        assertThat(figures.calls()).isEqualTo(500);
        assertThat(figures.meanRows()).isEqualTo(1);
        assertThat(figures.workers()).isEqualTo(2);
        assertThat(figures.secondsToFirstRows()).isPositive().isLessThanOrEqualTo(figures.elapsedSeconds());
        assertThat(figures.p50Ms()).isPositive().isLessThanOrEqualTo(figures.p99Ms());
    }

    @Test
    void soManyRequestsAreInFlightAtOnceAndNoMore() throws Exception {
        CyclicBarrier together = new CyclicBarrier(5);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (LabelServer server = LabelServer.start(body -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            together.await(30, TimeUnit.SECONDS); // Broken where fewer than five come.
            now.decrementAndGet();
            return Answer.label("GOOD");
        })) {
            ask(server, IntStream.range(0, 20).mapToObj(i -> "row " + i).toList(), 5);
        }
        assertThat(Labels.read(files.labels()).counts()).isEqualTo(Map.of("GOOD", 20));
        assertThat(most.get()).isEqualTo(5);
    }

    @Test
    void aTextIsSentAsTheOthersReadIt() throws Exception {
        Queue<String> asked = new ConcurrentLinkedQueue<>();
        try (LabelServer server = LabelServer.start(body -> {
            asked.add(body);
            return Answer.label("GOOD");
        })) {
            ask(server, List.of("say \"so\"\n", "lone \ud800", "grand cru \ud83c\udf77 é"), 1);
        }
        assertThat(asked)
                .containsExactly(
                        "{\"inputs\":\"say \\\"so\\\"\\n\"}",
                        "{\"inputs\":\"lone ?\"}",
                        "{\"inputs\":\"grand cru \ud83c\udf77 é\"}");
    }

    @Test
    void aRowThatFailsIsToldWithItsReasonAndTheOthersGoOn() throws Exception {
        try (LabelServer server = LabelServer.start(body -> switch (body) {
            case "{\"inputs\":\"b\"}" -> new Answer(422, "{\"error\":\"too long\",\"error_type\":\"Validation\"}");
            case "{\"inputs\":\"d\"}" -> new Answer(200, "[]");
            case "{\"inputs\":\"e\"}" -> new Answer(502, "<html>");
            default -> Answer.label("GOOD");
        })) {
            ask(server, List.of("a", "b", "c", "d", "e", "f"), 2);
        }
        Labels labels = Labels.read(files.labels());
        assertThat(labels.values()).containsExactly("GOOD", "", "GOOD", "", "", "GOOD");
        assertThat(labels.fault(1)).isEqualTo("status 422: too long");
        assertThat(labels.fault(3)).isEqualTo("status 200, and no label");
        assertThat(labels.fault(4)).startsWith("status 502, and no JSON");
        assertThat(labels.unlabelled()).contains("3 of 6 rows got no label; row 1: status 422: too long");
        assertThat(RunFigures.read(files.report()).failed()).isEqualTo(3);
    }

    /// A connection that was closed between two requests is nobody's fault.
    @Test
    void aConnectionThatTheServerClosedIsReplaced() throws Exception {
        try (ServerSocket server = new ServerSocket(0)) {
            Thread answering = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 3; i++) {
                    try (Socket socket = server.accept()) {
                        new HttpConnectionReader(socket).readRequest();
                        String body = "[{\"label\":\"GOOD\",\"score\":1}]";
                        socket.getOutputStream()
                                .write(("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            ask(
                    "decant: ready on http://127.0.0.1:" + server.getLocalPort() + " (m)",
                    List.of("a", "b", "c"),
                    1,
                    Duration.ofMinutes(1));
            assertThat(answering.join(Duration.ofSeconds(30))).isTrue();
        }
        assertThat(Labels.read(files.labels()).counts()).isEqualTo(Map.of("GOOD", 3));
    }

    /// Reads one request, so that nothing of it is unread when the socket is closed.
    private record HttpConnectionReader(Socket socket) {
        void readRequest() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            assertThat(socket.getInputStream().readNBytes(length)).hasSize(length);
        }
    }

    @Test
    void aServerThatIsNeverReadyIsSaid() {
        assertThatThrownBy(() -> ask("decant: loading", List.of("a"), 1, Duration.ofSeconds(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("the server was not ready after 1 s");
    }

    @Test
    void aServerThatEndsBeforeItIsReadyIsSaid() {
        process.destroyForcibly();
        assertThatThrownBy(() -> ask("decant: loading", List.of("a"), 1, Duration.ofMinutes(1)))
                .isInstanceOf(IOException.class)
                .hasMessage("the server ended before it was ready");
    }

    @Test
    void aServerThatDoesNotAnswerInTimeIsSaid() throws Exception {
        CyclicBarrier never = new CyclicBarrier(2);
        try (LabelServer server = LabelServer.start(body -> {
            never.await();
            return Answer.label("GOOD");
        })) {
            assertThatThrownBy(() -> ask(server.ready(), List.of("a", "b"), 1, Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("not done in its time (--timeout): row 0 of 2 had no answer");
        }
    }
}
