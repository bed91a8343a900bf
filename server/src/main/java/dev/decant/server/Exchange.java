package dev.decant.server;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One request with its answer, on the connection's thread.
final class Exchange {
    static final String JSON = "application/json";
    private static final Header JSON_TYPE = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, JSON);

    /// So much of a body that is refused is still read, so that the client gets to read why.
    private static final int MOST_DISCARDED = 16 << 20;

    final ServerRequest request;
    final ServerResponse response;
    final Connection connection;
    final RequestId id;
    final long startNanos;
    final Work work = new Work();
    private final Map<String, String> parameters;
    private final boolean draining;
    private boolean bodyLeft;
    private @Nullable Runnable discard;
    private int status;

    /// What a request made the models do, for the log and the metrics.
    static final class Work {
        String model = "";
        int texts;
        int failed;
        long tokens;
        long chars;
        long tokenizeNanos;
        long queueNanos;
        long inferenceNanos;

        @Nullable
        String error;
    }

    Exchange(
            ServerRequest request,
            ServerResponse response,
            Connection connection,
            RequestId id,
            Map<String, String> parameters,
            long startNanos,
            boolean draining) {
        this.request = request;
        this.response = response;
        this.connection = connection;
        this.id = id;
        this.parameters = parameters;
        this.startNanos = startNanos;
        this.draining = draining;
    }

    /// A variable part of the path.
    String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalStateException("no part of the path is called " + name);
        }
        return value;
    }

    boolean hasParameter(String name) {
        return parameters.containsKey(name);
    }

    /// The value of a header, or null.
    @Nullable
    String header(HeaderName name) {
        return request.headers().first(name).orElse(null);
    }

    /// A value of the query, or null.
    @Nullable
    String query(String name) {
        return request.query().first(name).orElse(null);
    }

    /// The body as a whole.
    byte[] body(int most) throws RequestFault {
        OptionalLong length = request.headers().contentLength();
        if (length.isPresent() && length.getAsLong() > most) {
            bodyLeft = true;
            throw tooLarge(most);
        }
        if (!request.content().hasEntity()) {
            connection.handling();
            return new byte[0];
        }
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes(length.isPresent() ? (int) length.getAsLong() : most + 1);
            if (bytes.length > most) {
                bodyLeft = true;
                throw tooLarge(most);
            }
            connection.handling();
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RequestFault tooLarge(int most) {
        return new RequestFault(
                RequestFault.Kind.TOO_LARGE,
                "the body is longer than " + most + " bytes; send fewer texts at once, or a job (POST /v1/jobs)");
    }

    /// Sends JSON.
    void reply(int status, Json.Body body) {
        reply(status, Json.bytes(body));
    }

    /// Sends JSON.
    void reply(int status, byte[] json) {
        response.header(JSON_TYPE);
        send(status, json);
    }

    /// Sends a text of another type.
    void reply(int status, String type, byte[] bytes) {
        response.header(HeaderNames.CONTENT_TYPE, type);
        send(status, bytes);
    }

    private void send(int code, byte[] bytes) {
        status = code;
        response.status(Status.create(code));
        prepareHead();
        if (bytes.length == 0) {
            response.send();
        } else {
            response.send(bytes);
        }
        if (discard != null) {
            connection.discarding();
            discard.run();
        } else if (bodyLeft && !waitsToSend()) {
            connection.discarding();
            discardBody();
        }
    }

    /// The status that was sent, or 0.
    int status() {
        return status;
    }

    private void prepareHead() {
        id.addTo(response);
        if (draining || bodyLeft) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /// An answer that is sent in parts, as they are written.
    OutputStream stream(int code, String type) {
        status = code;
        response.status(Status.create(code));
        response.header(HeaderNames.CONTENT_TYPE, type);
        prepareHead();
        return response.outputStream();
    }

    /// The body as it comes.
    InputStream stream() {
        return request.content().hasEntity() ? request.content().inputStream() : InputStream.nullInputStream();
    }

    /// Someone else reads the body; `how` waits for its end.
    void discardWith(Runnable how) {
        discard = how;
    }

    /// Leaves the body unread and closes the connection behind the answer.
    void leaveBody() {
        bodyLeft = request.content().hasEntity() && !request.content().consumed();
        connection.handling();
    }

    /// Whether the client sends its body only when it is told to, which it has not been.
    private boolean waitsToSend() {
        return request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent();
    }

    // Closing a connection with unread bytes resets it, and the answer may be lost on its way.
    private void discardBody() {
        try (InputStream in = request.content().inputStream()) {
            in.skipNBytes(MOST_DISCARDED);
        } catch (IOException | RuntimeException e) {
            // The end came first, or the client has gone: both are fine.
        }
    }
}
