package dev.latchkey.platform;

import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.fault.Fault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTest {
    private static PlatformBuilder builder() {
        return IdentityPlatform.builder()
                .user(User.of("ada@contoso.example", "pw", "Ada Lovelace"))
                .client(Client.publicClient("app").redirectUri("http://127.0.0.1/callback"))
                .client(Client.confidential("daemon", "s3cret"));
    }

    @Test
    void thePemIsTheAuthorityThatSignedTheServersCertificate() throws Exception {
        try (IdentityPlatform platform = builder().start()) {
            X509Certificate authority = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(platform.trust().pem().getBytes(StandardCharsets.US_ASCII)));
            SSLSession session = new Http(platform)
                    .client()
                    .send(HttpRequest.newBuilder(platform.baseUri()).build(), HttpResponse.BodyHandlers.discarding())
                    .sslSession()
                    .orElseThrow();
            X509Certificate leaf = (X509Certificate) session.getPeerCertificates()[0];

            leaf.verify(authority.getPublicKey());
            authority.checkValidity();
            leaf.checkValidity();
            assertThat(leaf.getVersion()).isEqualTo(3);
            assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
            assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
            assertThat(leaf.getSubjectAlternativeNames())
                    .containsExactlyInAnyOrder(
                            List.of(7, "127.0.0.1"), List.of(7, "0:0:0:0:0:0:0:1"), List.of(2, "localhost"));
            assertThat(authority.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
            assertThat(authority.getKeyUsage()[5]).isTrue();
            assertThat(platform.trust().certificate()).isEqualTo(authority);
        }
    }

    @Test
    void clientsThatWereNotToldDoNotTrustIt() {
        try (IdentityPlatform platform = builder().start()) {
            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(platform.baseUri()).build(),
                                    HttpResponse.BodyHandlers.discarding()))
                    // Java 11 wraps the SSLException
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("PKIX path building failed");
        }
    }

    @Test
    void anotherNameInTheCertificateIsRefused() {
        try (IdentityPlatform platform =
                builder().certificateNames("wrong.example").start()) {
            Http http = new Http(platform);

            assertThatThrownBy(() -> http.trySend("GET", "/jwks", null))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No subject alternative names matching");
        }
    }

    @Test
    void answersAtLocalhostToo() {
        try (IdentityPlatform platform = builder().host("localhost").start()) {
            assertThat(platform.baseUri().getHost()).isEqualTo("localhost");
            assertThat(new Http(platform).get("/jwks").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void discoveryAgreesAtBothLocations() {
        try (IdentityPlatform platform = builder().start()) {
            Http http = new Http(platform);
            HttpResponse<String> oidc = http.get("/.well-known/openid-configuration");
            HttpResponse<String> oauth = http.get("/.well-known/oauth-authorization-server");

            assertThat(oidc.body()).isEqualTo(oauth.body());
            JsonObject metadata = json(oidc);
            assertThat(metadata.get("issuer").getAsString())
                    .isEqualTo(platform.issuer().toString());
            assertThat(metadata.get("code_challenge_methods_supported").toString())
                    .isEqualTo("[\"S256\"]");
            assertThat(metadata.get("authorization_response_iss_parameter_supported")
                            .getAsBoolean())
                    .isTrue();
            for (String endpoint : List.of(
                    "authorization_endpoint",
                    "token_endpoint",
                    "device_authorization_endpoint",
                    "revocation_endpoint",
                    "userinfo_endpoint",
                    "jwks_uri",
                    "end_session_endpoint")) {
                String path = URI.create(metadata.get(endpoint).getAsString()).getPath();
                assertThat(http.get(path).statusCode()).as(endpoint).isNotEqualTo(404);
            }
        }
    }

    @Test
    void keepsConnectionsAliveAndUnderstandsChunksAndExpectations() throws Exception {
        try (IdentityPlatform platform = builder().plainHttp().start();
                Socket socket = Http.connect(platform)) {
            String form = "grant_type=client_credentials&client_id=daemon&client_secret=s3cret";
            String head = "POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
            String chunked = head + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n"
                    + Integer.toHexString(10) + ";x=y\r\n" + form.substring(0, 10) + "\r\n"
                    + Integer.toHexString(form.length() - 10) + "\r\n" + form.substring(10)
                    + "\r\n0\r\nTrailer: t\r\n\r\n";
            String last = head + "Connection: close\r\nContent-Length: " + form.length() + "\r\n\r\n" + form;
            socket.getOutputStream().write((chunked + last).getBytes(StandardCharsets.US_ASCII));

            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertThat(answers).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ");
            assertThat(answers.split("\"access_token\"", -1)).hasSize(3);
            assertThat(platform.requests().to("/token"))
                    .extracting(request -> request.connection())
                    .containsExactly(1L, 1L);
        }
    }

    @Test
    void brokenHttpIsRefused() throws Exception {
        try (IdentityPlatform platform = builder().plainHttp().start()) {
            assertThat(raw(platform, "HELO there\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(raw(platform, "POST /token HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(raw(platform, "POST /token HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
            assertThat(raw(platform, "GET /?%zz HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
            assertThat(raw(platform, "GET /" + "x".repeat(70_000) + " HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    private static String raw(IdentityPlatform platform, String request) throws IOException {
        try (Socket socket = Http.connect(platform)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readNBytes(13);
            return new String(answer, StandardCharsets.US_ASCII);
        }
    }

    @Test
    void servesManyConnectionsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try (IdentityPlatform platform = builder().plainHttp().start()) {
            platform.faults().always("/jwks", Fault.delay(Duration.ofMillis(100)));
            List<Future<Integer>> answers = new java.util.ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(threads.submit(() -> {
                    try (Socket socket = Http.connect(platform)) {
                        socket.getOutputStream()
                                .write("GET /jwks HTTP/1.1\r\nConnection: close\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                        return socket.getInputStream().readAllBytes().length;
                    }
                }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isGreaterThan(100);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void closingFreesThePort() {
        IdentityPlatform platform = builder().start();
        assertThat(new Http(platform).get("/jwks").statusCode()).isEqualTo(200);
        platform.close();
        platform.close();

        assertThatThrownBy(() -> Http.connect(platform)).isInstanceOf(ConnectException.class);
        try (IdentityPlatform again =
                builder().port(platform.baseUri().getPort()).start()) {
            assertThat(again.baseUri()).isEqualTo(platform.baseUri());
        }
    }

    @Test
    void theLogKeepsWhatWasSentAndCanBeAwaited() throws Exception {
        try (IdentityPlatform platform = builder().logCapacity(2).start()) {
            Http http = new Http(platform);
            http.get("/jwks");
            http.get("/jwks?a=b%20c", "X-Two", "1", "X-Two", "2");
            http.post("/token", form("grant_type", "x", "client_secret", "täst"));

            assertThat(platform.requests().all()).hasSize(2);
            assertThat(platform.requests().last("/jwks").query().get("a")).isEqualTo("b c");
            assertThat(platform.requests().last("/jwks").headers("x-two")).containsExactly("1", "2");
            assertThat(platform.requests().last("/token").form().get("client_secret"))
                    .isEqualTo("täst");
            assertThat(platform.requests().toString()).doesNotContain("st%").doesNotContain("täst");
            assertThat(platform.requests().await("/token", 1, Duration.ofSeconds(1)))
                    .hasSize(1);
            assertThatThrownBy(() -> platform.requests().await("/token", 2, Duration.ofMillis(1)))
                    .isInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void autoSignInAnswersWithoutAPage() {
        try (IdentityPlatform platform =
                builder().autoSignIn("ada@contoso.example").start()) {
            HttpResponse<String> response = new Http(platform)
                    .get("/authorize?"
                            + form(
                                    "client_id",
                                    "app",
                                    "response_type",
                                    "code",
                                    "redirect_uri",
                                    "http://127.0.0.1:99/callback",
                                    "code_challenge",
                                    Http.CHALLENGE,
                                    "code_challenge_method",
                                    "S256"));

            assertThat(response.statusCode()).isEqualTo(302);
            assertThat(response.headers().firstValue("Location").orElse(""))
                    .matches("http://127\\.0\\.0\\.1:99/callback\\?code=[\\w-]{43}&iss=.*");
        }
        assertThatThrownBy(() -> builder().autoSignIn("nobody").start()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mainAnnouncesItselfAndEndsWithItsInput(@TempDir Path folder) throws Exception {
        PipedOutputStream hold = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(hold);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path ca = folder.resolve("ca.pem");
        Path ready = folder.resolve("ready");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> main = thread.submit(() -> {
                PlatformMain.run(
                        List.of("--ca", ca.toString(), "--ready", ready.toString()),
                        in,
                        new PrintStream(out, true, StandardCharsets.UTF_8));
                return null;
            });
            hold.close();
            main.get();
        } finally {
            thread.shutdownNow();
        }

        assertThat(Files.readString(ready))
                .isEqualTo(out.toString(StandardCharsets.UTF_8))
                .matches("base-uri=https://127\\.0\\.0\\.1:\\d+\ntenant-id=[0-9a-f-]{36}\nca=.*ca\\.pem\n");
        assertThat(Files.readString(ca)).startsWith("-----BEGIN CERTIFICATE-----\n");
    }
}
