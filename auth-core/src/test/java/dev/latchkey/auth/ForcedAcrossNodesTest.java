package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenResult.Origin;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new token is demanded on several nodes over one store: what another one wrote since one began to look is new. */
class ForcedAcrossNodesTest extends WithSessions {

    private static final TokenOptions FORCED = TokenOptions.NONE.forceRefresh();
    private static final Scopes BOTH = Scopes.of("api.read", "api.write");

    private final RotatingServer strict = new RotatingServer(false);
    private final OAuthClient first = client();
    private Account alice;

    @BeforeEach
    void signsIn() {
        alice = signIn(first, "alice", "r1");
        transport.onPost("/token").alwaysAnswers(strict);
    }

    /** A store under one node, in which something happens once, right after that one has looked. */
    private static final class Looks extends CountingStore {

        private final AtomicReference<Runnable> next;

        Looks(TokenStore store, Runnable next) {
            super(store);
            this.next = new AtomicReference<>(next);
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            Optional<StoreEntry> found = super.find(key);
            next.getAndSet(ForcedAcrossNodesTest::nothing).run();
            return found;
        }
    }

    /** Another node, and what happens between its first look and all else that it does. */
    private OAuthClient second(Runnable afterItsFirstLook) {
        return builder(transport, new Looks(store, afterItsFirstLook)).build();
    }

    private static void nothing() {}

    private void forces(Scopes scopes) {
        assertThat(first.tokens(alice, scopes).get(FORCED).origin()).isEqualTo(Origin.SERVER);
    }

    private static void isFromServer(TokenResult result, String token) {
        assertThat(result.token().reveal()).isEqualTo(token);
        assertThat(result.origin()).isEqualTo(Origin.SERVER);
    }

    private static void isFromStore(TokenResult result, String token) {
        assertThat(result.token().reveal()).isEqualTo(token);
        assertThat(result.origin()).isEqualTo(Origin.STORE);
    }

    @Test
    void whoeverFindsAnotherNodeAtItIsGivenItsToken() throws Exception {
        CountDownLatch sends = new CountDownLatch(1);
        CountDownLatch isAwaited = new CountDownLatch(1);
        HttpTransport slow = request -> {
            sends.countDown();
            await(isAwaited);
            return transport.send(request);
        };
        TokenSource one = builder(slow, store).build().tokens(alice, READ);
        TokenSource other = builder(transport, store)
                .pause(duration -> isAwaited.countDown())
                .build()
                .tokens(alice, READ);
        CompletableFuture<TokenResult> ones = one.getAsync(FORCED);
        await(sends);
        isFromStore(other.get(FORCED), "t2");
        isFromServer(ones.get(10, TimeUnit.SECONDS), "t2");
        assertThat(other.get(TokenOptions.NONE).origin()).isEqualTo(Origin.MEMORY);
        assertThat(strict.refreshes).hasValue(1);
    }

    @Test
    void whoeverHadLookedBeforeAnotherNodeRefreshedIsGivenItsToken() {
        isFromStore(second(() -> forces(READ)).tokens(alice, READ).get(FORCED), "t2");
        assertThat(strict.refreshes).hasValue(1);
    }

    @Test
    void whoeverBeginsAfterwardsRefreshes() {
        OAuthClient second = second(ForcedAcrossNodesTest::nothing);
        forces(READ);
        isFromServer(second.tokens(alice, READ).get(FORCED), "t3");
        // And so does a node that has just been given another's.
        OAuthClient third = second(() -> forces(READ));
        isFromStore(third.tokens(alice, READ).get(FORCED), "t4");
        isFromServer(third.tokens(alice, READ).get(FORCED), "t5");
        assertThat(strict.refreshes).hasValue(4);
    }

    @Test
    void whatIsInMemoryDoesNotTellWhatIsNew() {
        OAuthClient second = client();
        assertThat(second.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        forces(READ);
        // It knows nothing of that token yet, which was there before it was asked.
        isFromServer(second.tokens(alice, READ).get(FORCED), "t3");
        assertThat(strict.refreshes).hasValue(2);
    }

    @Test
    void claimsMayBeLackingInAnothersToken() {
        TokenOptions claims = FORCED.claims("{\"access_token\":{\"nbf\":{\"essential\":true}}}");
        OAuthClient second = second(() -> isFromServer(first.tokens(alice, READ).get(claims), "t2"));
        isFromServer(second.tokens(alice, READ).get(claims), "t3");
        assertThat(transport.lastRequest().form())
                .containsEntry("refresh_token", "r2")
                .containsKey("claims");
        assertThat(strict.refreshes).hasValue(2);
        assertThat(strict.replays).hasValue(0);
    }

    @Test
    void anotherNodesTokenForOtherScopesDoesNotServe() {
        isFromServer(second(() -> forces(WRITE)).tokens(alice, READ).get(FORCED), "t3");
        assertThat(transport.lastRequest().form())
                .containsEntry("refresh_token", "r2")
                .containsEntry("scope", "api.read");
        assertThat(strict.refreshes).hasValue(2);
    }

    @Test
    void scopesOfWhichThereWasNoTokenAreServedByAnothersToo() {
        isFromStore(second(() -> forces(WRITE)).tokens(alice, WRITE).get(FORCED), "t2");
        assertThat(strict.refreshes).hasValue(1);
    }

    /** The token at the first look is dropped with the next write, since it has expired, and an older one would do. */
    @Test
    void anotherTokenThatWasThereBeforeIsNotNew() {
        RequestOptions resource = RequestOptions.NONE.resource(URI.create("https://api.example"));
        isFromServer(first.tokens(alice, READ, resource).get(FORCED), "t2");
        clock.advance(Duration.ofMinutes(30));
        isFromServer(first.tokens(alice, BOTH, resource).get(FORCED), "t3");
        clock.advance(Duration.ofMinutes(31));
        OAuthClient second = second(() -> forces(WRITE));
        isFromServer(second.tokens(alice, READ, resource).get(FORCED), "t5");
        assertThat(strict.refreshes).hasValue(4);
    }

    @Test
    void anothersTokenThatHasExpiredMeanwhileDoesNotServe() {
        OAuthClient second = second(() -> {
            forces(READ);
            clock.advance(Duration.ofHours(2));
        });
        isFromServer(second.tokens(alice, READ).get(FORCED), "t3");
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 90})
    void anothersTokenServesAsLongAsIsDemanded(int minutes) {
        OAuthClient second = second(() -> forces(READ));
        TokenResult result = second.tokens(alice, READ).get(FORCED.minimumValidity(Duration.ofMinutes(minutes)));
        if (minutes < 60) {
            isFromStore(result, "t2");
        } else {
            isFromServer(result, "t3");
        }
    }

    /** As when the store is set back to what it was: to this node that token is as good as dead. */
    @Test
    void aTokenThatWasRefusedHereDoesNotServe() {
        StoreKey key = allKeys().get(0);
        StoreRecord before = store.find(key).orElseThrow().record();
        Looks looks = new Looks(store, ForcedAcrossNodesTest::nothing);
        OAuthClient second = builder(transport, looks).build();
        AccessToken refused = second.tokens(alice, READ).token();
        second.tokens(alice, READ).rejected(refused);
        String another = new String(before.content(), StandardCharsets.UTF_8)
                .replace("api.read", "api.write")
                .replace("first-alice", "another");
        write(key, StoreRecord.of(another.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
        looks.next.set(() -> write(key, before));
        isFromServer(second.tokens(alice, READ).get(FORCED), "t2");
    }

    private void write(StoreKey key, StoreRecord record) {
        assertThat(store.replace(key, store.find(key).orElseThrow().version(), record))
                .isPresent();
    }

    /** Every node has looked before any of them does more, and all threads have asked by then. */
    @Test
    void fourNodesOfEightThreadsMakeOneRefresh() throws Exception {
        int nodes = 4;
        int threads = 8;
        for (int round = 1; round <= 100; round++) {
            CountDownLatch looked = new CountDownLatch(nodes);
            CountDownLatch asked = new CountDownLatch(nodes * threads);
            Queue<CompletableFuture<TokenResult>> all = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < nodes; i++) {
                OAuthClient node = second(() -> {
                    looked.countDown();
                    await(looked);
                    await(asked);
                });
                for (int j = 0; j < threads; j++) {
                    flights.execute(() -> {
                        all.add(node.tokens(alice, READ).getAsync(FORCED));
                        asked.countDown();
                    });
                }
            }
            await(asked);
            Set<String> tokens = new HashSet<>();
            int fromServer = 0;
            for (CompletableFuture<TokenResult> each : all) {
                TokenResult result = each.get(10, TimeUnit.SECONDS);
                tokens.add(result.token().reveal());
                fromServer += result.origin() == Origin.SERVER ? 1 : 0;
            }
            assertThat(tokens).containsExactly("t" + (round + 1));
            assertThat(fromServer).as("who shared the flight").isEqualTo(threads);
            assertThat(strict.refreshes).hasValue(round);
            flights.join();
        }
        assertThat(strict.replays).hasValue(0);
        assertThat(strict.overlaps).isEmpty();
    }
}
