package dev.latchkey.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.WireServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.Authenticator;
import java.net.CookieManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JdkTransportTest {

    private final WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "answer"));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void refusesAClientThatFollowsRedirects() {
        HttpClient client =
                HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();

        assertThatThrownBy(() -> JdkTransport.over(client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("follows redirects");
    }

    @Test
    void refusesAClientThatKeepsCookies() {
        HttpClient client =
                HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

        assertThatThrownBy(() -> JdkTransport.over(client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cookieHandler");
    }

    @Test
    void refusesAClientThatAuthenticates() {
        HttpClient client =
                HttpClient.newBuilder().authenticator(new Authenticator() {}).build();

        assertThatThrownBy(() -> JdkTransport.over(client))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("authenticator");
    }

    @Test
    void sendsNothingOnceItIsClosed() {
        HttpTransport transport = JdkTransport.create();
        transport.close();

        TransportException failure = catchThrowableOfType(TransportException.class, () -> exchange(transport));

        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void leavesTheUsersClientOpen() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        JdkTransport.over(client).close();

        assertThat(client.send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString())
                        .body())
                .isEqualTo("answer");
    }

    @Test
    void usesAConnectionAgain() throws IOException {
        HttpTransport transport = JdkTransport.create();

        for (int i = 0; i < 5; i++) {
            assertThat(exchange(transport)).isEqualTo("answer");
        }

        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void offersNoUpgradeToHttp2OverPlainHttp() throws IOException {
        exchange(JdkTransport.over(HttpClient.newHttpClient()));

        assertThat(server.requests().get(0).header("Upgrade")).isEmpty();
        assertThat(server.requests().get(0).header("HTTP2-Settings")).isEmpty();
    }

    @Test
    void goesThroughTheProxyOfTheUsersClient() throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .proxy(ProxySelector.of(new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), server.uri("/").getPort())))
                .build();
        TransportRequest request = TransportRequest.builder("GET", URI.create("http://as.example/token"))
                .build();

        JdkTransport.over(client).send(request).close();

        assertThat(server.requests().get(0).line()).isEqualTo("GET http://as.example/token HTTP/1.1");
    }

    @Test
    void quotesNothingOfAnAnswerThatIsNoHttp() {
        try (WireServer broken = WireServer.start(connection -> {
            connection.write("HTTP/1.1 s3cr3t\r\nX-s3cr3t\r\n\r\n");
            connection.close();
        })) {
            Throwable failure = catchThrowableOfType(
                    TransportException.class, () -> JdkTransport.create().send(request(broken)));

            assertThat(trace(failure)).doesNotContain("s3cr3t");
        }
    }

    @Test
    void threadsEndAfterTheLastCall() throws Exception {
        Set<Thread> ofOtherTests = Thread.getAllStackTraces().keySet();
        exchange(JdkTransport.create());

        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("latchkey-transport-jdk"))
                .filter(thread -> !ofOtherTests.contains(thread))
                .collect(Collectors.toList());
        assertThat(threads).isNotEmpty().allSatisfy(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getContextClassLoader()).isNull();
        });
        for (Thread thread : threads) {
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    /** The JDK repeats every request when {@code jdk.httpclient.enableAllMethodRetry} is set for the whole JVM. */
    @Test
    void hasNoBodyForASecondAttempt() throws Exception {
        RequestBody body = RequestBody.of("code=x".getBytes(StandardCharsets.UTF_8));
        JdkRequestBody published = JdkRequestBody.open(body, "as.example");

        assertThat(received(published).get()).isEqualTo(6);
        CompletableFuture<Integer> again = received(published);

        assertThatThrownBy(again::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class)
                .hasMessageContaining("a second time");
    }

    private static CompletableFuture<Integer> received(JdkRequestBody body) {
        CompletableFuture<Integer> bytes = new CompletableFuture<>();
        body.subscribe(new Flow.Subscriber<>() {
            private int count;

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer item) {
                count += item.remaining();
            }

            @Override
            public void onError(Throwable throwable) {
                bytes.completeExceptionally(throwable);
            }

            @Override
            public void onComplete() {
                bytes.complete(count);
            }
        });
        return bytes;
    }

    private String exchange(HttpTransport transport) throws IOException {
        try (TransportResponse response = transport.send(request(server))) {
            return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static TransportRequest request(WireServer server) {
        return TransportRequest.builder("POST", server.uri("/token"))
                .body(RequestBody.of("code=x".getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
