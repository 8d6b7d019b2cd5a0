package dev.latchkey.it.msal4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.ITokenCacheAccessAspect;
import com.microsoft.aad.msal4j.ITokenCacheAccessContext;
import com.microsoft.aad.msal4j.SilentParameters;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.lang.reflect.Field;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What stays in memory or in a store after it is of no use to anybody. */
class WhatStaysTest {

    private final ScriptedEntra server = ScriptedEntra.microsoft();

    @Test
    void x5_msal4jUndoesALogoutWithASharedStore() throws Exception {
        SharedCache shared = new SharedCache();
        ConfidentialClientApplication one =
                Msal.builder(server).setTokenCacheAccessAspect(shared).build();
        ConfidentialClientApplication two =
                Msal.builder(server).setTokenCacheAccessAspect(shared).build();
        IAuthenticationResult alice = Msal.signIn(one, "alice", "User.Read");
        assertThat(two.getAccounts().join()).hasSize(1);

        one.removeAccount(alice.account()).join();
        assertThat(shared.content).doesNotContain("rt-alice");
        Msal.forApplication(two, "https://graph.microsoft.com/.default");

        assertThat(two.getAccounts().join())
                .as("whom the other node still knows")
                .hasSize(1);
        assertThat(shared.content)
                .as("what an unrelated write of the other node put back")
                .contains("rt-alice");
    }

    @Test
    void x5_latchkeysLogoutHoldsOnEveryNode() {
        InMemoryTokenStore shared = InMemoryTokenStore.create();
        try (OAuthClient one = Latchkey.builder(server).store(shared).build();
                OAuthClient two = Latchkey.builder(server).store(shared).build()) {
            Account alice = Latchkey.signIn(one, "alice", "User.Read");
            TokenSource tokens = two.tokens(alice, Scopes.of("openid", "User.Read"));
            assertThat(tokens.token().reveal()).startsWith("at-alice-");
            assertThat(two.accounts()).containsExactly(alice);

            one.accounts().remove(alice);
            two.clientCredentials(Scopes.of("https://graph.microsoft.com/.default"))
                    .token();

            assertThat(two.accounts()).isEmpty();
            assertThatThrownBy(tokens::token).isInstanceOf(SignInRequiredException.class);
            assertThatThrownBy(() -> tokens.get(TokenOptions.NONE.forceRefresh()))
                    .isInstanceOf(SignInRequiredException.class);
        }
    }

    @Test
    void x9_msal4jKeepsExpiredTokensForEver() {
        server.lifetime(1);
        ConfidentialClientApplication msal = Msal.application(server);
        for (int i = 0; i < 300; i++) {
            Msal.forApplication(msal, "https://api.example.com/" + i + "/.default");
        }

        assertThat(JsonParser.parseString(msal.tokenCache().serialize())
                        .getAsJsonObject()
                        .getAsJsonObject("AccessToken")
                        .size())
                .isEqualTo(300);
    }

    /** A look that finds nothing is a failure to its telemetry, which it remembers. */
    @Test
    void x9_msal4jRemembersEveryFailure() throws Exception {
        ConfidentialClientApplication msal = Msal.application(server);
        IAuthenticationResult alice = Msal.signIn(msal, "alice", "User.Read");
        msal.removeAccount(alice.account()).join();
        int failures = 0;
        for (int i = 0; i < 300; i++) {
            try {
                msal.acquireTokenSilently(SilentParameters.builder(Set.of("User.Read"), alice.account())
                                .build())
                        .join();
            } catch (CompletionException e) {
                failures++;
            }
        }
        Msal.forApplication(msal, "https://graph.microsoft.com/.default");

        assertThat(failures).isEqualTo(300);
        assertThat(remembered(msal)).isGreaterThanOrEqualTo(299);
    }

    /** The same failures, and as many of a server that is down: what hangs on the client grows by none of them. */
    @Test
    void x9_latchkeyRemembersNoFailure() {
        MutableClock clock = MutableClock.at(Instant.now());
        AtomicBoolean down = new AtomicBoolean();
        AtomicInteger refused = new AtomicInteger();
        HttpTransport transport = request -> {
            if (down.get()) {
                refused.incrementAndGet();
                throw new TransportException(Kind.CONNECT, Delivery.NOT_SENT, "down", null);
            }
            return server.send(request);
        };
        try (OAuthClient client = Latchkey.builder(transport).clock(clock).build()) {
            Account alice = Latchkey.signIn(client, "alice", "User.Read");
            client.accounts().remove(alice);
            down.set(true);
            assertThat(failures(client, alice, clock, 10)).isEqualTo(20);
            long before = Reachable.from(client);

            assertThat(failures(client, alice, clock, 300)).isEqualTo(600);

            assertThat(refused).as("how often the server was asked").hasValueGreaterThanOrEqualTo(310);
            assertThat(Reachable.from(client))
                    .as("objects that hang on the client")
                    .isBetween(50L, before + 20);
        }
    }

    private static int failures(OAuthClient client, Account account, MutableClock clock, int times) {
        TokenSource ofTheUser = client.tokens(account, Scopes.of("openid", "User.Read"));
        TokenSource ofTheApplication = client.clientCredentials(Scopes.of("https://graph.microsoft.com/.default"));
        int failures = 0;
        for (int i = 0; i < times; i++) {
            for (TokenSource each : List.of(ofTheUser, ofTheApplication)) {
                try {
                    each.token();
                } catch (OAuthException e) {
                    failures++;
                }
            }
            clock.advance(Duration.ofMinutes(1));
        }
        return failures;
    }

    private static int remembered(ConfidentialClientApplication msal) throws Exception {
        Object bundle = field(msal, "serviceBundle");
        Object telemetry = field(bundle, "serverSideTelemetry");
        return ((Map<?, ?>) field(telemetry, "previousRequests")).size()
                + ((Map<?, ?>) field(telemetry, "previousRequestInProgress")).size();
    }

    private static Object field(Object owner, String name) throws Exception {
        for (Class<?> type = owner.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field.get(owner);
                }
            }
        }
        throw new AssertionError(owner.getClass() + " has no " + name);
    }

    @Test
    void x9_latchkeyForgetsExpiredTokens() {
        MutableClock clock = MutableClock.create();
        Measured store = new Measured(InMemoryTokenStore.create(clock));
        try (OAuthClient client =
                Latchkey.builder(server).clock(clock).store(store).build()) {
            for (int i = 0; i < 300; i++) {
                client.clientCredentials(Scopes.of("https://api.example.com/" + i + "/.default"))
                        .token();
                clock.advance(Duration.ofMinutes(10));
            }
        }

        // An hour's tokens are six or seven.
        assertThat(store.largest.get()).isLessThan(5_000);
    }

    /** Bound to a blob as every sample for a shared cache is. */
    private static final class SharedCache implements ITokenCacheAccessAspect {

        private String content = "";

        @Override
        public void beforeCacheAccess(ITokenCacheAccessContext context) {
            if (!content.isEmpty()) {
                context.tokenCache().deserialize(content);
            }
        }

        @Override
        public void afterCacheAccess(ITokenCacheAccessContext context) {
            if (context.hasCacheChanged()) {
                content = context.tokenCache().serialize();
            }
        }
    }

    /** Notes the size of the largest record. */
    private static final class Measured implements TokenStore {

        private final TokenStore below;
        private final AtomicInteger largest = new AtomicInteger();

        private Measured(TokenStore below) {
            this.below = below;
        }

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            return below.find(key);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            largest.accumulateAndGet(record.content().length, Math::max);
            return below.replace(key, expected, record);
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            return below.remove(key, expected);
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
            return below.keys(partition, cursor, limit);
        }
    }
}
