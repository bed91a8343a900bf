package dev.decant.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// The keys of which a client must send one: `Authorization: Bearer KEY`, or `x-api-key: KEY`.
///
/// Only digests are kept, and all of them are compared each time, in a time that does not depend on what was sent.
final class ApiKeys {
    private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
    private static final String BEARER = "bearer ";

    private final List<byte[]> digests;

    ApiKeys(List<String> keys) {
        digests = keys.stream().map(ApiKeys::digest).toList();
    }

    private static byte[] digest(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// Lets the request pass, or says that it may not.
    void check(Exchange exchange) throws RequestFault {
        if (digests.isEmpty()) {
            return;
        }
        String authorization = exchange.header(HeaderNames.AUTHORIZATION);
        String key = exchange.header(API_KEY);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            key = authorization.substring(BEARER.length()).strip();
        }
        if (key == null || !known(key)) {
            exchange.response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
            throw new RequestFault(
                    RequestFault.Kind.UNAUTHORIZED,
                    (key == null ? "a key is needed" : "the key is not known") + "; send Authorization: Bearer KEY");
        }
    }

    private boolean known(String key) {
        byte[] sent = digest(key);
        boolean known = false;
        for (byte[] digest : digests) {
            known |= MessageDigest.isEqual(digest, sent);
        }
        return known;
    }
}
