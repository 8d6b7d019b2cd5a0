package dev.latchkey.transport.apache;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.HttpHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApacheTransportTest {

    private final WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "answer"));

    @AfterEach
    void closeServer() {
        server.close();
    }

    @Test
    void sendsNothingOnceItIsClosed() {
        HttpTransport transport = ApacheTransport.create();
        transport.close();

        TransportException failure = catchThrowableOfType(TransportException.class, () -> exchange(transport, server));

        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void saysSoWhenTheUserHasClosedTheClient() throws IOException {
        CloseableHttpClient client = HttpClients.createDefault();
        HttpTransport transport = ApacheTransport.over(client);
        client.close();

        TransportException failure = catchThrowableOfType(TransportException.class, () -> exchange(transport, server));

        assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
    }

    @Test
    void leavesTheUsersClientOpen() throws IOException {
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            ApacheTransport.over(client).close();

            int status = client.execute(new HttpGet(server.uri("/")), response -> response.getCode());

            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void usesAConnectionAgain() throws IOException {
        try (HttpTransport transport = ApacheTransport.create()) {
            for (int i = 0; i < 5; i++) {
                assertThat(exchange(transport, server)).isEqualTo("answer");
            }
        }

        assertThat(server.connections()).isEqualTo(1);
    }

    /** The default client's retry strategy repeats a GET on 503 after a second, and whatever Retry-After says. */
    @Test
    void sendsARequestWithoutABodyOnceOverADefaultClient() throws IOException {
        try (CloseableHttpClient client = HttpClients.createDefault();
                WireServer busy = WireServer.start(connection -> {
                    if (connection.request().line().startsWith("GET")) {
                        connection.respond("503 Busy", "Retry-After: 0\r\n", "");
                    } else {
                        connection.close();
                    }
                })) {
            HttpTransport transport = ApacheTransport.over(client);

            transport
                    .send(TransportRequest.builder("GET", busy.uri("/")).build())
                    .close();
            TransportException failure = catchThrowableOfType(
                    TransportException.class,
                    () -> transport.send(
                            TransportRequest.builder("DELETE", busy.uri("/")).build()));

            assertThat(failure.delivery()).isEqualTo(Delivery.UNKNOWN);
            assertThat(busy.requests()).hasSize(2);
        }
    }

    @Test
    void showsNobodyTheCredentialsOfTheUsersClient() throws IOException {
        BasicCredentialsProvider credentials = new BasicCredentialsProvider();
        credentials.setCredentials(
                new AuthScope(null, -1), new UsernamePasswordCredentials("user", "pw".toCharArray()));
        try (WireServer asking = WireServer.start(
                        connection -> connection.respond("401 No", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""));
                CloseableHttpClient client = HttpClients.custom()
                        .setDefaultCredentialsProvider(credentials)
                        .build()) {
            exchange(ApacheTransport.over(client), asking);

            assertThat(asking.requests()).hasSize(1);
        }
    }

    @Test
    void goesThroughTheProxyOfTheUsersClient() throws IOException {
        HttpHost proxy = new HttpHost("http", "127.0.0.1", server.uri("/").getPort());
        try (CloseableHttpClient client = HttpClients.custom().setProxy(proxy).build()) {
            ApacheTransport.over(client)
                    .send(TransportRequest.builder("GET", URI.create("http://as.example/token"))
                            .build())
                    .close();
        }

        assertThat(server.requests().get(0).line()).isEqualTo("GET http://as.example/token HTTP/1.1");
    }

    @Test
    void quotesNothingOfAnAnswerThatIsNoHttp() {
        try (HttpTransport transport = ApacheTransport.create();
                WireServer broken = WireServer.start(connection -> {
                    connection.write("HTTP/1.1 s3cr3t\r\nX-s3cr3t\r\n\r\n");
                    connection.close();
                })) {
            Throwable failure = catchThrowableOfType(TransportException.class, () -> exchange(transport, broken));

            assertThat(trace(failure)).doesNotContain("s3cr3t");
        }
    }

    @Test
    void quotesNothingOfABrokenChunk() {
        try (HttpTransport transport = ApacheTransport.create();
                WireServer broken = WireServer.start(connection ->
                        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ns3cr3t\r\nbody\r\n"))) {
            Throwable failure = catchThrowableOfType(TransportException.class, () -> exchange(transport, broken));

            assertThat(trace(failure)).doesNotContain("s3cr3t");
        }
    }

    @Test
    void theWatchdogIsADaemonAndEndsWhenItIsClosed() throws Exception {
        HttpTransport transport = ApacheTransport.create();
        TransportResponse response = transport.send(request(server));
        List<Thread> threads = watchdogs();
        assertThat(threads).isNotEmpty().allSatisfy(thread -> {
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getContextClassLoader()).isNull();
        });

        response.close();
        transport.close();

        for (Thread thread : threads) {
            thread.join(5_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void makingATransportStartsNoThread() throws Exception {
        for (Thread earlier : watchdogs()) {
            earlier.join(5_000);
        }
        try (HttpTransport transport = ApacheTransport.create()) {
            assertThat(transport).isNotNull();
            assertThat(watchdogs()).isEmpty();
        }
    }

    private static List<Thread> watchdogs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("latchkey-transport-apache"))
                .collect(Collectors.toList());
    }

    private static String exchange(HttpTransport transport, WireServer server) throws IOException {
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
