package dev.decant.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a request is called in logs: the client's `x-request-id` or one of ours, and its trace (W3C Trace Context).
///
/// @param id 1 to 128 visible ASCII characters
/// @param traceId the trace's 32 hexadecimal digits, or null where the client sent no valid `traceparent`
/// @param traceParent what is passed on: the same trace and flags, with a span of our own; or null
record RequestId(
        String id,
        @Nullable String traceId,
        @Nullable String traceParent,
        @Nullable String traceState) {
    static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
    private static final HeaderName TRACE_PARENT = HeaderNames.create("traceparent");
    private static final HeaderName TRACE_STATE = HeaderNames.create("tracestate");
    private static final Pattern ID = Pattern.compile("[!-~]{1,128}");

    /// Version, trace, parent and flags; later versions may have more behind these.
    private static final Pattern TRACE =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?");

    static RequestId of(ServerRequestHeaders headers) {
        String sent = headers.first(REQUEST_ID).orElse("");
        String id = ID.matcher(sent).matches() ? sent : random();
        var trace = TRACE.matcher(headers.first(TRACE_PARENT).orElse("").strip());
        // The first version has nothing behind the flags.
        if (!trace.matches() || (trace.group(4) != null && trace.group(1).equals("00"))) {
            return new RequestId(id, null, null, null);
        }
        String traceParent = "00-" + trace.group(2) + "-" + random() + "-" + trace.group(3);
        return new RequestId(
                id, trace.group(2), traceParent, headers.first(TRACE_STATE).orElse(null));
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }

    void addTo(ServerResponse response) {
        response.header(REQUEST_ID, id);
        if (traceParent != null) {
            response.header(TRACE_PARENT, traceParent);
        }
        if (traceState != null) {
            response.header(TRACE_STATE, traceState);
        }
    }
}
