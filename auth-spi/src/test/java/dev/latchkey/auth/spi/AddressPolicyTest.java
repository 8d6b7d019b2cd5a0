package dev.latchkey.auth.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first and the last address of every block, and its neighbours outside. */
class AddressPolicyTest {

    private static final AddressPolicy PUBLIC = AddressPolicy.publicOnly();
    private static final AddressPolicy WITH_LOOPBACK = AddressPolicy.dangerouslyAllowingLoopback();

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.255.255.255, unspecified",
        "10.0.0.0, 10.255.255.255, private",
        "100.64.0.0, 100.127.255.255, shared",
        "169.254.0.0, 169.254.255.255, link-local",
        "172.16.0.0, 172.31.255.255, private",
        "192.0.0.0, 192.0.0.255, reserved",
        "192.0.2.0, 192.0.2.255, documentation",
        "192.88.99.0, 192.88.99.255, reserved",
        "192.168.0.0, 192.168.255.255, private",
        "198.18.0.0, 198.19.255.255, benchmarks",
        "198.51.100.0, 198.51.100.255, documentation",
        "203.0.113.0, 203.0.113.255, documentation",
        "224.0.0.0, 239.255.255.255, multicast",
        "240.0.0.0, 255.255.255.255, reserved",
        "::, ::, unspecified",
        "::2, ::ffff:ffff, compatible",
        "1::, 63:ffff:ffff:ffff:ffff:ffff:ffff:ffff, reserved",
        "64:ff9b::, 64:ff9b::ffff:ffff, NAT64",
        "64:ff9b:1::, 64:ff9b:1:ffff:ffff:ffff:ffff:ffff, NAT64",
        "100::, 100::ffff:ffff:ffff:ffff, reserved",
        "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 1fff::, reserved",
        "2001::, 2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff, reserved",
        "2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, documentation",
        "2002::, 2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 6to4",
        "3fff::, 3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff, documentation",
        "4000::, fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, reserved",
        "fc00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, unique local",
        "fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff, link-local",
        "fec0::, feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, site-local",
        "ff00::, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, multicast",
        "::ffff:10.0.0.1, ::ffff:192.168.1.1, private",
    })
    void t9_refusesWhatIsNotReachableFromEverywhere(String first, String last, String word) throws Exception {
        for (String each : new String[] {first, last}) {
            InetAddress address = InetAddress.getByName(each);

            assertThat(PUBLIC.permits(address)).as(each).isFalse();
            assertThat(WITH_LOOPBACK.permits(address)).as(each).isFalse();
            assertThat(AddressPolicy.any().permits(address)).as(each).isTrue();
            assertThatThrownBy(() -> PUBLIC.check("pds.example", address)).hasMessageContaining(word);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.0", "127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"})
    void t9_refusesLoopbackUnlessItIsAllowedDangerously(String text) throws Exception {
        InetAddress address = InetAddress.getByName(text);

        assertThat(PUBLIC.permits(address)).isFalse();
        assertThat(WITH_LOOPBACK.permits(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.0.0.0",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "191.255.255.255",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.88.100.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "198.51.101.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "2000::",
                "2001:200::",
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db9::",
                "2001:ffff::",
                "2003::",
                "2606:4700::1111",
                "2a00:1450::",
                "3ffe::",
                "3fff:1000::"
            })
    void permitsWhatIs(String text) throws Exception {
        assertThat(PUBLIC.permits(InetAddress.getByName(text))).isTrue();
        assertThat(WITH_LOOPBACK.permits(InetAddress.getByName(text))).isTrue();
    }

    /** Java makes an IPv4 address of these when it reads one; an address that was made by hand stays what it is. */
    @Test
    void refusesAMappedAddressThatIsStillOfVersionSix() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 8, 8, 8, 8};

        InetAddress address = Inet6Address.getByAddress("", mapped, -1);

        assertThat(address).isInstanceOf(Inet6Address.class);
        assertThat(PUBLIC.permits(address)).isFalse();
        assertThat(WITH_LOOPBACK.permits(address)).isFalse();
    }

    @Test
    void t9_oneAddressAmongManyIsEnoughToRefuseAHost() throws Exception {
        InetAddress fine = InetAddress.getByName("1.1.1.1");
        InetAddress bad = InetAddress.getByName("10.0.0.1");

        PUBLIC.check("pds.example", fine, fine);
        TransportException refusal =
                catchThrowableOfType(TransportException.class, () -> PUBLIC.check("pds.example", fine, bad));

        assertThat(refusal.kind()).isEqualTo(Kind.ADDRESS);
        assertThat(refusal.delivery()).isEqualTo(Delivery.NOT_SENT);
        assertThat(refusal)
                .hasMessage(
                        "The host pds.example has an address that the request's address policy refuses, a private one");
    }

    @Test
    void goesWithTheRequestAndWhatIsDerivedFromIt() {
        TransportRequest.Builder request = TransportRequest.builder("GET", URI.create("https://pds.example/"));

        assertThat(request.build().addressPolicy()).isSameAs(AddressPolicy.any());
        assertThat(request.build().addressPolicy().isUnrestricted()).isTrue();
        TransportRequest restricted = request.addressPolicy(PUBLIC).build();
        assertThat(restricted.addressPolicy()).isSameAs(PUBLIC);
        assertThat(restricted.toBuilder().build().addressPolicy()).isSameAs(PUBLIC);
        assertThat(PUBLIC.isUnrestricted()).isFalse();
        assertThat(WITH_LOOPBACK.isUnrestricted()).isFalse();
    }

    @Test
    void isPutOnEveryRequestOfATransportThatHonoursIt() throws Exception {
        AtomicReference<TransportRequest> sent = new AtomicReference<>();
        HttpTransport honouring = new HttpTransport() {
            @Override
            public TransportResponse send(TransportRequest request) {
                sent.set(request);
                return TransportResponse.of(200, TransportHeaders.empty(), InputStream.nullInputStream(), () -> {});
            }

            @Override
            public boolean honoursAddressPolicy() {
                return true;
            }
        };
        TransportRequest lax = TransportRequest.builder("GET", URI.create("https://pds.example/"))
                .header("A", "1")
                .addressPolicy(WITH_LOOPBACK)
                .build();

        HttpTransport restricted = PUBLIC.on(honouring);
        restricted.send(lax).close();

        assertThat(sent.get().addressPolicy()).isSameAs(PUBLIC);
        assertThat(sent.get().headers().first("A")).contains("1");
        assertThat(restricted.honoursAddressPolicy()).isTrue();
    }

    @Test
    void aTransportThatSaysNothingDoesNotHonourIt() {
        HttpTransport somebodys =
                request -> TransportResponse.of(200, TransportHeaders.empty(), InputStream.nullInputStream(), () -> {});

        assertThat(somebodys.honoursAddressPolicy()).isFalse();
        assertThatThrownBy(() -> PUBLIC.on(somebodys)).isInstanceOf(IllegalArgumentException.class);
    }
}
