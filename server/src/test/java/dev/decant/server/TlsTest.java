package dev.decant.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.decant.metrics.Ticker;
import dev.decant.server.model.ModelDefinition;
import dev.decant.server.model.ModelRegistry;
import dev.decant.server.model.ServingPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    @TempDir
    Path folder;

    private Certificate certificate(String algorithm) throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "secret")
                .redirectErrorStream(true)
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        Certificate certificate = keys.getCertificate("own");
        pem("cert.pem", "CERTIFICATE", certificate.getEncoded());
        pem("key.pem", "PRIVATE KEY", keys.getKey("own", "secret".toCharArray()).getEncoded());
        return certificate;
    }

    private void pem(String name, String what, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder().encodeToString(der);
        Files.writeString(
                folder.resolve(name), "-----BEGIN " + what + "-----\n" + body + "\n-----END " + what + "-----\n");
    }

    private static SSLContext trusting(Certificate certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("own", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private ServerOptions options() {
        return ServerOptions.DEFAULT
                .withAddress(InetAddress.getLoopbackAddress(), 0)
                .withTls(new ServerOptions.Tls(folder.resolve("cert.pem"), folder.resolve("key.pem")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void aCertificateAndAKeyInPemMakeHttps(String algorithm) throws Exception {
        Certificate certificate = certificate(algorithm);
        ModelRegistry models = new ModelRegistry(ServingPolicy.DEFAULT, Ticker.SYSTEM);
        models.define(ModelDefinition.of("tiny", 1, ServedEngine::new));
        models.load("tiny");
        SSLContext context = trusting(certificate);
        try (DecantServer server = DecantServer.start(options(), models, Ticker.SYSTEM);
                HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/predict"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\":\"good\"}"))
                    .build();
            for (int i = 0; i < 3; i++) {
                var response = client.send(request, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(response.body()).contains("POSITIVE");
            }
        } finally {
            models.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theTextOfAClientThatHangsUpNeverReachesTheModel(boolean saysSo) throws Exception {
        SSLContext context = trusting(certificate("EC"));
        try (TestServer server = TestServer.start(ServingPolicy.DEFAULT, options())) {
            server.engine.hold();
            List<Socket> busy = new ArrayList<>();
            try {
                busy.add(ask(server, context, "one"));
                server.untilHeld(1);
                busy.add(ask(server, context, "two"));
                server.untilHeld(2);
                Socket plain = server.connect();
                busy.add(plain);
                Socket gone = asking(context, plain, "gone");
                TestServer.eventually("the request waits", () -> server.waiting() == 1);
                (saysSo ? gone : plain).close();
                plain.close();
                TestServer.eventually("it is dropped", () -> server.waiting() == 0);
            } finally {
                server.engine.release();
                for (Socket socket : busy) {
                    socket.close();
                }
            }
            assertThat(server.engine.seen()).contains("one", "two").doesNotContain("gone");
        }
    }

    private static Socket ask(TestServer server, SSLContext context, String text) throws Exception {
        return asking(context, server.connect(), text);
    }

    /// A request over TLS on a connection whose end without a word is left to the caller.
    private static Socket asking(SSLContext context, Socket plain, String text) throws Exception {
        Socket socket = context.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), false);
        String json = "{\"inputs\":\"" + text + "\"}";
        AdmissionTest.send(
                socket, "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: " + json.length() + "\r\n\r\n" + json);
        return socket;
    }

    @Test
    void aKeyThatIsNoneCostsOneLine() throws Exception {
        certificate("EC");
        Files.writeString(folder.resolve("key.pem"), "-----BEGIN EC PRIVATE KEY-----\n");
        ModelRegistry models = new ModelRegistry(ServingPolicy.DEFAULT, Ticker.SYSTEM);
        assertThatThrownBy(() -> DecantServer.start(options(), models, Ticker.SYSTEM))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key.pem")
                .hasMessageContaining("openssl pkcs8");
    }

    @Test
    void aPortThatIsTakenCostsOneLine() throws Exception {
        ModelRegistry models = new ModelRegistry(ServingPolicy.DEFAULT, Ticker.SYSTEM);
        ServerOptions any = ServerOptions.DEFAULT.withAddress(InetAddress.getLoopbackAddress(), 0);
        try (DecantServer first = DecantServer.start(any, models, Ticker.SYSTEM)) {
            assertThatThrownBy(() -> DecantServer.start(
                            any.withAddress(InetAddress.getLoopbackAddress(), first.port()), models, Ticker.SYSTEM))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("port " + first.port());
        }
    }
}
