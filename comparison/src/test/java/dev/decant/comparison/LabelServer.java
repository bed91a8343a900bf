package dev.decant.comparison;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A server with the JDK's own HTTP, which says that it is ready as `decant serve` does; within a test, or as a
/// program.
///
/// @param answering runs its handlers
record LabelServer(HttpServer http, ExecutorService answering) implements AutoCloseable {
    /// What is answered to a body.
    interface Handler {
        Answer answer(String body) throws Exception;
    }

    record Answer(int status, String body) {
        static Answer label(String label) {
            return new Answer(200, "[{\"score\":0.9,\"label\":\"" + label + "\"},{\"score\":0.1,\"label\":\"OTHER\"}]");
        }
    }

    static LabelServer start(Handler handler) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService answering = Executors.newVirtualThreadPerTaskExecutor();
        http.setExecutor(answering);
        http.createContext("/predict", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                Answer answer;
                try {
                    answer = handler.answer(body);
                } catch (Exception e) {
                    answer = new Answer(500, "{\"error\":\"" + e + "\"}");
                }
                byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.status(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        http.start();
        return new LabelServer(http, answering);
    }

    String ready() {
        return "decant: ready on http://127.0.0.1:" + http.getAddress().getPort() + " (model)";
    }

    @Override
    public void close() {
        http.stop(0);
        answering.shutdownNow();
    }

    /// The command that runs it as a program.
    ///
    /// @param behaviour `good`, `sour` (one row fails) or `fragile` (dies when it is asked for the third row)
    static List<String> command(String behaviour) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LabelServer.class.getName(),
                behaviour);
    }

    /// Serves until SIGTERM, and ends with 0 then, as `decant serve` does.
    public static void main(String[] words) throws IOException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        LabelServer server = start(body -> {
            if (body.contains("three") && words[0].equals("fragile")) {
                System.out.println("decant: no memory left");
                Runtime.getRuntime().halt(1);
            }
            return body.contains("three") && words[0].equals("sour")
                    ? new Answer(422, "{\"error\":\"too sour\",\"error_type\":\"Validation\"}")
                    : Answer.label("GOOD");
        });
        System.out.println(server.ready());
    }
}
