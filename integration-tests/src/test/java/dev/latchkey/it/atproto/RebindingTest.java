package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.atproto.AtprotoServers;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.transport.apache.ApacheTransport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stranger's name that stands for one address when it is looked up, and for another one the next time. */
final class RebindingTest {

    private static final InetAddress PUBLIC = address(203, 0, 114, 7);
    private static final InetAddress PRIVATE = address(10, 0, 0, 7);
    private static final InetAddress METADATA_SERVICE = address(169, 254, 169, 254);

    private static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Answers each look-up with the next of its answers, and with the last one for ever. */
    private static final class Rebinding implements DnsResolver {

        private final Deque<InetAddress[]> answers = new ArrayDeque<>();
        private final List<String> asked = new ArrayList<>();

        private Rebinding(InetAddress[]... answers) {
            this.answers.addAll(Arrays.asList(answers));
        }

        @Override
        public InetAddress[] resolve(String host) {
            asked.add(host);
            return answers.size() > 1 ? answers.remove() : answers.getFirst();
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static OAuthException refused(Rebinding names) throws Exception {
        try (HttpTransport transport = ApacheTransport.create(SSLContext.getDefault(), names)) {
            AtprotoServers servers = AtprotoServers.create(transport);
            return catchThrowableOfType(OAuthException.class, () -> servers.of(URI.create("https://pds.stranger.com")));
        }
    }

    private static void isAboutTheAddress(OAuthException refusal) {
        assertThat(refusal).isNotInstanceOf(TemporaryFailureException.class);
        assertThat(refusal.getCause()).isInstanceOfSatisfying(TransportException.class, cause -> {
            assertThat(cause.kind()).isEqualTo(TransportException.Kind.ADDRESS);
            assertThat(cause.delivery()).isEqualTo(TransportException.Delivery.NOT_SENT);
        });
    }

    @Test
    void nothingIsSentWhereAPrivateAddressIsFound() throws Exception {
        isAboutTheAddress(refused(new Rebinding(new InetAddress[] {PRIVATE})));
        isAboutTheAddress(refused(new Rebinding(new InetAddress[] {METADATA_SERVICE})));
        isAboutTheAddress(refused(new Rebinding(new InetAddress[] {InetAddress.getLoopbackAddress()})));
    }

    @Test
    void onePrivateAddressAmongPublicOnesIsEnough() throws Exception {
        Rebinding names = new Rebinding(new InetAddress[] {PUBLIC, PRIVATE});

        isAboutTheAddress(refused(names));

        assertThat(names.asked).containsExactly("pds.stranger.com");
    }

    /** Were the name looked up once to check and once more to connect, the second answer would count. */
    @Test
    @Timeout(20)
    void theAddressThatWasCheckedIsTheOneThatIsConnectedTo() throws Exception {
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpTransport transport = ApacheTransport.create(
                        SSLContext.getDefault(),
                        new Rebinding(
                                new InetAddress[] {InetAddress.getLoopbackAddress()}, new InetAddress[] {PRIVATE}))) {
            HttpTransport loopback = AddressPolicy.dangerouslyAllowingLoopback().on(transport);
            URI uri = URI.create("https://pds.stranger.com:" + inside.getLocalPort() + "/");
            Thread server = new Thread(
                    () -> assertThatCode(() -> inside.accept().close()).doesNotThrowAnyException());
            server.start();

            TransportException first = send(loopback, uri);
            server.join();
            TransportException second = send(loopback, uri);

            // It was connected to, and did not speak TLS.
            assertThat(first.kind()).isNotEqualTo(TransportException.Kind.ADDRESS);
            assertThat(second.kind()).isEqualTo(TransportException.Kind.ADDRESS);
        }
    }

    private static TransportException send(HttpTransport transport, URI uri) {
        return catchThrowableOfType(
                TransportException.class,
                () -> transport
                        .send(dev.latchkey.auth.spi.TransportRequest.builder("GET", uri)
                                .build())
                        .close());
    }
}
