package dev.decant.benchmarks.load;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// One kept-alive HTTP/1.1 connection, with as little work for each request as possible: the load shares its
/// processors with the server.
///
/// Answers must state their length. Used by one thread at a time.
final class HttpConnection implements AutoCloseable {
    private static final int MOST_HEADERS = 100;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// What came back.
    ///
    /// @param retryAfter whether it says when to come again
    /// @param last whether the server closes the connection
    record Answer(int status, boolean retryAfter, boolean last) {}

    HttpConnection(InetSocketAddress server, int timeoutMillis) throws IOException {
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMillis);
            socket.connect(server, timeoutMillis);
            in = new BufferedInputStream(socket.getInputStream(), 1_024);
            out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// A whole request.
    static byte[] request(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + bytes.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + bytes.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(bytes, 0, request, head.length, bytes.length);
        return request;
    }

    void send(byte[] request) throws IOException {
        out.write(request);
        out.flush();
    }

    Answer receive() throws IOException {
        String line = line();
        if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
            throw new IOException("no HTTP answer: " + line);
        }
        int status = Integer.parseInt(line, 9, 12, 10);
        long length = -1;
        boolean retryAfter = false;
        boolean last = false;
        for (int i = 0; i < MOST_HEADERS; i++) {
            line = line();
            if (line.isEmpty()) {
                if (length < 0) {
                    throw new IOException("an answer without its length");
                }
                in.skipNBytes(length);
                return new Answer(status, retryAfter, last);
            }
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
            switch (name) {
                case "content-length" ->
                    length = Long.parseLong(line.substring(colon + 1).strip());
                case "retry-after" -> retryAfter = true;
                case "connection" -> last = line.toLowerCase(Locale.ROOT).endsWith("close");
                default -> {}
            }
        }
        throw new IOException("more than " + MOST_HEADERS + " headers");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
