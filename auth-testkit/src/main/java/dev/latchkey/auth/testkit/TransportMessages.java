package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What goes over the wire when nothing is wrong. */
abstract class TransportMessages extends TransportFixture {

    private static final String NOTHING = "HTTP/1.1 204 No Content\r\n\r\n";

    @TestFactory
    List<DynamicTest> sendsEveryMethodWithoutABody() {
        WireServer server = serve(connection -> connection.write(NOTHING));
        List<DynamicTest> tests = new ArrayList<>();
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE")) {
            tests.add(dynamicTest(method, () -> {
                TransportRequest request = TransportRequest.builder(method, server.uri("/path"))
                        .timeout(AMPLE)
                        .build();

                exchange(request);

                WireRequest received = last(server);
                assertEquals(method + " /path HTTP/1.1", received.line());
                assertEquals(1, received.header("Host").size(), "Host headers");
                assertEquals("", received.text());
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> sendsEveryKindOfBody() {
        WireServer server = serve(connection -> connection.write(NOTHING));
        List<DynamicTest> tests = new ArrayList<>();
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            for (int size : new int[] {0, 1, 1_200, 300_000}) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                String name = method + " " + size + " bytes, ";
                tests.add(dynamicTest(name + "in memory", () -> sends(server, method, bytes, RequestBody.of(bytes))));
                BodyProbe repeatable = new BodyProbe(bytes);
                tests.add(dynamicTest(
                        name + "repeatable",
                        () -> sends(server, method, bytes, repeatable.repeatable(size), repeatable)));
                BodyProbe once = new BodyProbe(bytes);
                tests.add(dynamicTest(name + "once", () -> sends(server, method, bytes, once.once(size), once)));
                BodyProbe unknown = new BodyProbe(bytes);
                tests.add(dynamicTest(
                        name + "of unknown length",
                        () -> sends(server, method, bytes, unknown.once(RequestBody.UNKNOWN_LENGTH), unknown)));
            }
        }
        return tests;
    }

    private void sends(WireServer server, String method, byte[] bytes, RequestBody body, BodyProbe probe)
            throws IOException {
        sends(server, method, bytes, body);
        assertTrue(probe.timesOpened() <= 1, "The body was opened " + probe.timesOpened() + " times");
        await("the body is closed", SLACK, () -> !probe.isOpen());
    }

    private void sends(WireServer server, String method, byte[] bytes, RequestBody body) throws IOException {
        exchange(TransportRequest.builder(method, server.uri("/upload"))
                .header("Content-Type", "application/octet-stream")
                .body(body)
                .timeout(AMPLE)
                .build());

        WireRequest received = last(server);
        assertEquals(method + " /upload HTTP/1.1", received.line());
        assertArrayEquals(bytes, received.body());
        assertEquals(List.of("application/octet-stream"), received.header("Content-Type"));
        if (body.length() > 0) {
            assertEquals(List.of(Long.toString(body.length())), received.header("Content-Length"));
        }
    }

    @Test
    void sendsHeadersAsTheyAre() throws IOException {
        WireServer server = serve(connection -> connection.write(NOTHING));
        String odd = "a,  \"b\"; c=;;(d)\\ <e> {f} 100% =?utf-8?q?g?=";
        String lengthy = "x".repeat(4_000);

        exchange(post(server)
                .addHeader("X-Twice", "one")
                .addHeader("X-Twice", "two, three")
                .addHeader("X-Odd", odd)
                .addHeader("X!#$%&'*+-.^_`|~", "odd name")
                .addHeader("X-Long", lengthy)
                .addHeader("X-Empty", "")
                .addHeader("Authorization", "DPoP abc.def")
                .addHeader("User-Agent", "test/1")
                .addHeader("Accept", "application/json")
                .build());

        WireRequest received = last(server);
        // A recipient may read a list from one line or from several (RFC 9110 §5.3).
        assertEquals("one, two, three", String.join(", ", received.header("X-Twice")));
        assertEquals(List.of(odd), received.header("X-Odd"));
        assertEquals(List.of("odd name"), received.header("X!#$%&'*+-.^_`|~"));
        assertEquals(List.of(lengthy), received.header("X-Long"));
        assertEquals(List.of(""), received.header("X-Empty"));
        assertEquals(List.of("DPoP abc.def"), received.header("Authorization"));
        assertEquals(List.of("test/1"), received.header("User-Agent"));
        assertEquals(List.of("application/json"), received.header("Accept"));
    }

    @TestFactory
    List<DynamicTest> sendsPathAndQueryAsTheyAre() {
        WireServer server = serve(connection -> connection.write(NOTHING));
        List<DynamicTest> tests = new ArrayList<>();
        for (String target : List.of("/", "/a%2Fb/%C3%A9;x=1", "/a?b=%26+c%20d&e=&f", "/?x=1")) {
            tests.add(dynamicTest(target, () -> {
                exchange(TransportRequest.builder("GET", server.uri(target))
                        .timeout(AMPLE)
                        .build());
                assertEquals("GET " + target + " HTTP/1.1", last(server).line());
            }));
        }
        tests.add(dynamicTest("no path", () -> {
            exchange(TransportRequest.builder("GET", server.uri(""))
                    .timeout(AMPLE)
                    .build());
            assertEquals("GET / HTTP/1.1", last(server).line());
        }));
        return tests;
    }

    @Test
    void returnsRepeatedAndOddHeaders() throws IOException {
        String lengthy = "y".repeat(7_000);
        WireServer server = serve(connection -> connection.respond(
                "401 Unauthorized",
                "Set-Cookie: a=1; Path=/\r\nWWW-Authenticate: DPoP error=\"use_dpop_nonce\"\r\nSET-COOKIE: b=2\r\n"
                        + "WWW-Authenticate: Basic realm=\"x\"\r\nX-Padded:    in  the middle   \r\nX-Empty:\r\n"
                        + "x!#$%&'*+-.^_`|~: odd name\r\nX-Long: " + lengthy + "\r\n",
                ""));

        try (TransportResponse response = transport().send(post(server).build())) {
            assertEquals(List.of("a=1; Path=/", "b=2"), response.headers().all("set-cookie"));
            assertEquals(
                    List.of("DPoP error=\"use_dpop_nonce\"", "Basic realm=\"x\""),
                    response.headers().all("Www-Authenticate"));
            assertEquals(List.of("in  the middle"), response.headers().all("X-Padded"));
            assertEquals(List.of(""), response.headers().all("x-empty"));
            assertEquals(List.of("odd name"), response.headers().all("X!#$%&'*+-.^_`|~"));
            assertEquals(List.of(lengthy), response.headers().all("X-Long"));
        }
    }

    @TestFactory
    List<DynamicTest> skipsInterimResponses() {
        List<DynamicTest> tests = new ArrayList<>();
        for (List<String> interim : List.of(
                List.of("100 Continue"),
                List.of("102 Processing"),
                List.of("103 Early Hints"),
                List.of("100 Continue", "103 Early Hints", "103 Early Hints"))) {
            tests.add(dynamicTest(String.join(", ", interim), () -> {
                WireServer server = serve(connection -> {
                    for (String each : interim) {
                        connection.write("HTTP/1.1 " + each + "\r\nX-Interim: yes\r\n\r\n");
                    }
                    connection.respond("200 OK", "", "final");
                });
                try (TransportResponse response = transport().send(post(server).build())) {
                    assertEquals(200, response.status());
                    assertEquals(List.of(), response.headers().all("X-Interim"));
                    assertEquals("final", text(response.body()));
                }
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> deliversEveryKindOfBody() {
        String lines = "0123456789abcdef".repeat(40_000);
        return List.of(
                delivers("of known length", "Content-Length: 5\r\n\r\nhello", "hello", true),
                delivers("empty", "Content-Length: 0\r\n\r\n", "", true),
                delivers(
                        "in chunks, with a trailer",
                        "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n",
                        "hello",
                        true),
                delivers("until the connection ends", "Connection: close\r\n\r\nhello", "hello", false),
                delivers("large", "Content-Length: " + lines.length() + "\r\n\r\n" + lines, lines, true));
    }

    private DynamicTest delivers(String name, String rest, String body, boolean keepAlive) {
        return dynamicTest(name, () -> {
            WireServer server = serve(connection -> {
                connection.write("HTTP/1.1 200 OK\r\n" + rest);
                if (!keepAlive) {
                    connection.close();
                }
            });
            assertEquals(body, exchange(post(server).build()));
        });
    }

    @Test
    void deliversNoBodyForHead() throws IOException {
        WireServer server = serve(connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"));

        assertEquals(
                "",
                exchange(TransportRequest.builder("HEAD", server.uri("/"))
                        .timeout(AMPLE)
                        .build()));
    }

    @Test
    void streamsTheBodyWhileItComes() throws IOException {
        Gate half = Gate.closed("half of the body was read");
        WireServer server = serve(connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
            connection.waitAt(half);
            connection.write("other");
        });

        try (TransportResponse response = transport().send(post(server).build())) {
            assertEquals("first", new String(response.body().readNBytes(5), StandardCharsets.UTF_8));
            half.open();
            assertEquals("other", text(response.body()));
            assertEquals(-1, response.body().read());
        }
    }

    @Test
    void deliversCodedBytesRawOrDecodesThemAndDropsTheHeader() throws IOException {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(coded)) {
            gzip.write("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        }
        WireServer server = serve(connection -> {
            connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + coded.size() + "\r\n\r\n");
            connection.write(coded.toByteArray());
        });

        try (TransportResponse response = transport().send(post(server).build())) {
            byte[] body = response.body().readAllBytes();
            if (response.headers().first("Content-Encoding").isPresent()) {
                assertEquals("{\"a\":1}", text(new GZIPInputStream(new ByteArrayInputStream(body))));
            } else {
                assertEquals("{\"a\":1}", new String(body, StandardCharsets.UTF_8));
            }
        }
    }

    static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    static WireRequest last(WireServer server) {
        List<WireRequest> requests = server.requests();
        return requests.get(requests.size() - 1);
    }
}
