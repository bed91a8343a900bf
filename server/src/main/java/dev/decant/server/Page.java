package dev.decant.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/// The page at `/`: its files, as they stand beside this class, with a content security policy that lets it load and
/// ask nothing but this server.
///
/// It is answered without a key; what it then asks for is not.
final class Page {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    /// All there are: no path of a request is ever looked up among the resources.
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("index.html", HTML),
            Map.entry("theme.css", CSS),
            Map.entry("layout.css", CSS),
            Map.entry("figures.css", CSS),
            Map.entry("icon.svg", "image/svg+xml"),
            Map.entry("main.js", SCRIPT),
            Map.entry("api.js", SCRIPT),
            Map.entry("bars.js", SCRIPT),
            Map.entry("chart.js", SCRIPT),
            Map.entry("dom.js", SCRIPT),
            Map.entry("file.js", SCRIPT),
            Map.entry("job.js", SCRIPT),
            Map.entry("key.js", SCRIPT),
            Map.entry("live.js", SCRIPT),
            Map.entry("metrics.js", SCRIPT),
            Map.entry("models.js", SCRIPT),
            Map.entry("numbers.js", SCRIPT),
            Map.entry("outcome.js", SCRIPT),
            Map.entry("records.js", SCRIPT),
            Map.entry("text.js", SCRIPT));

    /// No script or style but those files, no markup made from strings, no frame around it.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final HeaderName CONTENT_SECURITY_POLICY = HeaderNames.create("content-security-policy");
    private static final HeaderName CONTENT_TYPE_OPTIONS = HeaderNames.create("x-content-type-options");
    private static final HeaderName REFERRER_POLICY = HeaderNames.create("referrer-policy");
    private static final HeaderName OPENER_POLICY = HeaderNames.create("cross-origin-opener-policy");

    private final Map<String, PageFile> files = new ConcurrentHashMap<>();

    /// A file with what a browser knows its version by.
    private static final class PageFile {
        final byte[] bytes;
        final String type;
        final String tag;

        PageFile(byte[] bytes, String type) {
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            this.bytes = bytes;
            this.type = type;
            this.tag = "\"" + HexFormat.of().toHexDigits(sum.getValue(), 8) + "\"";
        }
    }

    void addTo(RouteTable routes) {
        routes.get("/", true, TeiProtocol::fault, exchange -> send(exchange, "index.html"));
        routes.get("/page/{file}", true, TeiProtocol::fault, exchange -> send(exchange, exchange.parameter("file")));
    }

    private void send(Exchange exchange, String name) throws RequestFault {
        String type = TYPES.get(name);
        if (type == null) {
            throw new RequestFault(RequestFault.Kind.NOT_FOUND, "the page has no file '" + name + "'");
        }
        PageFile file = files.computeIfAbsent(name, absent -> read(absent, type));
        exchange.response
                .header(HeaderNames.ETAG, file.tag)
                // Asked for again each time, so that a new version of the server has its own page.
                .header(HeaderNames.CACHE_CONTROL, "no-cache")
                .header(CONTENT_SECURITY_POLICY, POLICY)
                .header(CONTENT_TYPE_OPTIONS, "nosniff")
                .header(REFERRER_POLICY, "no-referrer")
                .header(OPENER_POLICY, "same-origin");
        boolean known = file.tag.equals(exchange.header(HeaderNames.IF_NONE_MATCH));
        exchange.reply(known ? 304 : 200, file.type, known ? new byte[0] : file.bytes);
    }

    private static PageFile read(String name, String type) {
        try (InputStream in = Page.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/" + name + " is not beside its class");
            }
            return new PageFile(in.readAllBytes(), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
