package dev.latchkey.auth.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NoncesTest {

    private static final URI TOKEN = URI.create("https://as.example.com/token");

    private long now = Long.MAX_VALUE - 1;
    private final Nonces nonces = new Nonces(3, () -> now);
    private final TokenProof alice = new Key("alice");
    private final TokenProof bob = new Key("bob");

    private boolean learn(TokenProof key, String uri, String... values) {
        TransportHeaders.Builder headers = TransportHeaders.builder();
        List.of(values).forEach(value -> headers.add("DPoP-Nonce", value));
        return nonces.learn(key, URI.create(uri), headers.build(), nonces.find(key, URI.create(uri)), false);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /** A server refuses the nonce that a key begins with, and gives another one. */
    private void refuse(TokenProof key, String other) {
        TransportHeaders headers =
                TransportHeaders.builder().add("DPoP-Nonce", other).build();
        assertThat(nonces.learn(key, TOKEN, headers, nonces.findToBegin(key, TOKEN), true))
                .isTrue();
        assertThat(nonces.findToBegin(key, TOKEN)).isEqualTo(other);
    }

    @Test
    void d5_theLatestCountsOfWhateverResponse() {
        assertThat(nonces.find(alice, TOKEN)).isNull();
        assertThat(learn(alice, "https://as.example.com/par", "n1")).isTrue();
        assertThat(learn(alice, "https://AS.example.com:443/token", "n2")).isTrue();
        assertThat(nonces.find(alice, TOKEN)).isEqualTo("n2");
        assertThat(learn(alice, "https://as.example.com/token", "n2")).isFalse();
        assertThat(learn(alice, "https://as.example.com/token")).isFalse();
        assertThat(nonces.find(alice, TOKEN)).isEqualTo("n2");
    }

    @Test
    void d5_eachKeyAndEachOriginHasItsOwn() {
        learn(alice, "https://as.example.com/token", "a");
        learn(bob, "https://as.example.com/token", "b");
        learn(alice, "https://as.example.com:8443/token", "c");

        assertThat(nonces.find(alice, TOKEN)).isEqualTo("a");
        assertThat(nonces.find(bob, TOKEN)).isEqualTo("b");
        assertThat(nonces.find(alice, URI.create("http://as.example.com/token")))
                .isNull();
        assertThat(nonces.find(bob, URI.create("https://as.example.com:8443/x")))
                .isNull();
    }

    @Test
    void aKeyThatIsNewToAServerBeginsWithItsLatest() {
        learn(alice, "https://as.example.com/token", "a1");
        learn(alice, "https://other.example.com/token", "other");

        assertThat(nonces.findToBegin(bob, TOKEN)).isEqualTo("a1");
        assertThat(nonces.findToBegin(bob, URI.create("https://third.example.com/token")))
                .isNull();
    }

    // Servers give the same nonce to everybody, for some minutes: what a key got an hour ago is refused, for sure. What
    // both got at about
    // the same time may be each one's own, and is as good.
    @Test
    void aKeyThatWasIdleBeginsWithWhatAnotherOneGotSince() {
        learn(alice, "https://as.example.com/token", "a1");
        pass(Duration.ofSeconds(30));
        learn(bob, "https://as.example.com/token", "b");
        assertThat(nonces.findToBegin(bob, TOKEN)).isEqualTo("b");
        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("a1");

        pass(Duration.ofSeconds(1));
        learn(bob, "https://as.example.com/token", "b2");
        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("b2");
        assertThat(nonces.find(alice, TOKEN))
                .as("what is kept with the session")
                .isEqualTo("a1");

        // Too old to say more than its own.
        pass(Duration.ofSeconds(121));
        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("a1");
    }

    @Test
    void whatASessionKeptIsOlderThanAllThatWasHeard() {
        nonces.offer(alice, TOKEN, "kept");
        learn(bob, "https://as.example.com/token", "b");

        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("b");
    }

    @Test
    void aServerThatRefusesWhatItGaveToAnotherKeyIsAskedWithTheKeysOwn() {
        learn(alice, "https://as.example.com/token", "a1");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b1");
        refuse(alice, "a2");

        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b2");
        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("a2");

        // Until that is refused too, of which its latest to others would perhaps have been better.
        refuse(alice, "a3");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b3");
        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("b3");
    }

    @Test
    void whatWasTooOldForAnybodyTellsNothingOfTheServer() {
        learn(alice, "https://as.example.com/token", "1");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "2");
        pass(Duration.ofMinutes(5));
        refuse(alice, "3");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "4");

        assertThat(nonces.findToBegin(alice, TOKEN)).isEqualTo("4");
    }

    @Test
    void d5_whatWasUsedLongestAgoGoesFirst() {
        learn(alice, "https://one.example.com", "1");
        learn(alice, "https://two.example.com", "2");
        learn(alice, "https://three.example.com", "3");
        nonces.find(alice, URI.create("https://one.example.com"));
        learn(alice, "https://four.example.com", "4");

        assertThat(nonces.find(alice, URI.create("https://one.example.com"))).isEqualTo("1");
        assertThat(nonces.find(alice, URI.create("https://two.example.com"))).isNull();
    }

    @Test
    void d7_severalOrIllFormedAreNone() {
        learn(alice, "https://as.example.com/token", "good");

        assertThat(learn(alice, "https://as.example.com/token", "a", "b")).isFalse();
        for (String bad : List.of("a b", "a\"b", "a\\b", "ü", "", "x".repeat(1025), "a,b\tc")) {
            assertThat(learn(alice, "https://as.example.com/token", bad))
                    .as(bad)
                    .isFalse();
        }
        assertThat(nonces.find(alice, TOKEN)).isEqualTo("good");
    }

    @Test
    void d11_whatASessionKeptCountsUntilSomethingNewerIsKnown() {
        nonces.offer(alice, TOKEN, "kept");
        assertThat(nonces.find(alice, TOKEN)).isEqualTo("kept");
        learn(alice, "https://as.example.com/token", "newer");
        nonces.offer(alice, TOKEN, "kept");
        nonces.offer(bob, TOKEN, null);
        nonces.offer(bob, TOKEN, "in valid");

        assertThat(nonces.find(alice, TOKEN)).isEqualTo("newer");
        assertThat(nonces.find(bob, TOKEN)).isNull();
    }

    private static final class Key implements TokenProof {

        private final String thumbprint;

        Key(String thumbprint) {
            this.thumbprint = thumbprint;
        }

        @Override
        public TokenType tokenType() {
            return TokenType.DPOP;
        }

        @Override
        public TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce) {
            return TransportHeaders.empty();
        }

        @Override
        public String thumbprint() {
            return thumbprint;
        }
    }
}
