package dev.latchkey.it.msal4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.SilentParameters;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How many requests many callers make who want one token at once. */
class HowOftenTest {

    private static final String SCOPE = "https://graph.microsoft.com/.default";
    private static final int CALLERS = 20;

    private final ScriptedEntra server = ScriptedEntra.microsoft();
    private final CountDownLatch arrived = new CountDownLatch(CALLERS);

    /** Answers only when every caller has made a request of its own. */
    private void awaitAll() {
        arrived.countDown();
        try {
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void x8_msal4jMakesARequestForEachCaller() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        try {
            ConfidentialClientApplication msal =
                    Msal.builder(server).executorService(pool).build();
            server.beforeAnswer(this::awaitAll);
            List<CompletableFuture<IAuthenticationResult>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(msal.acquireToken(
                        ClientCredentialParameters.builder(Set.of(SCOPE)).build()));
            }
            calls.forEach(CompletableFuture::join);

            assertThat(server.requests()).hasSize(CALLERS);
        } finally {
            pool.shutdownNow();
        }
    }

    /** A server that rotates refresh tokens ends the session of whoever sends one for the second time (RFC 9700 §4.14.2). */
    @Test
    void x8_msal4jRedeemsOneRefreshTokenForEachCaller() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(CALLERS);
        try {
            server.lifetime(1);
            ConfidentialClientApplication msal =
                    Msal.builder(server).executorService(pool).build();
            IAuthenticationResult alice = Msal.signIn(msal, "alice", SCOPE);
            server.beforeAnswer(this::awaitAll);
            List<CompletableFuture<IAuthenticationResult>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                calls.add(msal.acquireTokenSilently(
                        SilentParameters.builder(Set.of(SCOPE), alice.account()).build()));
            }
            calls.forEach(CompletableFuture::join);

            List<String> redeemed = redeemed();
            assertThat(redeemed).hasSize(CALLERS);
            assertThat(new HashSet<>(redeemed)).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void x8_latchkeyMakesOneRequestForAllCallers() throws Exception {
        try (OAuthClient client = Latchkey.builder(server).build()) {
            TokenSource tokens = client.clientCredentials(Scopes.of(SCOPE));

            Set<String> got = allAtOnce(() -> tokens.token().reveal());

            assertThat(got).hasSize(1);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void x8_latchkeyRedeemsARefreshTokenOnce() throws Exception {
        try (OAuthClient client = Latchkey.builder(server).build()) {
            Account alice = Latchkey.signIn(client, "alice", SCOPE);
            TokenSource tokens = client.tokens(alice, Scopes.of(SCOPE));

            Set<String> got = allAtOnce(
                    () -> tokens.get(TokenOptions.NONE.forceRefresh()).token().reveal());

            assertThat(got).hasSize(1);
            assertThat(redeemed()).hasSize(1);
        }
    }

    private List<String> redeemed() {
        return server.requests().stream()
                .map(request -> request.form().get("refresh_token"))
                .filter(token -> token != null)
                .collect(Collectors.toList());
    }

    /** The server answers when all callers wait. */
    private Set<String> allAtOnce(Supplier<String> call) throws Exception {
        Set<String> got = ConcurrentHashMap.newKeySet();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(new Thread(() -> got.add(call.get()), "caller " + i));
        }
        server.beforeAnswer(() -> {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!callers.stream().allMatch(HowOftenTest::waits) && System.nanoTime() < deadline) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        callers.forEach(Thread::start);
        for (Thread caller : callers) {
            caller.join(TimeUnit.SECONDS.toMillis(30));
        }
        return got;
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }
}
