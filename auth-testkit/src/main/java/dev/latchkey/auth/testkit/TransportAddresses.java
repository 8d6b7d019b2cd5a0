package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Where a request may go, if the transport claims to keep to that: T9 of the client-side checklist. */
abstract class TransportAddresses extends TransportHandshakes {

    /**
     * Says whether the transport is to keep the address policies of requests.
     *
     * @return what {@link HttpTransport#honoursAddressPolicy()} must say; true unless an adapter admits that it cannot
     */
    protected boolean honoursAddressPolicy() {
        return true;
    }

    @Test
    void saysWhetherItHonoursTheAddressPolicy() {
        assertEquals(honoursAddressPolicy(), transport().honoursAddressPolicy());
    }

    @TestFactory
    List<DynamicTest> reachesNoAddressThatThePolicyRefuses() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String host : List.of("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]")) {
            tests.add(ifHonoured(host, () -> {
                WireServer server = serve(connection -> connection.respond("200 OK", "", "reached"));
                URI uri = URI.create("http://" + host + ":" + server.uri("/").getPort() + "/token?q=" + MARKER);
                BodyProbe probe = new BodyProbe(new byte[6]);

                TransportException failure = failure(post(uri)
                        .body(probe.once(6))
                        .addressPolicy(AddressPolicy.publicOnly())
                        .build());

                assertRefused(failure, host);
                assertEquals(0, server.connections(), "Connections");
                assertEquals(0, probe.timesOpened(), "Times that the body was opened");
            }));
        }
        for (String host : List.of("10.0.0.1", "169.254.169.254", "[fe80::1]", "[64:ff9b::7f00:1]", "0.0.0.0")) {
            tests.add(ifHonoured(host, () -> {
                URI uri = URI.create("http://" + host + ":9/token?q=" + MARKER);
                TransportRequest.Builder request = post(uri);

                assertRefused(
                        failure(request.addressPolicy(AddressPolicy.publicOnly())
                                .build()),
                        host);
                assertRefused(
                        failure(request.addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                                .build()),
                        host);
            }));
        }
        return tests;
    }

    @TestFactory
    List<DynamicTest> reachesWhatThePolicyPermits() {
        return List.of(ifHonoured("loopback, dangerously", () -> {
            WireServer server = serve(connection -> connection.respond("200 OK", "", "reached"));
            TransportRequest.Builder request = post(server);

            assertEquals(
                    "reached",
                    exchange(request.addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                            .build()));
            assertEquals(
                    "reached",
                    exchange(request.addressPolicy(AddressPolicy.any()).build()));
        }));
    }

    /** Looking at the address when a connection is made is not enough: most requests make none. */
    @TestFactory
    List<DynamicTest> usesNoOpenConnectionThatThePolicyRefuses() {
        return List.of(ifHonoured("one that is kept alive", () -> {
            WireServer server = serve(connection -> connection.respond("200 OK", "", "reached"));
            exchange(post(server).build());
            exchange(post(server)
                    .addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                    .build());
            int before = server.requests().size();

            TransportException failure = failure(
                    post(server).addressPolicy(AddressPolicy.publicOnly()).build());

            assertRefused(failure, server.uri("/").getHost());
            assertEquals(before, server.requests().size(), "Requests");
        }));
    }

    private static void assertRefused(TransportException failure, String host) {
        assertEquals(Kind.ADDRESS, failure.kind());
        assertEquals(Delivery.NOT_SENT, failure.delivery());
        assertTrue(String.valueOf(failure.getMessage()).contains(host), "The message names the host");
    }

    private interface Check {

        void run() throws IOException;
    }

    /** Of a transport that claims nothing, nothing is demanded. */
    private DynamicTest ifHonoured(String name, Check check) {
        return dynamicTest(name, () -> {
            if (honoursAddressPolicy()) {
                check.run();
            } else {
                assertFalse(transport().honoursAddressPolicy());
            }
        });
    }
}
