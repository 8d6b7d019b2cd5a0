package dev.latchkey.transport.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.WireServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With a name server that belongs to the attacker. */
class ApacheAddressPolicyTest {

    private final WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"));
    private final FakeNames names = new FakeNames();

    @AfterEach
    void closeServer() {
        server.close();
    }

    /** DNS rebinding: whoever checked first and let the client look the name up again would connect to 127.0.0.1. */
    @Test
    void t9_aNameThatIsReboundToLoopbackIsRefusedAtConnect() throws Exception {
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            names.answer("8.8.8.8").answer("127.0.0.1");
            InetAddress[] checkedBefore = names.resolve("rebind.example");

            TransportException refusal =
                    catchThrowableOfType(TransportException.class, () -> send(transport, "rebind.example"));

            assertThat(AddressPolicy.publicOnly().permits(checkedBefore[0])).isTrue();
            assertRefused(refusal, "rebind.example");
            assertThat(names.asked).containsExactly("rebind.example", "rebind.example");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void looksANameUpOnceForEachConnection() throws Exception {
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            names.answer("127.0.0.1").answer("10.0.0.1");

            transport
                    .send(request("once.example", AddressPolicy.dangerouslyAllowingLoopback()))
                    .close();

            assertThat(names.asked).containsExactly("once.example");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void t9_oneRefusedAddressAmongManyIsEnough() throws Exception {
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            names.answer("8.8.8.8", "127.0.0.1");

            assertRefused(
                    catchThrowableOfType(TransportException.class, () -> send(transport, "both.example")),
                    "both.example");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void t9_overSomebodyElsesClientItRefusesRatherThanIgnores() throws Exception {
        try (CloseableHttpClient client = HttpClients.createDefault()) {
            HttpTransport transport = ApacheTransport.over(client);

            TransportException refusal =
                    catchThrowableOfType(TransportException.class, () -> send(transport, "127.0.0.1"));

            assertThat(transport.honoursAddressPolicy()).isFalse();
            assertRefused(refusal, "127.0.0.1");
            assertThat(server.connections()).isZero();
        }
    }

    /** The proxy looks names up itself: what this machine finds is checked before it is asked, and no more can be. */
    @Test
    void t9_throughAProxyItChecksWhatItFindsItself() throws Exception {
        ProxySelector before = ProxySelector.getDefault();
        ProxySelector.setDefault(new OneProxy(server.uri("/").getPort()));
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            names.answer("8.8.8.8").answer("10.0.0.1");

            transport
                    .send(request("proxied.example", AddressPolicy.publicOnly()))
                    .close();
            TransportException refusal =
                    catchThrowableOfType(TransportException.class, () -> send(transport, "private.example"));

            assertRefused(refusal, "private.example");
            assertThat(names.asked).containsExactly("proxied.example", "private.example");
            assertThat(server.requests()).hasSize(1);
            assertThat(server.requests().get(0).line()).startsWith("GET http://proxied.example:");
        } finally {
            ProxySelector.setDefault(before);
        }
    }

    @Test
    void aNameWithoutAnAddressIsNoRefusal() throws Exception {
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            TransportException failure =
                    catchThrowableOfType(TransportException.class, () -> send(transport, "nowhere.example"));

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
        }
    }

    private void send(HttpTransport transport, String host) throws TransportException {
        transport.send(request(host, AddressPolicy.publicOnly())).close();
    }

    private TransportRequest request(String host, AddressPolicy policy) {
        URI uri = URI.create("http://" + host + ":" + server.uri("/").getPort() + "/.well-known/atproto-did");
        return TransportRequest.builder("GET", uri).addressPolicy(policy).build();
    }

    private static void assertRefused(TransportException refusal, String host) {
        assertThat(refusal.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refusal).hasMessageContaining(host);
    }

    /** Answers each question with the next answer. */
    private static final class FakeNames implements DnsResolver {

        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final List<String[]> answers = new ArrayList<>();

        FakeNames answer(String... addresses) {
            answers.add(addresses);
            return this;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            asked.add(host);
            if (answers.isEmpty()) {
                throw new UnknownHostException(host);
            }
            return Arrays.stream(answers.remove(0)).map(FakeNames::address).toArray(InetAddress[]::new);
        }

        private static InetAddress address(String literal) {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static final class OneProxy extends ProxySelector {

        private final int port;

        OneProxy(int port) {
            this.port = port;
        }

        @Override
        public List<Proxy> select(URI uri) {
            boolean web = uri.getScheme().startsWith("http");
            return List.of(
                    web
                            ? new Proxy(Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                            : Proxy.NO_PROXY);
        }

        @Override
        public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    }
}
