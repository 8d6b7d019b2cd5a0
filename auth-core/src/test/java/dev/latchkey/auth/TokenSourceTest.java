package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
class TokenSourceTest {

    private static final Scopes READ = Scopes.of("api.read");
    private static final Scopes WRITE = Scopes.of("api.write");

    private final MutableClock clock = MutableClock.create();
    private final ScriptedTransport transport = ScriptedTransport.create();
    private final InMemoryTokenStore store = InMemoryTokenStore.create(clock);

    private OAuthClientBuilder builder(HttpTransport over, TokenStore in) {
        return OAuthClient.builder(over)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                        .tokenEndpoint(URI.create("https://issuer.example/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .store(in)
                .clock(clock);
    }

    private OAuthClient client() {
        return builder(transport, store).build();
    }

    private static String granted(String token, String more) {
        return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more + "}";
    }

    private Account signIn(OAuthClient client, String subject, String refreshToken) {
        transport.answers(
                200, "application/json", granted("first-" + subject, ",\"refresh_token\":\"" + refreshToken + "\""));
        return client.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject(subject))
                .account();
    }

    @Test
    void asksOnceForExactlyTheScopesAndReusesTheTokenUntilTheMargin() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));

        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(transport.onlyRequest().body())
                .isEqualTo("grant_type=client_credentials&scope=api.read&client_id=app&client_secret=s3cret");
        clock.advance(Duration.ofSeconds(3539));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(transport.requests()).hasSize(1);

        transport.answers(200, "application/json", granted("two", ""));
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.token().reveal()).isEqualTo("two");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void reusesAShortLivedTokenForHalfItsLife() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", "").replace("3600", "30"));
        tokens.token();
        clock.advance(Duration.ofSeconds(14));
        assertThat(tokens.token().reveal()).isEqualTo("one");

        transport.answers(200, "application/json", granted("two", "").replace("3600", "30"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aTokenWithZeroLifetimeIsHandedOutOnceAndNeverReused() {
        TokenSource tokens = client().clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", "").replace("3600", "0"));
        transport.answers(200, "application/json", granted("two", "").replace("3600", "0"));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aHitCallsNeitherTransportNorStore() throws Exception {
        transport.answers(200, "application/json", granted("one", ""));
        CountingStore counting = new CountingStore(store);
        OAuthClient client = builder(transport, counting).build();
        TokenSource tokens = client.clientCredentials(READ);
        tokens.token();
        int before = counting.calls.get();

        for (int i = 0; i < 100; i++) {
            tokens.token();
        }
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("one");
        assertThat(counting.calls.get()).isEqualTo(before);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aSecondClientOverTheSameStoreFindsTheTokenThere() {
        transport.answers(200, "application/json", granted("one", ""));
        client().clientCredentials(READ).token();
        HttpTransport untouched = mock(HttpTransport.class);

        assertThat(builder(untouched, store)
                        .build()
                        .clientCredentials(READ)
                        .token()
                        .reveal())
                .isEqualTo("one");
        verifyNoInteractions(untouched);
    }

    @Test
    void buildingAndAskingForSourcesDoesNoWork() {
        HttpTransport untouched = mock(HttpTransport.class);
        TokenStore untouchedStore = mock(TokenStore.class);
        OAuthClient client = builder(untouched, untouchedStore).build();
        client.clientCredentials(READ);
        client.tokens(Account.of("https://issuer.example", "alice"), READ);
        verifyNoInteractions(untouched, untouchedStore);
    }

    @Test
    void refreshesWithTheLatestRefreshToken() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");

        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.lastRequest().body())
                .isEqualTo(
                        "grant_type=refresh_token&refresh_token=r1&scope=api.read&client_id=app&client_secret=s3cret");

        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("third", ""));
        assertThat(tokens.token().reveal()).isEqualTo("third");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");

        // K10: no new refresh token keeps the old one, also for another client over the same store.
        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("fourth", ",\"refresh_token\":\"r3\""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("fourth");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");
    }

    @Test
    void sixtyFourThreadsOnOneExpiredTokenMakeOneRequest() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        int before = transport.requests().size();

        assertThat(inParallel(64, () -> client.tokens(alice, READ).token().reveal()))
                .containsOnly("second");
        assertThat(transport.requests()).hasSize(before + 1);
    }

    @Test
    void twoScopesOfOneSessionNeverRedeemTheRefreshTokenAtOnce() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r0");
        clock.advance(Duration.ofHours(2));
        Set<String> redeemed = ConcurrentHashMap.newKeySet();
        AtomicInteger number = new AtomicInteger();
        AtomicInteger underWay = new AtomicInteger();
        List<String> faults = java.util.Collections.synchronizedList(new ArrayList<>());
        transport.onPost("/token").alwaysAnswers(request -> {
            if (underWay.incrementAndGet() > 1) {
                faults.add("two at once");
            }
            String presented = request.form().get("refresh_token");
            if (!redeemed.add(presented)) {
                faults.add("replayed " + presented);
            }
            int mine = number.incrementAndGet();
            underWay.decrementAndGet();
            return Answer.json(200, granted("t" + mine, ",\"refresh_token\":\"r" + mine + "\""));
        });

        inParallel(
                32,
                () -> client.tokens(alice, Thread.currentThread().getId() % 2 == 0 ? READ : WRITE)
                        .token()
                        .reveal());
        assertThat(faults).isEmpty();
        assertThat(number.get()).isBetween(1, 2);
    }

    @Test
    void anAppAndTwoUsersNeverSeeEachOthersTokens() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "ra");
        Account bob = signIn(client, "bob", "rb");
        transport.answers(200, "application/json", granted("app", ""));

        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("app");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        assertThat(client.tokens(bob, READ).token().reveal()).isEqualTo("first-bob");
        assertThatThrownBy(() -> client.tokens(alice.withSession("other"), READ).token())
                .isInstanceOf(SignInRequiredException.class);
        assertThatThrownBy(() -> client.tokens(alice.withTenant("other"), READ).token())
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void aDeadRefreshTokenAsksForASignIn() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(400, "application/json", "{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}");

        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOfSatisfying(SignInRequiredException.class, e -> {
                    assertThat(e.error().orElseThrow().code()).isEqualTo("invalid_grant");
                    assertThat(e.error().orElseThrow().description()).contains("gone");
                    assertThat(e).hasMessageContaining("issuer.example").hasMessageNotContaining("r1");
                });
    }

    @Test
    void aTokenThatIsStillValidOutlivesAFailureToRefreshIt() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofSeconds(3570));
        client.tokens(alice, WRITE);
        transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");

        clock.advance(Duration.ofSeconds(31));
        transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isFalse());
    }

    @Test
    void aSessionWithoutARefreshTokenIsUsedToItsEnd() {
        OAuthClient client = client();
        transport.answers(200, "application/json", granted("only", ""));
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofSeconds(3599));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("only");
        clock.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> client.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(1);
    }

    @Test
    void aTokenOfUnknownLifetimeWithoutRefreshTokenIsUsedUntilItIsRefused() {
        OAuthClient client = client();
        transport.answers(200, "application/json", "{\"access_token\":\"only\",\"token_type\":\"bearer\"}");
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        clock.advance(Duration.ofDays(300));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("only");
        assertThat(client.tokens(alice, READ).token().expiresAt()).isEmpty();
    }

    @Test
    void aStoreThatDoesNotTakeTheRotatedTokenDoesNotLoseIt() {
        FailingStore failing = new FailingStore(store);
        List<Optional<Account>> unsaved = new ArrayList<>();
        OAuthClient client = builder(transport, failing)
                .listener(new AuthListener() {
                    @Override
                    public void sessionNotSaved(Optional<Account> account, Exception reason) {
                        unsaved.add(account);
                    }
                })
                .build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        failing.writesFail = true;
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(unsaved).containsExactly(Optional.of(alice));

        failing.writesFail = false;
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("third", ",\"refresh_token\":\"r3\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("third");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");

        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("fourth", ""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("fourth");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r3");
    }

    @Test
    void aSessionThatWasRemovedDuringItsRefreshStaysRemoved() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(request -> {
            removeEverything();
            return Answer.json(200, granted("second", ",\"refresh_token\":\"r2\""));
        });
        client.tokens(alice, READ).token();
        assertThat(store.size()).isZero();
    }

    @Test
    void aStoreThatCannotBeReadSendsNothing() {
        FailingStore failing = new FailingStore(store);
        failing.readsFail = true;
        assertThatThrownBy(() -> builder(transport, failing)
                        .build()
                        .clientCredentials(READ)
                        .token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue());
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void aFlightRunsOnTheExecutorAndAnInterruptedWaiterCancelsNothing() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        List<Thread> flights = java.util.Collections.synchronizedList(new ArrayList<>());
        transport.onPost("/token").alwaysAnswers(request -> {
            flights.add(Thread.currentThread());
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("one", ""));
        });
        TokenSource tokens = client().clientCredentials(READ);
        List<OAuthException> seen = java.util.Collections.synchronizedList(new ArrayList<>());
        Thread waiter = new Thread(() -> {
            try {
                tokens.token();
            } catch (OAuthException e) {
                seen.add(e);
            }
        });
        waiter.start();
        await(arrived);
        waiter.interrupt();
        waiter.join(10_000);
        assertThat(seen).singleElement().isInstanceOf(TemporaryFailureException.class);

        answer.countDown();
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(transport.requests()).hasSize(1);
        assertThat(flights).doesNotContain(waiter, Thread.currentThread());
        assertThat(flights.get(0).isDaemon()).isTrue();
        assertThat(flights.get(0).getContextClassLoader()).isNull();
    }

    @Test
    void aClosedClientWaitsForItsFlightsAndStartsNoMore() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        transport.onPost("/token").alwaysAnswers(request -> {
            arrived.countDown();
            await(answer);
            return Answer.json(200, granted("one", ""));
        });
        OAuthClient client = client();
        TokenSource tokens = client.clientCredentials(READ);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            Future<AccessToken> token = pool.submit(tokens::token);
            await(arrived);
            Future<?> closing = pool.submit(client::close);
            answer.countDown();
            closing.get(10, TimeUnit.SECONDS);
            assertThat(token.get(10, TimeUnit.SECONDS).reveal()).isEqualTo("one");
        } finally {
            pool.shutdownNow();
        }
        assertThat(tokens.token().reveal()).as("what is at hand stays at hand").isEqualTo("one");
        assertThatThrownBy(() -> client.clientCredentials(WRITE).token())
                .isInstanceOf(dev.latchkey.auth.error.ConfigurationException.class)
                .hasMessageContaining("closed");
        assertThat(transport.isClosed()).isFalse();
    }

    @Test
    void anExecutorThatTakesNoWorkIsATemporaryFailureAndTheNextCallMayGoOn() {
        AtomicInteger calls = new AtomicInteger();
        OAuthClient client = builder(transport, store)
                .executor(work -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new java.util.concurrent.RejectedExecutionException("full");
                    }
                    new Thread(work).start();
                })
                .build();
        transport.answers(200, "application/json", granted("one", ""));
        assertThatThrownBy(() -> client.clientCredentials(READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(client.clientCredentials(READ).token().reveal()).isEqualTo("one");
    }

    @Test
    void aRefreshTokenNeverGoesToAnotherServerThatSharesTheStoreAndTheClientId() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        int before = transport.requests().size();
        OAuthClient elsewhere = builder(transport, store)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://elsewhere.example")
                        .tokenEndpoint(URI.create("https://elsewhere.example/token"))
                        .build()))
                .build();
        assertThatThrownBy(() -> elsewhere.tokens(alice, READ).token())
                .isInstanceOf(dev.latchkey.auth.error.ConfigurationException.class)
                .hasMessageContaining("elsewhere.example");
        assertThat(transport.requests()).hasSize(before);
    }

    @Test
    void aTokenOfUnknownLifetimeIsReplacedWhenThatIsPossible() {
        OAuthClient client = client();
        transport.answers(
                200,
                "application/json",
                "{\"access_token\":\"one\",\"token_type\":\"Bearer\",\"refresh_token\":\"r1\"}");
        Account alice = client.password(
                        PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"))
                .account();
        transport
                .onPost("/token")
                .alwaysAnswers(request -> Answer.json(200, "{\"access_token\":\"two\",\"token_type\":\"Bearer\"}"));
        int before = transport.requests().size();
        for (int hour = 0; hour < 40; hour++) {
            clock.advance(Duration.ofHours(1));
            client.tokens(alice, READ).token();
        }
        assertThat(transport.requests()).hasSize(before + 40);
    }

    @Test
    void aNewSignInReplacesWhatIsAtHandAndOutlivesARefreshUnderWay() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        transport.answers(200, "application/json", granted("after-step-up", ",\"refresh_token\":\"n1\""));
        client.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("after-step-up");

        clock.advance(Duration.ofHours(2));
        OAuthClient elsewhere = client();
        transport.onPost("/token").alwaysAnswers(request -> {
            if (request.body().contains("refresh_token=n1")) {
                elsewhere.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"));
                return Answer.json(200, granted("late", ",\"refresh_token\":\"late\""));
            }
            return Answer.json(200, granted("newest", ",\"refresh_token\":\"newest\""));
        });
        client.tokens(alice, READ).token();
        clock.advance(Duration.ofHours(2));
        client.tokens(alice, READ).token();
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "newest");
    }

    @Test
    void aServerInTroubleIsLeftAloneAsLongAsThereIsAValidToken() {
        OAuthClient client = client();
        TokenSource tokens = client.clientCredentials(READ);
        transport.answers(200, "application/json", granted("one", ""));
        tokens.token();
        clock.advance(Duration.ofSeconds(3_545));
        transport.answers(Answer.of(429).header("Retry-After", "30"));
        for (int i = 0; i < 20; i++) {
            assertThat(tokens.token().reveal()).isEqualTo("one");
        }
        assertThat(transport.requests()).hasSize(2);
        clock.advance(Duration.ofSeconds(30));
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aThreadThatCannotBeMadeDoesNotWedgeTheSession() {
        AtomicInteger calls = new AtomicInteger();
        OAuthClient client = builder(transport, store)
                .executor(work -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    new Thread(work).start();
                })
                .build();
        transport.answers(200, "application/json", granted("one", ""));
        TokenSource tokens = client.clientCredentials(READ);
        assertThatThrownBy(tokens::token).isInstanceOf(TemporaryFailureException.class);
        assertThat(tokens.token().reveal()).isEqualTo("one");
    }

    @Test
    void anExecutorWithOneThreadIsEnoughForDiscoveryAndToken() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            transport
                    .onGet("/.well-known/openid-configuration")
                    .answers(
                            200,
                            "application/json",
                            "{\"issuer\":\"https://issuer.example\",\"token_endpoint\":\"https://issuer.example/token\"}");
            transport.onPost("/token").alwaysAnswers(request -> Answer.json(200, granted("one", "")));
            OAuthClient client = builder(transport, store)
                    .server(AuthorizationServer.openId("https://issuer.example"))
                    .executor(one)
                    .build();
            assertThat(inParallel(
                            8, () -> client.clientCredentials(READ).token().reveal()))
                    .containsOnly("one");
            assertThat(transport.requests()).hasSize(2);
        } finally {
            one.shutdownNow();
        }
    }

    private void removeEverything() {
        for (StoreKey key : allKeys()) {
            store.find(key).ifPresent(entry -> store.remove(key, entry.version()));
        }
    }

    private List<StoreKey> allKeys() {
        String partition = dev.latchkey.auth.session.SessionKey.of(
                        Account.of("https://issuer.example", "alice"), "app", "")
                .storeKey()
                .partition();
        return store.keys(partition, "", 100).keys();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> inParallel(int threads, java.util.concurrent.Callable<String> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<String>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                results.add(pool.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            start.countDown();
            Set<String> all = new HashSet<>();
            for (Future<String> each : results) {
                all.add(each.get(20, TimeUnit.SECONDS));
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }

    private static class CountingStore implements TokenStore {

        final AtomicInteger calls = new AtomicInteger();
        private final TokenStore store;

        CountingStore(TokenStore store) {
            this.store = store;
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            calls.incrementAndGet();
            return store.find(key);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            calls.incrementAndGet();
            return store.replace(key, expected, record);
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            calls.incrementAndGet();
            return store.remove(key, expected);
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
            calls.incrementAndGet();
            return store.keys(partition, cursor, limit);
        }
    }

    private static final class FailingStore extends CountingStore {

        volatile boolean writesFail;
        volatile boolean readsFail;

        FailingStore(TokenStore store) {
            super(store);
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            if (readsFail) {
                throw new TokenStoreException("disk on fire", null);
            }
            return super.find(key);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            if (writesFail) {
                throw new TokenStoreException("disk full", null);
            }
            return super.replace(key, expected, record);
        }
    }
}
