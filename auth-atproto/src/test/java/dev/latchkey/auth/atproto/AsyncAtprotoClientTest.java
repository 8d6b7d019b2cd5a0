package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.HANDLE;
import static dev.latchkey.auth.atproto.Network.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.Scopes;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On an executor of one thread, which is the test's own: work that waited for other work would wait for ever. */
@Timeout(20)
class AsyncAtprotoClientTest {

    private final Network network = new Network();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtprotoClient client = client();

    private AtprotoClient client() {
        return AtprotoClient.builder(network)
                .identities(AtprotoIdentities.builder(network)
                        .txtRecords(network.internet)
                        .clock(network.internet.clock)
                        .executor(tasks::add)
                        .build())
                .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
                .store(network.store)
                .clock(network.internet.clock)
                .timeout(Network.TIMEOUT)
                .executor(tasks::add)
                .build();
    }

    private <T> T run(CompletableFuture<T> future) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(future).isDone();
        return future.join();
    }

    private void assertFails(CompletableFuture<?> future, Class<? extends Exception> reason) {
        assertThatThrownBy(() -> run(future))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(reason);
    }

    private Account signIn() {
        network.pushes().grants(granted(ALICE.toString(), ""));
        PendingAuthorization pending = run(client.async().authorize("@alice.example.com"));
        return run(client.async().complete(callback(), pending.browserBinding()))
                .account();
    }

    private AuthorizationCallback callback() {
        return AuthorizationCallback.parse("code=c0de&state="
                + network.last("/oauth/par").form().get("state") + "&iss=https%3A%2F%2Fas.example.org");
    }

    @Test
    void goesTheWholeWayOnOneThread() {
        Account alice = signIn();
        assertThat(alice.subject()).isEqualTo(ALICE.toString());
        assertThat(network.last("/oauth/par").form()).containsEntry("login_hint", HANDLE.toString());
        assertThat(client.servers()).isEqualTo(1);

        network.servers.onGet("/xrpc/a.b.c").answers(Answer.json(200, "{\"x\":1}"));
        Map<String, Object> answer = run(client.async()
                .call(alice, calls -> calls.query("a.b.c", Parameters.NONE).json(), tasks::add));
        assertThat(answer).containsEntry("x", 1L);
        assertThat(network.last("/xrpc/a.b.c").header("Authorization")).contains("DPoP at-1");

        network.revokes();
        assertThat(run(client.async().signOut(alice, SignOut.AND_AT_SERVER))
                        .revocation()
                        .isDone())
                .isTrue();
        assertFails(client.async().call(alice, calls -> 1), SignInRequiredException.class);
    }

    /** The refresh that the work waits for needs the thread on which the work would otherwise be. */
    @Test
    void aTokenThatIsRefusedDuringTheWorkIsRefreshedOnOneThreadToo() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (AtprotoClient busy = AtprotoClient.builder(network)
                .identities(AtprotoIdentities.builder(network)
                        .txtRecords(network.internet)
                        .clock(network.internet.clock)
                        .build())
                .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
                .store(network.store)
                .clock(network.internet.clock)
                .executor(one)
                .build()) {
            Account alice = network.signIn(busy);
            network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2").replace("rt-1", "rt-2"));
            network.servers
                    .onGet("/xrpc/a.b.c")
                    .answers(Answer.of(401).header("WWW-Authenticate", "DPoP error=\"invalid_token\""))
                    .answers(Answer.json(200, "{\"x\":1}"));

            Map<String, Object> answer = busy.async()
                    .call(alice, calls -> calls.query("a.b.c", Parameters.NONE).json())
                    .get(10, TimeUnit.SECONDS);

            assertThat(answer).containsEntry("x", 1L);
            assertThat(network.last("/xrpc/a.b.c").header("Authorization")).contains("DPoP at-2");
        } finally {
            one.shutdownNow();
        }
    }

    @Test
    void nothingIsSentOnTheCallersThread() {
        CompletableFuture<PendingAuthorization> pending = client.async().authorize("alice.example.com");
        assertThat(pending).isNotDone();
        assertThat(network.internet.requests()).isEmpty();
        assertThat(network.internet.asked).isEmpty();
        network.pushes();
        run(pending);
        assertThat(network.internet.asked).containsExactly("_atproto.alice.example.com");
    }

    @Test
    void theDnsCountsAndTheFileStandsInForIt() {
        network.internet.dns.clear();
        assertFails(client.async().authorize("alice.example.com"), ConfigurationException.class);
        network.internet.dns.put("_atproto.alice.example.com", List.of("did=" + ALICE, "did=" + Internet.MALLORY));
        assertFails(client.async().authorize("alice.example.com"), InvalidResponseException.class);
        network.internet.dns.clear();
        network.internet.dnsIsDown = true;
        assertFails(client.async().authorize("alice.example.com"), TemporaryFailureException.class);
        network.internet.web.put(Internet.WELL_KNOWN, Answer.of(200, "text/plain", ALICE.toString()));
        network.pushes();
        run(client.async().authorize("alice.example.com"));
    }

    @Test
    void failuresComeInTheFuture() {
        assertFails(client.async().authorize("not a handle"), ConfigurationException.class);
        assertFails(
                client.async().authorize(AtprotoRequest.of("alice.example.com").scopes(Scopes.of("atproto", "x"))),
                ConfigurationException.class);
        assertFails(client.async().authorize("a.invalid"), ConfigurationException.class);
        PendingAuthorization none = pending();
        assertFails(
                client.async().complete(Network.callback(none, "unknown"), none.browserBinding()),
                SignInRequiredException.class);
        client.close();
        assertFails(
                client.async().signOut(Account.of(Internet.AS, ALICE.toString()), SignOut.HERE),
                ConfigurationException.class);
    }

    private PendingAuthorization pending() {
        network.pushes();
        return run(client.async().authorize(ALICE.toString()));
    }

    @Test
    void anExecutorThatTakesNoWorkIsSaidToBeOne() {
        AtprotoClient refused = AtprotoClient.builder(network)
                .identities(network.internet.identities().build())
                .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
                .executor(task -> {
                    throw new RejectedExecutionException();
                })
                .build();
        assertFails(refused.async().authorize(ALICE.toString()), TemporaryFailureException.class);
    }

    /** The tokens come all the same, and the client of their server must be known then. */
    @Test
    void aCompletionThatNobodyWaitsForAnyMoreIsDoneToItsEnd() {
        PendingAuthorization pending = pending();
        network.grants(granted(ALICE.toString(), ""));
        AtprotoClient node = client();
        CompletableFuture<SignIn> cancelled = node.async().complete(callback(), pending.browserBinding());
        assertThat(cancelled.cancel(true)).isTrue();
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
        assertThat(node.servers()).isEqualTo(1);
        assertThat(network.client().accounts()).hasSize(1);
    }
}
