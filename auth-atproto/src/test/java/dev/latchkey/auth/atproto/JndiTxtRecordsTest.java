package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JndiTxtRecordsTest {

    private FakeDns dns;

    @BeforeEach
    void start() throws IOException {
        dns = new FakeDns();
    }

    @AfterEach
    void stop() {
        dns.close();
    }

    @Test
    void readsEveryRecordOfTheName() throws IOException {
        dns.records = Map.of(
                "_atproto.alice.example.com",
                List.of(
                        List.of("did=did:plc:7iza6de2dwap2sbkpav7c6c6"),
                        List.of("v=spf1 -all"),
                        List.of("say \"hi\"")));

        List<String> texts = TxtRecords.at(dns.address()).lookup("_atproto.alice.example.com");

        assertThat(texts)
                .containsExactlyInAnyOrder("did=did:plc:7iza6de2dwap2sbkpav7c6c6", "v=spf1 -all", "say \"hi\"");
        assertThat(dns.questions).containsExactly("_atproto.alice.example.com type 16");
    }

    /** RFC 1035 §3.3.14: a record is several strings where one, of 255 bytes, is too short. */
    @Test
    void putsTheStringsOfARecordTogether() throws IOException {
        String did = "did=did:web:" + "a".repeat(60) + "." + "b".repeat(60) + "." + "c".repeat(60) + ".example.com";
        dns.records = Map.of("_atproto.alice.example.com", List.of(List.of(did.substring(0, 20), did.substring(20))));

        assertThat(TxtRecords.at(dns.address()).lookup("_atproto.alice.example.com"))
                .containsExactly(did);
    }

    @Test
    void aNameThatDoesNotExistHasNoRecords() throws IOException {
        assertThat(TxtRecords.at(dns.address()).lookup("_atproto.nobody.example.com"))
                .isEmpty();
    }

    @Test
    void aServerThatFailsIsNoAnswer() {
        dns.status = 2;

        assertThatThrownBy(() -> TxtRecords.at(dns.address()).lookup("_atproto.alice.example.com"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("_atproto.alice.example.com");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        dns.silent = true;
        long start = System.nanoTime();

        assertThatThrownBy(() -> TxtRecords.at(dns.address()).lookup("_atproto.alice.example.com"))
                .isInstanceOf(IOException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(dns.questions).hasSizeGreaterThan(1);
    }

    /** To JNDI a name may be a URL, which it would follow; nothing but a name of the DNS may get there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ldap://evil.example.com/a",
                "_atproto.alice.example.com/a",
                "dns://127.0.0.1/alice.example.com",
                "rmi:alice.example.com",
                "_atproto.alice.example.com\n",
                "_atproto.a\\.example.com",
                "_atproto.\"alice\".example.com",
                "_atproto..example.com",
                "_atproto.ALICE.example.com",
                "_atproto",
                "",
                "."
            })
    void asksForNothingThatIsNoName(String name) {
        assertThatThrownBy(() -> TxtRecords.at(dns.address()).lookup(name))
                .isInstanceOf(IOException.class)
                .hasNoCause();

        assertThat(dns.questions).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "did=a, did=a",
                "'did=a b', did=ab",
                "'\"did = a\" b', 'did = ab'",
                "'\"a\\\"b\\\\\"', 'a\"b\\'",
                "'\"', ''"
            })
    void undoesTheQuotesOfJndi(String record, String text) {
        assertThat(JndiTxtRecords.together(record)).isEqualTo(text);
    }

    @Test
    void serversHaveAddresses() throws IOException {
        byte[] ipv6 = new byte[16];
        ipv6[15] = 1;
        assertThatThrownBy(TxtRecords::at).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TxtRecords.at(InetSocketAddress.createUnresolved("dns.example", 53)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(TxtRecords.at(new InetSocketAddress(InetAddress.getByAddress(ipv6), 53)))
                .isNotNull();
    }

    /** As much of RFC 1035 as a TXT question needs. */
    private static final class FakeDns {

        private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        private final List<String> questions = new CopyOnWriteArrayList<>();
        private volatile Map<String, List<List<String>>> records = Map.of();
        private volatile int status;
        private volatile boolean silent;

        FakeDns() throws IOException {
            Thread thread = new Thread(this::serve, "fake-dns");
            thread.setDaemon(true);
            thread.start();
        }

        InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }

        void close() {
            socket.close();
        }

        private void serve() {
            byte[] buffer = new byte[512];
            try {
                while (true) {
                    DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                    socket.receive(packet);
                    byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                    if (!silent) {
                        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                    }
                }
            } catch (IOException e) {
                // Closed by the test.
            }
        }

        private byte[] answer(byte[] query) {
            List<String> labels = new ArrayList<>();
            int at = 12;
            for (; query[at] != 0; at += query[at] + 1) {
                labels.add(new String(query, at + 1, query[at], StandardCharsets.US_ASCII));
            }
            String name = String.join(".", labels);
            questions.add(name + " type " + query[at + 2]);
            List<List<String>> found = records.getOrDefault(name, List.of());
            int code = status == 0 && found.isEmpty() ? 3 : status;
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(query, 0, 2);
            out.writeBytes(new byte[] {(byte) 0x81, (byte) (0x80 | code), 0, 1, 0, (byte) found.size(), 0, 0, 0, 0});
            out.write(query, 12, at + 5 - 12);
            for (List<String> record : found) {
                ByteArrayOutputStream data = new ByteArrayOutputStream();
                for (String text : record) {
                    data.write(text.length());
                    data.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
                }
                out.writeBytes(new byte[] {(byte) 0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, (byte) data.size()});
                out.writeBytes(data.toByteArray());
            }
            return out.toByteArray();
        }
    }
}
