package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One server without discovery, one store, and sessions that a password starts: what tests of tokens stand on. */
@SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
abstract class WithSessions {

    static final Scopes READ = Scopes.of("api.read");
    static final Scopes WRITE = Scopes.of("api.write");

    final MutableClock clock = MutableClock.create();
    final ScriptedTransport transport = ScriptedTransport.create();
    final InMemoryTokenStore store = InMemoryTokenStore.create(clock);
    final JoinedFlights flights = new JoinedFlights();

    OAuthClientBuilder builder(HttpTransport over, TokenStore in) {
        return OAuthClient.builder(over)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                        .tokenEndpoint(URI.create("https://issuer.example/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .store(in)
                .security(SecurityProfile.LENIENT)
                .executor(flights)
                .jitter(0)
                .pause(duration -> {})
                .clock(clock);
    }

    OAuthClient client() {
        return builder(transport, store).build();
    }

    static String granted(String token, String more) {
        return "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more + "}";
    }

    Account signIn(OAuthClient client, String subject, String refreshToken) {
        transport.answers(
                200, "application/json", granted("first-" + subject, ",\"refresh_token\":\"" + refreshToken + "\""));
        return signInWith(client, subject);
    }

    /** Signs in with whatever the server answers. */
    static Account signInWith(OAuthClient client, String subject) {
        return client.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject(subject))
                .account();
    }

    void removeEverything() {
        for (StoreKey key : allKeys()) {
            store.find(key).ifPresent(entry -> store.remove(key, entry.version()));
        }
    }

    /** Writes a record as it is, which makes it another version and tells whoever listens. */
    void touch(StoreKey key) {
        store.find(key).ifPresent(entry -> store.replace(key, entry.version(), entry.record()));
    }

    List<StoreKey> allKeys() {
        String partition = dev.latchkey.auth.session.SessionKey.of(
                        Account.of("https://issuer.example", "alice"), "app", "")
                .storeKey()
                .partition();
        return store.keys(partition, "", 100).keys();
    }

    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static Set<String> inParallel(int threads, java.util.concurrent.Callable<String> work) throws Exception {
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
}
