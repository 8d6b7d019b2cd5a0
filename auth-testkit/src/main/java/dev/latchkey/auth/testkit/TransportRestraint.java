package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a transport leaves to whoever is above it: every decision. */
abstract class TransportRestraint extends TransportMessages {

    /** RFC 9110 §15.3.5, §15.3.6 and §15.4.5: no server may send content with these, and clients differ if one does. */
    private static final Set<Integer> WITHOUT_CONTENT = Set.of(204, 205, 304);

    @Test
    void returnsEveryStatusAsItIs() throws IOException {
        WireServer elsewhere = serve(connection -> connection.respond("200 OK", "", "followed"));
        WireServer server = serve(connection -> {
            String status = connection.request().line().replaceAll("POST /(\\d+) .*", "$1");
            String body = WITHOUT_CONTENT.contains(Integer.valueOf(status)) ? "" : "as it is";
            connection.respond(
                    status + " Status",
                    "Location: " + elsewhere.uri("/") + "\r\nRetry-After: 0\r\n"
                            + "WWW-Authenticate: Basic realm=\"x\"\r\nProxy-Authenticate: Basic realm=\"y\"\r\n",
                    body);
        });

        for (int status = 200; status <= 599; status++) {
            int before = server.requests().size();
            try (TransportResponse response =
                    transport().send(post(server.uri("/" + status)).build())) {
                assertEquals(status, response.status());
                assertEquals(WITHOUT_CONTENT.contains(status) ? "" : "as it is", text(response.body()));
            } catch (TransportException e) {
                // Only a proxy may say 407 (RFC 9110 §15.5.8); some clients take it for garbage when there is none.
                assertEquals(407, status, e.toString());
            }
            assertEquals(before + 1, server.requests().size(), "Requests for status " + status);
        }
        assertEquals(0, elsewhere.requests().size(), "Requests at the second host");
    }

    /** T2 of the client-side checklist: the second host never hears of the request. */
    @TestFactory
    List<DynamicTest> followsNoRedirect() {
        WireServer elsewhere = serve(connection -> connection.respond("200 OK", "", "followed"));
        List<DynamicTest> tests = new ArrayList<>();
        for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
            for (int status : new int[] {300, 301, 302, 303, 307, 308}) {
                tests.add(dynamicTest(method + " " + status, () -> {
                    WireServer server = serve(connection ->
                            connection.respond(status + " Elsewhere", "Location: " + elsewhere.uri("/") + "\r\n", ""));
                    TransportRequest.Builder request =
                            TransportRequest.builder(method, server.uri("/")).timeout(AMPLE);
                    if (method.equals("POST")) {
                        request.body(RequestBody.of(new byte[] {'a'}));
                    }
                    try (TransportResponse response = transport().send(request.build())) {
                        assertEquals(status, response.status());
                    }
                    assertEquals(1, server.requests().size());
                    assertEquals(0, elsewhere.requests().size(), "Requests at the second host");
                }));
            }
        }
        return tests;
    }

    @Test
    void keepsNoCookies() throws IOException {
        WireServer server = serve(connection -> connection.respond("200 OK", "Set-Cookie: a=1; Path=/\r\n", ""));

        exchange(post(server).build());
        exchange(post(server).build());

        assertEquals(List.of(), last(server).header("Cookie"));
    }

    @Test
    void answersNoChallenge() throws IOException {
        WireServer server = serve(
                connection -> connection.respond("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", ""));

        exchange(get(server).build());
        exchange(post(server).build());

        assertEquals(2, server.requests().size());
        assertEquals(List.of(), last(server).header("Authorization"));
    }

    @TestFactory
    List<DynamicTest> sendsNoBodyTwice() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            for (boolean repeatable : new boolean[] {true, false}) {
                String name = method + (repeatable ? ", repeatable" : ", once");
                for (int status : new int[] {408, 421, 429, 500, 503}) {
                    tests.add(dynamicTest(name + ", on " + status, () -> once(method, repeatable, status)));
                }
                tests.add(dynamicTest(
                        name + ", on a dropped connection", () -> dropped(method, repeatable, WireConnection::close)));
                tests.add(dynamicTest(
                        name + ", on a reset connection", () -> dropped(method, repeatable, WireConnection::reset)));
            }
        }
        return tests;
    }

    private void once(String method, boolean repeatable, int status) throws IOException {
        WireServer server = serve(connection -> connection.respond(status + " Again", "Retry-After: 0\r\n", "again"));
        BodyProbe probe = new BodyProbe("code=x".getBytes(StandardCharsets.UTF_8));

        try (TransportResponse response = transport().send(request(server, method, repeatable, probe))) {
            assertEquals(status, response.status());
            assertEquals("again", text(response.body()));
        }

        assertEquals(1, server.requests().size());
        assertTrue(probe.timesOpened() <= 1, "The body was opened " + probe.timesOpened() + " times");
    }

    /** The trap of HttpURLConnection: it sends a POST again when a kept-alive connection drops after reading it. */
    private void dropped(String method, boolean repeatable, WireServer.Script drop) throws IOException {
        WireServer server = serve(connection -> {
            if (connection.number() == 1) {
                connection.respond("200 OK", "", "kept alive");
            } else {
                drop.answer(connection);
            }
        });
        BodyProbe first = new BodyProbe("code=x".getBytes(StandardCharsets.UTF_8));
        BodyProbe second = new BodyProbe("code=y".getBytes(StandardCharsets.UTF_8));
        exchange(request(server, method, repeatable, first));

        TransportException failure = failure(request(server, method, repeatable, second));

        assertEquals(Delivery.UNKNOWN, failure.delivery());
        assertEquals(2, server.requests().size());
        assertEquals(1, second.timesOpened());
    }

    private static TransportRequest request(WireServer server, String method, boolean repeatable, BodyProbe probe) {
        return TransportRequest.builder(method, server.uri("/token"))
                .body(repeatable ? probe.repeatable(6) : probe.once(6))
                .timeout(AMPLE)
                .build();
    }

    @Test
    void survivesAConnectionThatWasClosedWhileIdle() throws IOException {
        WireServer server = serve(connection -> {
            connection.respond("200 OK", "", "then closed");
            connection.close();
        });
        exchange(post(server).build());
        await("the server has closed the connection", AMPLE, () -> server.endedConnections() == 1);

        try {
            assertEquals("then closed", exchange(post(server).build()));
        } catch (TransportException e) {
            // Not having noticed is no fault; saying that nothing can have been received would be, for most clients.
            assertNotEquals(TransportException.Kind.TLS, checked(e).kind());
        }
        assertTrue(server.requests().size() <= 2, "Sent twice");
    }
}
