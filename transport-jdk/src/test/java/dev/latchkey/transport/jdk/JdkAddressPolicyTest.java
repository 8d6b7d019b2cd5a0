package dev.latchkey.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.WireServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.Security;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As far as the JVM's cache of addresses is what the check rests on. */
class JdkAddressPolicyTest {

    private static final String TTL = "networkaddress.cache.ttl";

    @Test
    void t9_refusesAnyPolicyWhileTheJvmCachesNoAddresses() throws Exception {
        String before = Security.getProperty(TTL);
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"));
                HttpTransport transport = JdkTransport.create()) {
            TransportRequest.Builder request = TransportRequest.builder("GET", server.uri("/"));
            TransportRequest restricted = request.addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                    .build();
            Security.setProperty(TTL, "0");

            TransportException refusal =
                    catchThrowableOfType(TransportException.class, () -> transport.send(restricted));

            assertThat(transport.honoursAddressPolicy()).isFalse();
            assertThat(refusal.kind()).isEqualTo(Kind.ADDRESS);
            assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(refusal).hasMessageContaining(TTL).hasMessageContaining("127.0.0.1");
            assertThat(server.connections()).isZero();
            // A request without a policy does not care.
            transport.send(request.addressPolicy(AddressPolicy.any()).build()).close();

            Security.setProperty(TTL, "30");
            transport.send(restricted).close();
            assertThat(transport.honoursAddressPolicy()).isTrue();
            assertThat(server.requests()).hasSize(2);
        } finally {
            Security.setProperty(TTL, before == null ? "" : before);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "' 0 ', false", "0x0, false", "30, true", "-1, true", "often, true", "'', true"})
    void takesWhatMayMeanNoneForNone(String setting, boolean cached) {
        String before = Security.getProperty(TTL);
        try {
            Security.setProperty(TTL, setting);

            assertThat(CheckedAddresses.areCached()).isEqualTo(cached);
        } finally {
            Security.setProperty(TTL, before == null ? "" : before);
        }
    }

    /** What was reached without a policy may be at an address that the check does not see any more. */
    @Test
    void t9_usesNoConnectionThatAnotherPolicyHasMade() throws Exception {
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"));
                HttpTransport transport = JdkTransport.create()) {
            TransportRequest open =
                    TransportRequest.builder("GET", server.uri("/")).build();
            TransportRequest restricted = open.toBuilder()
                    .addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                    .build();

            read(transport, open);
            read(transport, restricted);
            assertThat(server.connections()).isEqualTo(2);

            read(transport, restricted);
            read(transport, open);
            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requests()).hasSize(4);
        }
    }

    private static void read(HttpTransport transport, TransportRequest request) throws IOException {
        try (TransportResponse response = transport.send(request)) {
            assertThat(response.body().readAllBytes()).isNotEmpty();
        }
    }

    /** Its proxy may be anywhere, and others may have used it before. */
    @Test
    void t9_overSomebodyElsesClientItRefusesRatherThanIgnores() throws Exception {
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"));
                HttpTransport transport = JdkTransport.over(HttpClient.newHttpClient())) {
            TransportRequest.Builder request = TransportRequest.builder("GET", server.uri("/"));
            TransportRequest restricted = request.addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                    .build();

            TransportException refusal =
                    catchThrowableOfType(TransportException.class, () -> transport.send(restricted));

            assertThat(transport.honoursAddressPolicy()).isFalse();
            assertThat(refusal.kind()).isEqualTo(Kind.ADDRESS);
            assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(refusal).hasMessageContaining("JdkTransport.create()").hasMessageContaining("127.0.0.1");
            assertThat(server.connections()).isZero();
            read(transport, request.addressPolicy(AddressPolicy.any()).build());
        }
    }
}
