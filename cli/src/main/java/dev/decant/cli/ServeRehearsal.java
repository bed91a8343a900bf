package dev.decant.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server that answers a few requests and ends: the run from which `./decant serve`'s cache of loaded classes is
/// made.
final class ServeRehearsal {
    private static final Pattern READY = Pattern.compile("ready on http://127\\.0\\.0\\.1:(\\d+)");

    private static final List<String> REQUESTS = List.of(
            post("/predict", "application/json", "{\"inputs\":\"A superb, long finish.\"}"),
            post("/predict", "application/json", "{\"inputs\":[[\"thin\"],[\"sour\"]]}"),
            post("/predict", "application/json", "{\"inputs\":7}"),
            post(
                    "/v2/models/sst2-minilm/infer",
                    "application/json",
                    "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"fine\"]}]}"),
            "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
            post("/v1/jobs", "text/csv", "text\nA superb wine.\nA thin one.\n"));

    private ServeRehearsal() {}

    private static String post(String path, String type, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        Streams streams = new Streams(
                InputStream.nullInputStream(),
                OutputStream.nullOutputStream(),
                new PrintStream(told, true, StandardCharsets.UTF_8),
                false);
        Thread server = Thread.ofPlatform().start(() -> Decant.run(streams, "serve", "--port", "0"));
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        Matcher ready = READY.matcher(told.toString(StandardCharsets.UTF_8));
        while (!ready.find()) {
            if (!server.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException("no server came up: " + told.toString(StandardCharsets.UTF_8));
            }
            LockSupport.parkNanos(1_000_000);
            ready = READY.matcher(told.toString(StandardCharsets.UTF_8));
        }
        int port = Integer.parseInt(ready.group(1));
        for (String request : REQUESTS) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                String last = request.replace("Host: x", "Host: x\r\nConnection: close");
                socket.getOutputStream().write(last.getBytes(StandardCharsets.UTF_8));
                socket.getInputStream().readAllBytes();
            }
        }
        server.interrupt();
        server.join(TimeUnit.SECONDS.toMillis(30));
    }
}
