package dev.decant.comparison;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One kept-alive HTTP/1.1 connection, with as little work for each request as possible: it shares the processors with
/// the server that is measured.
///
/// Connects when it is first needed, and anew where the server has closed it. Answers must state their length. Used by
/// one thread at a time.
final class HttpConnection implements AutoCloseable {
    private static final int MOST_HEADERS = 100;
    private static final int MOST_LINE_CHARS = 16_384;
    private static final int MOST_BODY_BYTES = 1 << 20;

    /// What came back.
    record Answer(int status, String body) {}

    private final InetSocketAddress server;
    private final String head;
    private @Nullable Open open;

    /// A connection that is there.
    private record Open(Socket socket, InputStream in, OutputStream out) {}

    /// @param path what is posted to
    HttpConnection(InetSocketAddress server, String path) {
        this.server = server;
        this.head = "POST " + path + " HTTP/1.1\r\nHost: " + server.getHostString() + ":" + server.getPort()
                + "\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    /// Posts a body and reads the answer. A connection that the server has closed since its last answer is replaced
    /// once; after a fault the next call begins with a new one.
    ///
    /// @param timeoutMillis the longest wait for a byte
    Answer post(byte[] body, int timeoutMillis) throws IOException {
        byte[] start = (head + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[start.length + body.length];
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        try {
            return exchange(request, timeoutMillis);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Answer exchange(byte[] request, int timeoutMillis) throws IOException {
        Open used = open;
        if (used != null) {
            String status = null;
            try {
                status = send(used, request, timeoutMillis);
            } catch (EOFException | SocketException e) {
                close();
            }
            if (status != null) {
                return receive(used, status);
            }
        }
        Open fresh = connect(timeoutMillis);
        open = fresh;
        return receive(fresh, send(fresh, request, timeoutMillis));
    }

    private Open connect(int timeoutMillis) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(server, timeoutMillis);
            return new Open(socket, new BufferedInputStream(socket.getInputStream(), 1_024), socket.getOutputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// Sends a request and reads the first line of its answer.
    private static String send(Open to, byte[] request, int timeoutMillis) throws IOException {
        to.socket.setSoTimeout(timeoutMillis);
        to.out.write(request);
        to.out.flush();
        return line(to.in);
    }

    private Answer receive(Open from, String status) throws IOException {
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new IOException("no HTTP answer: " + status);
        }
        int length = -1;
        boolean last = false;
        for (int i = 0; i < MOST_HEADERS; i++) {
            String line = line(from.in);
            if (line.isEmpty()) {
                if (length < 0 || length > MOST_BODY_BYTES) {
                    throw new IOException("an answer without its length, or longer than " + MOST_BODY_BYTES);
                }
                byte[] body = from.in.readNBytes(length);
                if (body.length < length) {
                    throw new EOFException("the server closed the connection");
                }
                if (last) {
                    close();
                }
                return new Answer(number(status.substring(9, 12)), new String(body, StandardCharsets.UTF_8));
            }
            int colon = Math.max(0, line.indexOf(':'));
            String value = line.substring(Math.min(line.length(), colon + 1)).strip();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value);
                case "connection" -> last = value.equalsIgnoreCase("close");
                default -> {}
            }
        }
        throw new IOException("an answer with more than " + MOST_HEADERS + " headers");
    }

    private static int number(String digits) throws IOException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IOException("no HTTP answer: '" + digits + "' is no number", e);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (line.length() < MOST_LINE_CHARS) {
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
        throw new IOException("no HTTP answer: a line of more than " + MOST_LINE_CHARS + " characters");
    }

    @Override
    public void close() throws IOException {
        Open closed = open;
        open = null;
        if (closed != null) {
            closed.socket.close();
        }
    }
}
