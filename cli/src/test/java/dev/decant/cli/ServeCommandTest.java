package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real program, serving.
@Timeout(300)
class ServeCommandTest {
    private static final Path ROOT = Path.of(System.getProperty("decant.root", ".."));
    private static final Pattern READY = Pattern.compile("ready on (http://127\\.0\\.0\\.1:\\d+) \\((.*)\\)");

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    private static String url(Program program) throws Exception {
        assertThat(program.until(() -> READY.matcher(program.said()).find()))
                .as(program.said())
                .isTrue();
        Matcher ready = READY.matcher(program.said());
        assertThat(ready.find()).isTrue();
        return ready.group(1);
    }

    private static HttpRequest posting(String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private HttpResponse<String> post(String url, String body) throws Exception {
        return client.send(posting(url, body), BodyHandlers.ofString());
    }

    private static void terminate(Program program) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-TERM", Long.toString(program.process().pid()))
                .start()
                .waitFor();
    }

    @Test
    void theModelOnBoardIsServedUntilASignal() throws Exception {
        try (Program program = Program.start(folder, "serve", "--port", "0", "--access-log", "-")) {
            String url = url(program);
            HttpResponse<String> good = post(url + "/predict", "{\"inputs\":\"A superb, long finish.\"}");
            assertThat(good.body()).startsWith("[{\"score\":0.9").contains("\"label\":\"POSITIVE\"");
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create(url + "/readyz"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            terminate(program);
            Program.End end = program.end().hasCode(ExitCode.DONE);
            assertThat(end.out().lines()).hasSize(2).allMatch(line -> line.contains("\"status\":200"));
        }
    }

    @Test
    void modelsScriptsAndARepositoryAreServedTogether() throws Exception {
        Path script = Files.writeString(folder.resolve("length.py"), """
                def process_batch(texts):
                    return [{"label": "LONG" if len(t) > 9 else "SHORT", "score": 1.0} for t in texts]
                """);
        assumeTrue(pythonIsThere(script), "no python3 with its shared library here");
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Files.createDirectories(repository.resolve("third"));
        Files.writeString(repository.resolve("third/code.py"), """
                def process_batch(texts):
                    return [{"label": t[:1], "score": 0.5} for t in texts]
                """);
        Files.createDirectories(repository.resolve("broken"));
        try (Program program = Program.start(
                folder,
                "serve",
                "--port",
                "0",
                "--model",
                "sentiment=" + ROOT.resolve("models/sst2-minilm"),
                "--model-file",
                "sentiment=model.onnx",
                "--script",
                "length=" + script,
                "--repository",
                repository.toString())) {
            String url = url(program);
            assertThat(program.said()).contains("model broken could not be loaded");
            assertThat(post(url + "/predict", "{\"inputs\":\"good\"}").body()).contains("POSITIVE");
            assertThat(post(url + "/models/length", "{\"inputs\":\"a long text\"}")
                            .body())
                    .isEqualTo("[{\"score\":1.0,\"label\":\"LONG\"}]");
            assertThat(post(url + "/v1/models/third:predict", "{\"instances\":[\"xyz\"]}")
                            .body())
                    .isEqualTo("{\"predictions\":[\"x\"]}");
            terminate(program);
            program.end().hasCode(ExitCode.DONE);
        }
    }

    private boolean pythonIsThere(Path script) throws Exception {
        Path own = Files.createDirectories(folder.resolve("probe"));
        return Program.run(own, "run", script.toString()).code() == ExitCode.DONE;
    }

    @Test
    void aSecondSignalStopsAtOnceWhateverIsInFlight() throws Exception {
        Path script = Files.writeString(folder.resolve("slow.py"), """
                import time
                def process_batch(texts):
                    if "slow" in texts:
                        print("it has begun", flush=True)
                        time.sleep(600)
                    return [{"label": "A", "score": 1.0} for t in texts]
                """);
        assumeTrue(pythonIsThere(script), "no python3 with its shared library here");
        try (Program program = Program.start(folder, "serve", "--port", "0", "--script", "slow=" + script)) {
            String url = url(program);
            var answer = client.sendAsync(posting(url + "/predict", "{\"inputs\":\"slow\"}"), BodyHandlers.ofString());
            assertThat(program.until(() -> program.said().contains("it has begun")))
                    .isTrue();
            terminate(program);
            assertThat(program.until(() -> program.said().contains("SIGTERM"))).isTrue();
            terminate(program);
            assertThat(program.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.process().exitValue()).isEqualTo(128 + 15);
            assertThat(answer).failsWithin(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatCannotBeServedCostsOneLine() throws Exception {
        String board = ROOT.resolve("models/sst2-minilm").toString();
        String none = folder.resolve("none").toString();
        for (String[] wrong : new String[][] {
            {"none", "--port", "0", "--model", none},
            {"port", "--port", "70000"},
            {"--tls-key", "--tls-cert", "cert.pem"},
            {"--api-key-file", "--api-key-file", none},
            {"same name", "--model", "a=" + board, "--model", "a=" + board},
            {"no name for a model", "--model", "a b=" + board},
            {"onnx/none.onnx", "--model", board, "--model-file", "onnx/none.onnx"},
            {"none is called 'b'", "--model", "a=" + board, "--model-file", "b=model.onnx"},
            {"NAME=FILE", "--model-file", "model.onnx"},
            {"two files for 'a'", "--model", "a=" + board, "--model-file", "a=model.onnx", "--model-file", "a=x.onnx"},
            {"NAME=FILE", "--script", "file.py"},
            {"--host", "--host", "::g"},
        }) {
            String[] words = wrong.clone();
            words[0] = "serve";
            Program.End end = Program.run(folder, words).hasCode(ExitCode.UNUSABLE);
            assertThat(end.err().strip().lines()).as(end.err()).hasSize(1);
            assertThat(end.err()).contains(wrong[0]);
        }
    }
}
