package dev.decant.server;

import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/// One line of JSON for each request, once it has been answered.
///
/// Whole lines only, from any thread. A log that cannot be written is told once and does not stop the server.
public final class AccessLog {
    /// Keeps no log.
    public static final AccessLog NONE = new AccessLog(OutputStream.nullOutputStream(), InstantSource.system());

    private final OutputStream out;
    private final InstantSource clock;
    private final AtomicBoolean broken = new AtomicBoolean();

    /// @param out where the lines go; not closed here
    public AccessLog(OutputStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    void write(Exchange exchange, int status, long nanos) {
        if (this == NONE) {
            return;
        }
        Exchange.Work work = exchange.work;
        byte[] json = Json.bytes(line -> {
            line.writeStartObject();
            line.writeStringProperty("time", clock.instant().toString());
            line.writeStringProperty("request_id", exchange.id.id());
            if (exchange.id.traceId() != null) {
                line.writeStringProperty("trace_id", exchange.id.traceId());
            }
            line.writeStringProperty("client", exchange.request.remotePeer().host());
            line.writeStringProperty(
                    "method", exchange.request.prologue().method().text());
            line.writeStringProperty(
                    "path", exchange.request.prologue().uriPath().rawPath());
            line.writeNumberProperty("status", status);
            line.writeNumberProperty("bytes", exchange.response.bytesWritten());
            line.writeNumberProperty("ms", millis(nanos));
            if (!work.model.isEmpty()) {
                line.writeStringProperty("model", work.model);
                line.writeNumberProperty("texts", work.texts);
                line.writeNumberProperty("failed", work.failed);
                line.writeNumberProperty("tokens", work.tokens);
                line.writeNumberProperty("tokenize_ms", millis(work.tokenizeNanos));
                line.writeNumberProperty("queue_ms", millis(work.queueNanos));
                line.writeNumberProperty("inference_ms", millis(work.inferenceNanos));
            }
            if (work.error != null) {
                line.writeStringProperty("error", work.error);
            }
            line.writeEndObject();
            line.writeRaw('\n');
        });
        try {
            synchronized (out) {
                out.write(json);
                out.flush();
            }
        } catch (IOException e) {
            if (!broken.getAndSet(true)) {
                System.getLogger(AccessLog.class.getName())
                        .log(System.Logger.Level.ERROR, "the access log cannot be written any more", e);
            }
        }
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
