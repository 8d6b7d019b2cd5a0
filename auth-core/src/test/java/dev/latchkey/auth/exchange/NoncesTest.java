package dev.latchkey.auth.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.exchange.Nonces.Verdict;
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
    private final Nonces nonces = new Nonces(4, () -> now);
    private final TokenProof alice = new Key("alice");
    private final TokenProof bob = new Key("bob");
    private final TokenProof carol = new Key("carol");
    private final TokenProof dave = new Key("dave");

    private boolean learn(TokenProof key, String uri, String... values) {
        TransportHeaders.Builder headers = TransportHeaders.builder();
        List.of(values).forEach(value -> headers.add("DPoP-Nonce", value));
        String own = nonces.find(key, URI.create(uri));
        DpopNonce used = own == null ? null : new DpopNonce(own, key.thumbprint());
        return nonces.learn(key, URI.create(uri), headers.build(), used, Verdict.ACCEPTED);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    private @Nullable String toBegin(TokenProof key) {
        DpopNonce nonce = nonces.findToBegin(key, TOKEN);
        return nonce == null ? null : nonce.text();
    }

    private @Nullable String toSpend(TokenProof key) {
        DpopNonce nonce = nonces.findToSpend(key, TOKEN);
        return nonce == null ? null : nonce.text();
    }

    private void answer(TokenProof key, @Nullable DpopNonce used, Verdict verdict, String nonce) {
        TransportHeaders headers =
                TransportHeaders.builder().add("DPoP-Nonce", nonce).build();
        nonces.learn(key, TOKEN, headers, used, verdict);
    }

    /** What a server said that gives each key its own, which is good for ever. */
    private int requests(TokenProof key, int busy) {
        DpopNonce used = nonces.findToBegin(key, TOKEN);
        // While the request is under way others are answered.
        for (int i = 0; i < busy; i++) {
            learn(bob, "https://as.example.com/token", "bob-" + now + "-" + i);
        }
        boolean good = used != null && used.text().startsWith(key.thumbprint());
        answer(key, used, good ? Verdict.ACCEPTED : Verdict.REFUSED, key.thumbprint() + "-1");
        return good ? 1 : 2;
    }

    /** That of a server which gives the same to all. */
    private void bothGet(String nonce) {
        learn(alice, "https://as.example.com/token", nonce);
        learn(bob, "https://as.example.com/token", nonce);
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

        assertThat(toBegin(bob)).isEqualTo("a1");
        assertThat(toSpend(bob)).isEqualTo("a1");
        assertThat(nonces.findToBegin(bob, URI.create("https://third.example.com/token")))
                .isNull();
    }

    // Servers give the same nonce to everybody, for some minutes: what a key got an hour ago is refused, for sure. What
    // both got at about the same time may be each one's own, and is as good.
    @Test
    void aKeyThatWasIdleBeginsWithWhatAnotherOneGotSince() {
        bothGet("1");
        pass(Duration.ofSeconds(30));
        learn(bob, "https://as.example.com/token", "b");
        assertThat(toBegin(bob)).isEqualTo("b");
        assertThat(toBegin(alice)).isEqualTo("1");

        pass(Duration.ofSeconds(1));
        learn(bob, "https://as.example.com/token", "b2");
        assertThat(toBegin(alice)).isEqualTo("b2");
        assertThat(nonces.find(alice, TOKEN))
                .as("what is kept with the session")
                .isEqualTo("1");

        // Too old to say more than its own.
        pass(Duration.ofSeconds(121));
        assertThat(toBegin(alice)).isEqualTo("1");
    }

    @Test
    void aServerThatGivesEachKeyItsOwnRefusesOneRequestHoweverBusyOthersAre() {
        learn(alice, "https://as.example.com/token", "alice-1");
        int refused = 0;
        for (int minute = 0; minute < 50; minute++) {
            pass(Duration.ofMinutes(1));
            learn(bob, "https://as.example.com/token", "bob-" + minute);
            refused += requests(alice, 1 + minute % 3) - 1;
        }
        assertThat(refused).isEqualTo(1);
    }

    @Test
    void ofManyKeysAtOnceOneFindsOutWhetherAnothersNonceIsGood() {
        nonces.offer(alice, TOKEN, "kept");
        nonces.offer(carol, TOKEN, "carols");
        learn(bob, "https://as.example.com/token", "b");

        assertThat(toBegin(alice)).isEqualTo("b");
        assertThat(toBegin(carol)).isEqualTo("carols");
    }

    @Test
    void aRefusedNonceOfANeighbourIsKnownAgainWhateverCameMeanwhile() {
        bothGet("1");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b1");
        DpopNonce used = nonces.findToBegin(alice, TOKEN);
        learn(bob, "https://as.example.com/token", "b2");
        answer(alice, used, Verdict.REFUSED, "a1");

        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b3");
        assertThat(used).extracting(DpopNonce::text).isEqualTo("b1");
        assertThat(toBegin(alice)).isEqualTo("a1");
    }

    @Test
    void aServerThatAcceptsOrRepeatsOneKeysNonceForAnotherIsBelievedAgain() {
        aRefusedNonceOfANeighbourIsKnownAgainWhateverCameMeanwhile();
        // Carol is new, and has nothing to lose by it.
        answer(carol, nonces.findToBegin(carol, TOKEN), Verdict.NONE, "c1");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b4");
        assertThat(toBegin(alice)).as("an error tells nothing").isEqualTo("a1");
        answer(dave, nonces.findToBegin(dave, TOKEN), Verdict.ACCEPTED, "d1");
        assertThat(toBegin(alice)).isEqualTo("d1");

        answer(alice, nonces.findToBegin(alice, TOKEN), Verdict.REFUSED, "a2");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b5");
        assertThat(toBegin(alice)).isEqualTo("a2");
        learn(carol, "https://as.example.com/token", "b5");
        assertThat(toBegin(alice)).isEqualTo("b5");
    }

    @Test
    void anAcceptedNonceOfANeighbourCountsWithoutANewOne() {
        learn(bob, "https://as.example.com/token", "b");
        TransportHeaders none = TransportHeaders.empty();
        assertThat(nonces.learn(alice, TOKEN, none, nonces.findToBegin(alice, TOKEN), Verdict.ACCEPTED))
                .isFalse();
        assertThat(nonces.find(alice, TOKEN)).isNull();
        nonces.offer(carol, TOKEN, "kept");
        nonces.offer(dave, TOKEN, "kept");

        assertThat(toBegin(carol)).isEqualTo("b");
        assertThat(toBegin(dave)).isEqualTo("b");
    }

    @Test
    void whatWasTooOldForAnybodyTellsNothingOfTheServer() {
        bothGet("1");
        pass(Duration.ofMinutes(5));
        answer(carol, nonces.findToBegin(carol, TOKEN), Verdict.REFUSED, "2");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "3");

        assertThat(toBegin(alice)).isEqualTo("3");
    }

    @Test
    void whatUsesAGrantUpTriesNothing() {
        nonces.offer(alice, TOKEN, "kept");
        learn(bob, "https://as.example.com/token", "b1");
        assertThat(toSpend(alice)).as("not tried, even once").isEqualTo("kept");

        learn(carol, "https://as.example.com/token", "b1");
        assertThat(toBegin(alice)).isEqualTo("b1");
        assertThat(toSpend(alice)).as("of an age that nobody knows").isEqualTo("kept");
    }

    @Test
    void whatUsesAGrantUpBeginsWithItsOwnUntilThatIsKnownToBeTooOld() {
        bothGet("1");
        pass(Duration.ofMinutes(2));
        learn(bob, "https://as.example.com/token", "b");
        assertThat(toBegin(alice)).isEqualTo("b");
        assertThat(toSpend(alice)).isEqualTo("1");

        pass(Duration.ofSeconds(1));
        assertThat(toSpend(alice)).isEqualTo("b");

        DpopNonce used = nonces.findToSpend(alice, TOKEN);
        answer(alice, used, Verdict.REFUSED, "a");
        pass(Duration.ofMinutes(3));
        learn(bob, "https://as.example.com/token", "b2");
        assertThat(toSpend(alice)).as("of a server that gives each its own").isEqualTo("a");
    }

    @Test
    void aKeyBeginsWithWhatTheSameOriginGaveItElsewhereUnlessItsOwnIsAsNew() {
        // Where what has no time would seem to be the newest.
        now = -Duration.ofDays(1).toNanos();
        Nonces elsewhere = new Nonces(4, () -> now);
        assertThat(nonces.findToBegin(alice, TOKEN, elsewhere)).isNull();
        elsewhere.offer(alice, TOKEN, "kept");
        assertThat(toBegin(alice, elsewhere)).isEqualTo("kept");
        assertThat(toBegin(alice)).isNull();
        assertThat(nonces.findToBegin(bob, TOKEN, elsewhere)).isNull();
        assertThat(nonces.findToBegin(alice, URI.create("https://as.example.com:8443/"), elsewhere))
                .isNull();

        learn(alice, "https://as.example.com/items", "own");
        assertThat(toBegin(alice, elsewhere)).as("of an age that nobody knows").isEqualTo("own");
        assertThat(toBegin(alice, elsewhere)).as("nor is it the next time").isEqualTo("own");

        pass(Duration.ofSeconds(30));
        give(elsewhere, "theirs");
        assertThat(toBegin(alice, elsewhere)).isEqualTo("own");
        pass(Duration.ofSeconds(1));
        give(elsewhere, "theirs");
        assertThat(toBegin(alice, elsewhere)).isEqualTo("theirs");
        assertThat(toSpend(alice)).isEqualTo("own");

        learn(alice, "https://as.example.com/items", "own-again");
        assertThat(toBegin(alice, elsewhere)).isEqualTo("own-again");
    }

    /** Of one's own nothing is learned of neighbours. */
    @Test
    void whatWasGivenElsewhereIsTheKeysOwn() {
        Nonces elsewhere = new Nonces(4, () -> now);
        give(elsewhere, "theirs");
        answer(alice, nonces.findToBegin(alice, TOKEN, elsewhere), Verdict.ACCEPTED, "a1");
        pass(Duration.ofMinutes(1));
        learn(bob, "https://as.example.com/token", "b1");
        nonces.offer(carol, TOKEN, "kept");

        assertThat(toBegin(carol)).as("the one that tries").isEqualTo("b1");
        assertThat(toBegin(alice)).isEqualTo("a1");
    }

    private void give(Nonces elsewhere, String nonce) {
        TransportHeaders headers =
                TransportHeaders.builder().add("DPoP-Nonce", nonce).build();
        elsewhere.learn(alice, TOKEN, headers, null, Verdict.ACCEPTED);
    }

    private @Nullable String toBegin(TokenProof key, Nonces elsewhere) {
        DpopNonce nonce = nonces.findToBegin(key, TOKEN, elsewhere);
        return nonce == null ? null : nonce.text();
    }

    @Test
    void d5_whatWasUsedLongestAgoGoesFirst() {
        learn(alice, "https://one.example.com", "1");
        learn(alice, "https://two.example.com", "2");
        learn(alice, "https://three.example.com", "3");
        learn(alice, "https://four.example.com", "4");
        nonces.find(alice, URI.create("https://one.example.com"));
        learn(alice, "https://five.example.com", "5");

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

    @Test
    void d11_whatAnotherNodeHasKeptSinceReplacesWhatWasHeardLongAgo() {
        learn(alice, "https://as.example.com/token", "heard");
        pass(Duration.ofMinutes(2));
        nonces.offer(alice, TOKEN, "kept");
        assertThat(toSpend(alice)).isEqualTo("heard");

        pass(Duration.ofSeconds(1));
        nonces.offer(alice, TOKEN, "heard");
        bothOthersGet("b");
        assertThat(toSpend(alice)).as("it is known to be too old").isEqualTo("b");
        nonces.offer(alice, TOKEN, "kept");
        assertThat(toSpend(alice)).as("of an age that nobody knows").isEqualTo("kept");
    }

    private void bothOthersGet(String nonce) {
        learn(bob, "https://as.example.com/token", nonce);
        learn(carol, "https://as.example.com/token", nonce);
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
