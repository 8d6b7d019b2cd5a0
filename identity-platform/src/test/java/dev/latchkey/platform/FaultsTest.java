package dev.latchkey.platform;

import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
    private static final String FORM = "grant_type=client_credentials&client_id=daemon&client_secret=s3cret";

    private IdentityPlatform platform;
    private Http http;

    @BeforeEach
    void start() {
        start(false);
    }

    private void start(boolean plain) {
        PlatformBuilder builder = IdentityPlatform.builder().client(Client.confidential("daemon", "s3cret"));
        platform = (plain ? builder.plainHttp() : builder).start();
        http = new Http(platform);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private HttpResponse<String> token() {
        return http.post("/token", FORM);
    }

    private Socket tls() throws IOException {
        Socket socket = platform.trust()
                .sslContext()
                .getSocketFactory()
                .createSocket("127.0.0.1", platform.baseUri().getPort());
        socket.setSoTimeout(300);
        return socket;
    }

    private static void ask(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: " + FORM.length() + "\r\n\r\n" + FORM)
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String readAll(Socket socket) throws IOException {
        socket.setSoTimeout(5000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void faultsArePlayedInOrderAndThenAreOver() {
        platform.faults()
                .next("/token", Fault.serverError(503), Fault.none(), Fault.tooManyRequests(Duration.ofSeconds(7)));

        HttpResponse<String> unavailable = token();
        assertThat(unavailable.statusCode()).isEqualTo(503);
        assertThat(unavailable.body())
                .isEqualTo("{\"error\":\"temporarily_unavailable\",\"error_description\":\"scripted\"}");
        assertThat(token().statusCode()).isEqualTo(200);
        HttpResponse<String> throttled = token();
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(throttled.headers().firstValue("Retry-After")).contains("7");
        assertThat(token().statusCode()).isEqualTo(200);
    }

    @Test
    void aPathStandsForEveryPathThatEndsLikeIt() {
        platform.faults().always("/token", Fault.serverError(500));

        assertThat(http.post("/common/oauth2/v2.0/token", FORM).statusCode()).isEqualTo(500);
        assertThat(http.get("/jwks").statusCode()).isEqualTo(200);
        platform.faults().clear();
        assertThat(token().statusCode()).isEqualTo(200);
    }

    @Test
    void retryAfterMayBeADate() {
        platform.faults().next("/token", Fault.tooManyRequests(Instant.parse("2026-05-04T03:02:01Z")));

        assertThat(token().headers().firstValue("Retry-After")).contains("Mon, 4 May 2026 03:02:01 GMT");
    }

    @Test
    void resetIsATcpResetUnderTls() throws Exception {
        platform.faults().next("/token", Fault.reset());

        try (Socket socket = tls()) {
            ask(socket);
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
        assertThat(platform.requests().to("/token")).hasSize(1);
    }

    @Test
    void resetIsATcpResetOnPlainSockets() throws Exception {
        stop();
        start(true);
        platform.faults().next("/token", Fault.reset());

        try (Socket socket = Http.connect(platform)) {
            ask(socket);
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void hangUpIsAnOrderlyEnd() throws Exception {
        platform.faults().next("/token", Fault.hangUp());

        try (Socket socket = tls()) {
            ask(socket);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void connectionsAreResetBeforeAByteIsRead() throws Exception {
        platform.faults().resetConnections(1);

        // java.net.http would quietly connect again
        try (Socket socket = Http.connect(platform)) {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
        }
        assertThat(platform.requests().all()).isEmpty();
        assertThat(http.get("/jwks").statusCode()).isEqualTo(200);
    }

    @Test
    void connectionsStallBeforeTheHandshake() throws Exception {
        platform.faults().stallConnections(1);

        try (Socket socket = tls()) {
            assertThatThrownBy(() -> ask(socket)).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(token().statusCode()).isEqualTo(200);
    }

    @Test
    void stallSaysNothingAfterTheRequest() throws Exception {
        platform.faults().next("/token", Fault.stall());

        try (Socket socket = tls()) {
            ask(socket);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void stallAfterHeadAndInBodySendThatMuch() throws Exception {
        platform.faults().next("/token", Fault.stallAfterHead(), Fault.stallInBody());

        assertThat(untilStall()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        assertThat(untilStall()).contains("\r\n\r\n{\"token_type\":\"Bearer\"").doesNotEndWith("}");
    }

    private String untilStall() throws IOException {
        StringBuilder seen = new StringBuilder();
        try (Socket socket = tls()) {
            ask(socket);
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                seen.append((char) next);
            }
            throw new AssertionError("the connection ended");
        } catch (SocketTimeoutException e) {
            return seen.toString();
        }
    }

    @Test
    void truncatedBodiesPromiseMoreThanTheySend() throws Exception {
        platform.faults().next("/token", Fault.truncatedBody());

        try (Socket socket = tls()) {
            ask(socket);
            String[] parts = readAll(socket).split("\r\n\r\n", 2);
            int promised = Integer.parseInt(parts[0].replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            assertThat(parts[1]).hasSize(promised / 2);
        }
        assertThatThrownBy(() -> {
                    platform.faults().next("/token", Fault.truncatedBody());
                    http.trySend("POST", "/token", FORM, "Content-Type", "application/x-www-form-urlencoded");
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void garbageIsNoHttp() {
        platform.faults().next("/jwks", Fault.garbage());

        assertThatThrownBy(() -> http.trySend("GET", "/jwks", null)).isInstanceOf(IOException.class);
    }

    @Test
    void malformedAndHugeJson() {
        platform.faults().next("/token", Fault.malformedJson(), Fault.hugeJson(3_000_000));

        HttpResponse<String> malformed = token();
        assertThat(malformed.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> JsonParser.parseString(malformed.body())).isInstanceOf(JsonSyntaxException.class);
        HttpResponse<String> huge = token();
        assertThat(huge.headers().firstValue("Transfer-Encoding")).contains("chunked");
        assertThat(huge.body()).hasSizeGreaterThan(3_000_000).endsWith("x\"}");
        assertThat(token().statusCode()).isEqualTo(200);
    }

    @Test
    void contentTypeHtmlAndHeaders() {
        platform.faults().next("/token", Fault.contentType("text/plain"), Fault.html(), Fault.header("X-Odd", "a"));

        HttpResponse<String> plain = token();
        assertThat(plain.headers().allValues("Content-Type")).containsExactly("text/plain");
        assertThat(json(plain).has("access_token")).isTrue();
        assertThat(token().body()).startsWith("<!DOCTYPE html>");
        assertThat(token().headers().firstValue("X-Odd")).contains("a");
    }

    @Test
    void redirectsAndResponsesOfYourOwn() {
        platform.faults()
                .next(
                        "/token",
                        Fault.redirect(307, URI.create("https://evil.example/")),
                        Fault.response(Response.of(418)
                                .header("A", "1")
                                .header("A", "2")
                                .body("teapot")),
                        Fault.json("{\"access_token\":\"a\",\"access_token\":\"b\"}"));

        HttpResponse<String> redirect = token();
        assertThat(redirect.statusCode()).isEqualTo(307);
        assertThat(redirect.headers().firstValue("Location")).contains("https://evil.example/");
        HttpResponse<String> teapot = token();
        assertThat(teapot.statusCode()).isEqualTo(418);
        assertThat(teapot.headers().allValues("A")).containsExactly("1", "2");
        assertThat(token().body()).isEqualTo("{\"access_token\":\"a\",\"access_token\":\"b\"}");
    }

    @Test
    void membersAreOverriddenAddedAndTakenAway() {
        platform.faults()
                .next(
                        "/token",
                        Fault.members(Map.of("expires_in", "soon", "extra", Map.of("a", 1))),
                        Fault.withoutMembers("token_type"),
                        Fault.nullMember("access_token"));

        assertThat(token().body()).contains("\"expires_in\":\"soon\"", "\"extra\":{\"a\":1}");
        assertThat(token().body()).doesNotContain("token_type");
        assertThat(token().body()).contains("\"access_token\":null");
    }

    @Test
    void delayAnswersLate() {
        platform.faults().next("/token", Fault.delay(Duration.ofMillis(200)));
        long start = System.nanoTime();

        assertThat(token().statusCode()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }

    @Test
    void closingThePlatformEndsStalledConnections() throws Exception {
        platform.faults().next("/token", Fault.stall());
        try (Socket socket = tls()) {
            ask(socket);
            platform.requests().await("/token", 1, Duration.ofSeconds(5));
            platform.close();
            socket.setSoTimeout(5000);

            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("ended");
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }
}
