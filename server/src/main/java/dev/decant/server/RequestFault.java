package dev.decant.server;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A request that ends without its answer; the message is one line for the client.
final class RequestFault extends Exception {
    private static final long serialVersionUID = 1;

    /// What is wrong, with its status and the name that Text Embeddings Inference has for it.
    enum Kind {
        MALFORMED(400, "Validation"),
        EMPTY(400, "Empty"),
        UNAUTHORIZED(401, "Unauthorized"),
        NOT_FOUND(404, "NotFound"),
        METHOD_NOT_ALLOWED(405, "MethodNotAllowed"),
        TOO_LARGE(413, "Validation"),
        MEDIA_TYPE(415, "Validation"),
        INVALID(422, "Validation"),
        UNUSABLE_TEXT(422, "Tokenizer"),
        BACKEND(424, "Backend"),
        OVERLOADED(429, "Overloaded"),
        INTERNAL(500, "Internal"),
        UNHEALTHY(503, "Unhealthy"),
        TIMEOUT(504, "Timeout");

        final int status;
        final String type;

        Kind(int status, String type) {
            this.status = status;
            this.type = type;
        }
    }

    final Kind kind;
    final String line;
    final @Nullable Duration retryAfter;

    RequestFault(Kind kind, String message) {
        this(kind, message, null);
    }

    RequestFault(Kind kind, String message, @Nullable Duration retryAfter) {
        super(message, null, false, false);
        this.kind = kind;
        this.line = message;
        this.retryAfter = retryAfter;
    }
}
