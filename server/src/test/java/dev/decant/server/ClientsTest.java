package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.decant.server.model.ModelDefinition;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that people have, unmodified: those of Triton, Hugging Face and KServe, and a fuzzer that reads our
/// document.
class ClientsTest {
    private static final Path ROOT = Path.of(System.getProperty("decant.root", ".."));
    private static final Path VENV = ROOT.resolve("target/clients-venv/bin").toAbsolutePath();
    private static final Path SOURCES = ROOT.resolve("server/src/test/python").toAbsolutePath();

    @TempDir
    Path folder;

    private String run(String... words) throws Exception {
        Path python = VENV.resolve("python");
        assumeTrue(Files.exists(python), "no clients in target/clients-venv: run tools/python-venv.sh");
        List<String> command = new ArrayList<>(List.of(python.toString()));
        command.addAll(List.of(words));
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .put("SCHEMATHESIS_HOOKS", SOURCES.resolve("hooks.py").toString());
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        builder.environment().put("HF_HUB_OFFLINE", "0");
        Process process = builder.start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String told = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(told).isTrue();
        assertThat(process.exitValue()).as(told).isZero();
        return told;
    }

    private static TestServer server() throws Exception {
        TestServer server = TestServer.start();
        // The clients load and unload it: each load opens an engine of its own.
        server.models.define(ModelDefinition.of("tiny", 2, ServedEngine::new));
        server.models.load("tiny");
        return server;
    }

    @Test
    void theClientsOfTritonHuggingFaceAndKServeAreServed() throws Exception {
        try (TestServer server = server()) {
            String told = run(SOURCES.resolve("clients.py").toString(), "" + server.server.port());
            assertThat(told).contains("all clients were served");
        }
    }

    @Test
    void whateverTheOpenApiDocumentAllowsIsAnsweredAsItSays() throws Exception {
        try (TestServer server = server()) {
            String told = run(
                    VENV.resolve("st").toString(),
                    "--config-file",
                    SOURCES.resolve("schemathesis.toml").toString(),
                    "run",
                    server.uri("/openapi.json").toString(),
                    "--phases=examples,coverage,fuzzing",
                    "--max-examples=10",
                    "--seed=1",
                    "--continue-on-failure",
                    "--exclude-path=/v2/repository/models/{model}/unload");
            assertThat(told).containsPattern("(\\d+) generated, \\1 passed");
        }
    }
}
