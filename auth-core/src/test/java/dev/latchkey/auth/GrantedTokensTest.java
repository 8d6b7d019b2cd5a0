package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tokens that the application can have anew at any time: side by side, bound to one key, and found while the server is down. */
class GrantedTokensTest extends WithSessions {

    private static String metadata() {
        return "{\"issuer\":\"https://issuer.example\",\"token_endpoint\":\"https://issuer.example/token\"}";
    }

    @Test
    void scopesOfAnApplicationAreAskedForSideBySide() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        transport.onPost("/token").alwaysAnswers(request -> {
            both.countDown();
            // Neither is answered before the server has seen both.
            await(both);
            return Answer.json(200, granted("for " + request.form().get("scope"), ""));
        });
        OAuthClient client = client();
        AtomicInteger turn = new AtomicInteger();
        assertThat(inParallel(
                        2,
                        () -> client.clientCredentials(turn.getAndIncrement() == 0 ? READ : WRITE)
                                .token()
                                .reveal()))
                .containsExactlyInAnyOrder("for api.read", "for api.write");
        OAuthClient other = client();
        assertThat(other.clientCredentials(READ).token().reveal())
                .as("neither write was lost")
                .isEqualTo("for api.read");
        assertThat(other.clientCredentials(WRITE).token().reveal()).isEqualTo("for api.write");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void grantsOfOneSubjectAreAskedForSideBySideToo() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        transport.onPost("/token").alwaysAnswers(request -> {
            both.countDown();
            await(both);
            return Answer.json(200, granted("for " + request.form().get("scope"), ""));
        });
        OAuthClient client = client();
        AtomicInteger turn = new AtomicInteger();
        assertThat(inParallel(2, () -> {
                    var scopes = turn.getAndIncrement() == 0 ? READ : WRITE;
                    return client.tokens("alice", scopes, () -> ClientCredentialsGrant.of(scopes), RequestOptions.NONE)
                            .token()
                            .reveal();
                }))
                .containsExactlyInAnyOrder("for api.read", "for api.write");
    }

    private static String bound(String json) {
        return json.replace("Bearer", "DPoP");
    }

    @Test
    void twoNodesThatBeginABoundSessionAtOnceEndUpWithOneKey() {
        FakeBinding.Factory factory = new FakeBinding.Factory("fake");
        OAuthClient there = builder(transport, store).binding(factory).build();
        AtomicBoolean first = new AtomicBoolean(true);
        transport.onPost("/token").alwaysAnswers(request -> {
            String key = request.header("dpop").orElse("").substring(0, 5);
            if (first.getAndSet(false)) {
                // Between this node's look at the store and its write, another one begins the same session.
                assertThat(there.clientCredentials(READ).token().reveal()).isEqualTo("for key-2");
            }
            return Answer.json(200, bound(granted("for " + key, "")));
        });
        OAuthClient here = builder(transport, store).binding(factory).build();
        AccessToken token = here.clientCredentials(WRITE).token();
        assertThat(token.reveal()).as("bound to the key that the session has").isEqualTo("for key-2");
        OAuthClient third = builder(transport, store).binding(factory).build();
        assertThat(third.clientCredentials(WRITE).token().reveal()).isEqualTo("for key-2");
        assertThat(third.clientCredentials(READ).token().reveal()).isEqualTo("for key-2");
        assertThat(transport.requests()).hasSize(3);
    }

    @Test
    void aNodeThatStartsWhileTheServerIsDownFindsTheApplicationsTokenInTheStore() {
        transport.onGet("/.well-known/openid-configuration").answers(200, "application/json", metadata());
        transport.onPost("/token").answers(200, "application/json", granted("one", ""));
        builder(transport, store)
                .server(AuthorizationServer.openId("https://issuer.example"))
                .build()
                .clientCredentials(READ)
                .token();
        HttpTransport down = request -> {
            throw new AssertionError("Nothing need be asked for");
        };
        for (AuthorizationServer sameServer : new AuthorizationServer[] {
            AuthorizationServer.openId("https://issuer.example"),
            AuthorizationServer.oauth("https://issuer.example"),
            AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                    .build())
        }) {
            OAuthClient node = builder(down, store).server(sameServer).build();
            assertThat(node.clientCredentials(READ).token().reveal()).isEqualTo("one");
        }
    }

    @Test
    void aSupplierThatThrowsIsTypedAndCostsNobodyAValidToken() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        TokenSource tokens = client().tokens(
                        "alice",
                        READ,
                        () -> {
                            if (broken.get()) {
                                throw new IllegalStateException("no connection to the vault");
                            }
                            return ClientCredentialsGrant.of(READ);
                        },
                        RequestOptions.NONE);
        transport.answers(200, "application/json", granted("one", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        broken.set(true);
        clock.advance(Duration.ofSeconds(3_595));
        assertThat(tokens.token().reveal())
                .as("too close to its end, but better than none")
                .isEqualTo("one");
        clock.advance(Duration.ofSeconds(10));
        ConfigurationException typed = catchThrowableOfType(ConfigurationException.class, tokens::token);
        assertThat(typed.field()).isEqualTo("grant");
        assertThat(typed.getCause()).isInstanceOf(IllegalStateException.class);
        broken.set(false);
        transport.answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("two");
    }

    @Test
    void aKeyFactoryThatThrowsIsTypedToo() {
        TokenBinding.Factory broken = new TokenBinding.Factory() {
            @Override
            public String kind() {
                return "fake";
            }

            @Override
            public TokenBinding create(AuthorizationServerMetadata server) {
                throw new IllegalStateException("no smart card");
            }

            @Override
            public TokenBinding restore(byte[] saved) {
                throw new IllegalStateException("no smart card");
            }
        };
        TokenSource tokens = builder(transport, store).binding(broken).build().clientCredentials(READ);
        ConfigurationException typed = catchThrowableOfType(ConfigurationException.class, tokens::token);
        assertThat(typed.field()).isEqualTo("binding");
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void aMinimumValidityBeyondReasonOnlyMeansTheBestThereIs() {
        TokenSource tokens = builder(transport, store)
                .staleness(Duration.ofSeconds(Long.MAX_VALUE))
                .build()
                .clientCredentials(READ);
        transport
                .answers(200, "application/json", granted("one", ""))
                .answers(200, "application/json", granted("two", ""));
        assertThat(tokens.token().reveal()).isEqualTo("one");
        assertThat(tokens.token().reveal()).as("at hand").isEqualTo("one");
        assertThat(tokens.get(TokenOptions.NONE.minimumValidity(Duration.ofSeconds(Long.MAX_VALUE)))
                        .token()
                        .reveal())
                .isEqualTo("two");
    }

    @Test
    void aTokenThatIsRefusedWhileItIsLookedUpStaysRefused() throws Exception {
        AtomicBoolean looking = new AtomicBoolean();
        AtomicBoolean found = new AtomicBoolean();
        AtomicReference<Runnable> refuse = new AtomicReference<>(() -> {});
        CountingStore between = new CountingStore(store) {
            @Override
            public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
                Optional<StoreEntry> entry = super.find(key);
                found.set(looking.getAndSet(false));
                return entry;
            }
        };
        // The flight looks at the clock after it has seen that nobody refused the token, and before it keeps it.
        Clock hooked = new Clock() {
            @Override
            public Instant instant() {
                if (found.getAndSet(false)) {
                    refuse.get().run();
                }
                return clock.instant();
            }

            @Override
            public ZoneId getZone() {
                return clock.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException();
            }
        };
        OAuthClient client = builder(transport, between).clock(hooked).build();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        AccessToken refused = tokens.token();
        assertThat(refused.reveal()).isEqualTo("first-alice");
        refuse.set(() -> tokens.rejected(refused));
        clock.advance(Duration.ofSeconds(60));
        transport
                .onPost("/token")
                .alwaysAnswers(request -> Answer.json(200, granted("second", ",\"refresh_token\":\"r2\"")));
        looking.set(true);
        // The bound on staleness: a look at the store in the background, during which a resource refuses the token.
        tokens.token();
        flights.join();
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.requests()).hasSize(2);
    }

    @Test
    void aWriteOfAnApplicationsTokenThatIsLostToAnotherIsMadeAnew() {
        AtomicBoolean once = new AtomicBoolean(true);
        CountingStore between = new CountingStore(store) {
            @Override
            public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                    throws TokenStoreException {
                if (once.getAndSet(false)) {
                    assertThat(client().clientCredentials(WRITE).token().reveal())
                            .isEqualTo("for api.write");
                }
                return super.replace(key, expected, record);
            }
        };
        transport
                .onPost("/token")
                .alwaysAnswers(request ->
                        Answer.json(200, granted("for " + request.form().get("scope"), "")));
        assertThat(builder(transport, between)
                        .build()
                        .clientCredentials(READ)
                        .token()
                        .reveal())
                .isEqualTo("for api.read");
        OAuthClient other = client();
        assertThat(other.clientCredentials(READ).token().reveal()).isEqualTo("for api.read");
        assertThat(other.clientCredentials(WRITE).token().reveal()).isEqualTo("for api.write");
        assertThat(transport.requests()).hasSize(2);
    }
}
