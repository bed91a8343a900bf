package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page's files as they are sent; what they do in a browser is for the tests of `cli`.
class PageTest {
    private static final Path FOLDER =
            Path.of(System.getProperty("decant.root", ".."), "server/src/main/resources/dev/decant/server/page");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        }
    }

    private static HttpResponse<byte[]> get(TestServer server, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return server.client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Test
    void everyFileIsSentWithoutAKeyAndOnceOnly() throws Exception {
        try (TestServer server =
                TestServer.start(ServingPolicy.DEFAULT, ServerOptions.DEFAULT.withApiKeys(List.of("key")))) {
            for (Path file : files()) {
                HttpResponse<byte[]> response = get(server, "/page/" + file.getFileName());
                assertThat(response.statusCode()).as(file.toString()).isEqualTo(200);
                assertThat(response.body()).isEqualTo(Files.readAllBytes(file));
                assertThat(response.headers().firstValue("content-security-policy"))
                        .hasValueSatisfying(policy -> assertThat(policy)
                                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                                .doesNotContain("unsafe", "*", "http"));
                String tag = response.headers().firstValue("etag").orElseThrow();
                HttpResponse<byte[]> again = get(server, "/page/" + file.getFileName(), "if-none-match", tag);
                assertThat(again.statusCode()).isEqualTo(304);
                assertThat(again.body()).isEmpty();
            }
            assertThat(get(server, "/").body()).isEqualTo(Files.readAllBytes(FOLDER.resolve("index.html")));
        }
    }

    @Test
    void noPathReachesBeyondTheFolder() throws Exception {
        try (TestServer server = TestServer.start()) {
            for (String path : List.of(
                    "/page/none.js",
                    "/page/",
                    "/page/..%2fopenapi.json",
                    "/page/%2e%2e%2fPage.class",
                    "/page/.",
                    "/page/a%00")) {
                assertThat(get(server, path).statusCode()).as(path).isBetween(400, 404);
            }
        }
    }

    @Test
    void itNamesNoOtherServerAndNothingInline() throws IOException {
        for (Path file : files()) {
            String text = Files.readString(file);
            assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                    .as(file.toString())
                    .doesNotContain(
                            "http:", "https:", "//cdn", "innerHTML", "outerHTML", "insertAdjacentHTML", "eval(");
        }
        assertThat(Files.readString(FOLDER.resolve("index.html")))
                .doesNotContain("<style", "style=", "<script>")
                .doesNotContainPattern(" on\\w+=");
    }

    @Test
    void allModulesAreFetchedAtOnce() throws IOException {
        String html = Files.readString(FOLDER.resolve("index.html"));
        List<String> named = Pattern.compile("\"page/([a-z]+\\.js)\"")
                .matcher(html)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
        assertThat(named)
                .containsExactlyInAnyOrderElementsOf(files().stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".js"))
                        .toList());
    }
}
