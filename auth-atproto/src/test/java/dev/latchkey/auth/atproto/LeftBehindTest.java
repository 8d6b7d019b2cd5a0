package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.AS2;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an account that has moved leaves behind ends after a sign-in where it is; what its server still speaks for does not. */
@Timeout(20)
class LeftBehindTest {

    private static final AtprotoRequest ALICES = AtprotoRequest.of("alice.example.com");

    private final Network network = new Network();
    private final StoreInBetween store = new StoreInBetween(network.store);
    private final AtprotoClient client = client();

    private AtprotoClient client() {
        network.storeOfClients = store;
        return network.client();
    }

    private Account signInAtHome() {
        return network.signIn(client, ALICES, AS, 1);
    }

    private Account signInElsewhere() {
        return network.signIn(client, ALICES.fresh(), AS2, 2);
    }

    private Iterable<Account> left() {
        return network.client().accounts();
    }

    @Test
    void isEndedAtItsServerWithItsOwnKey() {
        Account former = signInAtHome();
        network.moves();
        network.revokes();

        Account alice = signInElsewhere();
        client.close();

        assertThat(alice.issuer()).isEqualTo(AS2);
        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(network.last("/oauth/revoke").uri()).isEqualTo(URI.create(AS + "/oauth/revoke"));
        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-1");
        assertThat(Network.assertion(network.last("/oauth/revoke"))).containsEntry("aud", AS);
        assertThat(network.ended).containsExactly(former);
        assertThat(network.client().sessions(ALICE)).containsExactly(alice);
        assertThat(network.client().tokens(alice).token().reveal()).isEqualTo("at-2");
    }

    @Test
    void isEndedWhateverItsName() {
        Account one = network.signIn(client, ALICES.session("one"), AS, 1);
        network.moves();
        network.revokes();

        Account two = network.signIn(client, ALICES.session("two").fresh(), AS2, 2);
        client.close();

        assertThat(network.ended).containsExactly(one);
        assertThat(network.last("/oauth/revoke").form()).containsEntry("token", "rt-1");
        assertThat(left()).containsExactly(two);

        AtprotoClient next = network.client();
        Account again = network.signIn(next, ALICES.session("one").fresh(), AS2, 3);
        next.close();

        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(left()).containsExactlyInAnyOrder(two, again);
    }

    @Test
    void isEndedAfterAFutureToo() {
        ExecutorService one = Executors.newSingleThreadExecutor();
        network.executor = one;
        AtprotoClient narrow = network.client();
        try {
            Account former = signInAtHome();
            network.moves();
            network.pushes().revokes();
            PendingAuthorization pending =
                    narrow.async().authorize(ALICES.fresh()).join();
            network.grants(Network.granted(ALICE.toString(), ""));

            narrow.async()
                    .complete(network.callback("code=c0de", AS2), pending.browserBinding())
                    .join();
            narrow.close();

            assertThat(network.ended).as("over one thread").containsExactly(former);
        } finally {
            one.shutdown();
        }
    }

    @Test
    void isEndedByAnotherNodeAndOnce() {
        Account former = signInAtHome();
        network.moves();
        network.revokes();
        AtprotoClient other = network.client();

        Account alice = network.signIn(other, ALICES, AS2, 2);
        network.signIn(client, ALICES.session("phone").fresh(), AS2, 3);
        other.close();
        client.close();

        assertThat(network.ended).containsExactly(former);
        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(network.client().sessions(ALICE)).contains(alice).hasSize(2);
    }

    @Test
    void whatItsServerMakesOfItIsToldAndNotThrown() {
        Account former = signInAtHome();
        network.moves();
        network.servers.onPost("/oauth/revoke").alwaysAnswers(Answer.json(503, "{}"));

        Account alice = signInElsewhere();
        client.close();

        assertThat(network.notRevoked).hasSize(1).first().isInstanceOf(TemporaryFailureException.class);
        assertThat(network.ended).containsExactly(former);
        assertThat(left()).containsExactly(alice);
    }

    /**
     * A refresh at the former server looked where the account is, then waited for that server; the account moved, and its owner
     * signed in where it is: what the refresh finds by then is old.
     */
    @Test
    void aLookThatBeganBeforeTheMoveCostsTheNewSessionNothing() {
        Account former = signInAtHome();
        network.revokes().revokes();
        AtomicBoolean slow = new AtomicBoolean(true);
        AtomicReference<Account> moved = new AtomicReference<>();
        network.before = request -> {
            if (request.uri().toString().equals(SERVER) && slow.getAndSet(false)) {
                network.moves();
                moved.set(CompletableFuture.supplyAsync(this::signInElsewhere).join());
                awaitTheEndOfOne();
            }
        };

        assertThatThrownBy(() -> client.tokens(former).get(TokenOptions.NONE.forceRefresh()))
                .isInstanceOf(OAuthException.class);
        client.close();

        assertThat(network.ended).containsExactly(former);
        assertThat(network.to("/oauth/revoke"))
                .extracting(RecordedRequest::uri)
                .containsOnly(URI.create(AS + "/oauth/revoke"));
        assertThat(left()).containsExactly(moved.get());
        assertThat(network.client().tokens(moved.get()).token().reveal()).isEqualTo("at-2");
    }

    // On a thread that nobody interrupts when the test's time is over.
    private void awaitTheEndOfOne() {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (network.ended.isEmpty()) {
            assertThat(System.nanoTime()).as("nothing has ended").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    @Test
    void aSessionWhoseServerSpeaksForTheAccountStays() {
        Account former = signInAtHome();
        network.moves();
        network.afterSignIn = account -> network.movesBack();

        Account alice = signInElsewhere();
        client.close();

        assertThat(left()).containsExactlyInAnyOrder(former, alice);
        assertThat(network.ended).isEmpty();
        assertThat(network.to("/oauth/revoke")).isEmpty();
    }

    @Test
    void whereNobodyCanTellItStaysUntilTheNextSignIn() {
        Account former = signInAtHome();
        network.moves();
        revokesAll();
        Answer document = network.internet.web.get(PLC + ALICE);
        network.afterSignIn = account -> network.internet.web.put(PLC + ALICE, Answer.of(503));
        Account alice = signInElsewhere();
        closeAndOpen();
        assertThat(network.client().sessions(ALICE)).containsExactlyInAnyOrder(former, alice);

        network.afterSignIn = account -> {};
        network.internet.web.put(PLC + ALICE, document);
        AtprotoClient next = network.client();
        network.signIn(next, ALICES, AS2, 3);
        next.close();

        assertThat(network.ended).containsExactly(former);
        assertThat(left()).containsExactly(alice);
    }

    private void revokesAll() {
        network.servers
                .onPost("/oauth/revoke")
                .alwaysAnswers(Answer.json(200, "{}").header("DPoP-Nonce", "as-9"));
    }

    private void closeAndOpen() {
        client.close();
        assertThat(network.ended).isEmpty();
        assertThat(network.notSaved).isEmpty();
    }

    @Test
    void whatTheStoreDoesNotLetGoOfIsToldAndEndedAfterTheNextSignIn() {
        Account former = signInAtHome();
        network.moves();
        revokesAll();
        network.afterSignIn = account -> store.keepsAll = true;
        Account alice = signInElsewhere();
        client.close();
        assertThat(network.notSaved).hasSize(1).first().isInstanceOf(TemporaryFailureException.class);
        assertThat(network.ended).isEmpty();
        assertThat(left()).containsExactlyInAnyOrder(former, alice);

        store.keepsAll = false;
        network.afterSignIn = account -> {};
        AtprotoClient next = network.client();
        network.signIn(next, ALICES, AS2, 3);
        next.close();

        assertThat(network.ended).containsExactly(former);
        assertThat(left()).containsExactly(alice);
    }

    @Test
    void closingWaitsForIt() throws InterruptedException {
        AtprotoClient earlier = network.client();
        Account former = network.signIn(earlier, ALICES, AS, 1);
        earlier.close();
        network.moves();
        network.revokes();
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = new Thread(() -> {
            client.close();
            closed.countDown();
        });
        AtomicBoolean first = new AtomicBoolean(true);
        store.beforeList = () -> {
            if (first.getAndSet(false)) {
                closing.start();
                while (closing.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait();
                }
            }
        };

        Account alice = signInElsewhere();
        closed.await();

        assertThat(network.ended).containsExactly(former);
        assertThat(network.client().sessions(ALICE)).containsExactly(alice);
    }

    private void signInMany(int sessions) {
        for (int i = 0; i < sessions; i++) {
            network.signIn(client, ALICES.session("browser-" + i), AS, 1);
        }
    }

    /** Whoever has many sessions must not take all threads for a server that takes its time. */
    @Test
    void manyAreEndedOneAfterTheOther() throws InterruptedException {
        signInMany(30);
        network.moves();
        revokesAll();
        ThreadPoolExecutor one = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>());
        AtomicInteger longest = new AtomicInteger();
        network.executor = work -> {
            one.execute(work);
            longest.accumulateAndGet(one.getQueue().size(), Math::max);
        };
        AtprotoClient narrow = network.client();

        network.signIn(narrow, ALICES.fresh(), AS2, 2);
        narrow.close();

        assertThat(network.ended).hasSize(30);
        assertThat(network.to("/oauth/revoke")).hasSize(30);
        assertThat(longest).hasValueLessThanOrEqualTo(2);
        one.shutdown();
    }

    @Test
    void aServerThatHasNotRevokedOneIsAskedForNoOther() {
        signInMany(5);
        network.moves();
        network.servers.onPost("/oauth/revoke").alwaysAnswers(Answer.json(503, "{}"));

        Account alice = signInElsewhere();
        client.close();

        assertThat(network.ended).hasSize(5);
        assertThat(left()).containsExactly(alice);
        assertThat(network.to("/oauth/revoke")).hasSize(1);
        assertThat(network.notRevoked).hasSize(1);
    }

    /** The account may have moved back by then, and its owner may have signed in at another node. */
    @Test
    void aLookCountsForHalfAMinute() {
        signInMany(5);
        network.moves();
        revokesAll();
        network.before = request -> {
            if (request.uri().getPath().equals("/oauth/revoke")) {
                network.internet.clock.advance(Duration.ofSeconds(14));
            }
        };

        signInElsewhere();
        client.close();

        assertThat(network.ended).hasSize(3);
        network.before = request -> {};
        AtprotoClient next = network.client();
        network.signIn(next, ALICES.fresh(), AS2, 3);
        next.close();
        assertThat(network.ended).hasSize(5);
    }

    @Test
    void aLookCountsUntilTheAccountSignsInAgain() {
        signInMany(5);
        network.moves();
        revokesAll();
        AtomicBoolean first = new AtomicBoolean(true);
        network.before = request -> {
            if (request.uri().getPath().equals("/oauth/revoke") && first.getAndSet(false)) {
                network.movesBack();
                network.signIn(client, ALICES.session("browser-4").fresh(), AS, 3);
            }
        };

        Account elsewhere = signInElsewhere();
        client.close();

        assertThat(network.ended).doesNotContain(account("browser-4")).contains(elsewhere);
        assertThat(left()).contains(account("browser-4"));
    }

    private Account account(String session) {
        for (Account each : network.client().accounts()) {
            if (each.session().equals(session)) {
                return each;
            }
        }
        throw new AssertionError("no session " + session);
    }

    private int findsOfOneMoreSignIn(String session) {
        AtprotoClient next = network.client();
        int before = store.finds.get();
        network.signIn(next, ALICES.session(session), AS, 2);
        next.close();
        return store.finds.get() - before;
    }

    /** Or n sign-ins would cost n² reads. */
    @Test
    void aSignInReadsNoSessionAtItsOwnIssuerHoweverManyThereAre() {
        signInMany(1);
        client.close();
        int withOne = findsOfOneMoreSignIn("phone");
        AtprotoClient many = network.client();
        for (int i = 0; i < 500; i++) {
            network.signIn(many, ALICES.session("browser-" + i), AS, 1);
        }
        many.close();

        assertThat(findsOfOneMoreSignIn("tablet")).isEqualTo(withOne).isLessThan(15);
    }

    private void signInSomebody(AtprotoClient at, int who) {
        String did = "did:plc:" + String.valueOf((char) ('a' + who)).repeat(24);
        network.internet.web.put(
                PLC + did,
                Answer.of(
                        200,
                        "application/did+ld+json",
                        Internet.document(Did.of(did), Handle.of("nobody.example.com"), PDS)));
        network.pushes();
        PendingAuthorization pending = at.authorize(AtprotoRequest.of(did));
        network.grants(Network.granted(did, ""));
        at.complete(network.callback("code=c0de", AS), pending.browserBinding());
    }

    /** With each at a directory or a server that takes its time. */
    @Test
    void ofManySignInsSomeAreFollowedAtOnce() throws InterruptedException {
        client.close();
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger lists = new AtomicInteger();
        Semaphore listed = new Semaphore(0);
        store.beforeList = () -> {
            lists.incrementAndGet();
            listed.release();
            await(goOn);
        };
        AtprotoClient busy = network.client();
        for (int i = 0; i < 20; i++) {
            signInSomebody(busy, i);
        }
        assertThat(listed.tryAcquire(16, 10, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        busy.close();

        assertThat(lists).hasValue(16);

        listed.drainPermits();
        for (int i = 0; i < 20; i++) {
            AtprotoClient patient = network.client();
            signInSomebody(patient, i);
            patient.close();
        }
        assertThat(listed.availablePermits()).as("one after the other").isEqualTo(20);
    }

    /** Or somebody with a server that takes its time would leave no place for anybody else. */
    @Test
    void ofOneAccountOneSignInIsFollowedAtOnce() throws InterruptedException {
        client.close();
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger lists = new AtomicInteger();
        Semaphore listed = new Semaphore(0);
        store.beforeList = () -> {
            lists.incrementAndGet();
            listed.release();
            await(goOn);
        };
        AtprotoClient busy = network.client();
        for (int i = 0; i < 20; i++) {
            network.signIn(busy, ALICES.session("browser-" + i), AS, 1);
        }
        signInSomebody(busy, 0);
        assertThat(listed.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
        goOn.countDown();
        busy.close();

        assertThat(lists).as("her first, her last and somebody else's").hasValue(3);
    }

    /** While the look after a sign-in takes its time, the account moves and signs in there. */
    @Test
    void aSignInDuringTheLookOfAnotherIsFollowedAfterIt() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch listed = new CountDownLatch(1);
        store.beforeList = () -> {
            listed.countDown();
            await(goOn);
        };
        Account former = signInAtHome();
        listed.await();
        network.moves();
        network.revokes();

        Account alice = signInElsewhere();
        goOn.countDown();
        client.close();

        assertThat(network.ended).containsExactly(former);
        assertThat(left()).containsExactly(alice);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whoHasLeftNothingBehindCostsNoRequest() {
        signInAtHome();
        network.signIn(client, ALICES.session("phone"), AS, 2);
        client.close();

        assertThat(Collections.frequency(network.internet.requests(), "GET " + PLC + ALICE))
                .as("once to begin, and once for each check")
                .isEqualTo(3);
    }
}
