package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.ServerProfile;
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
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Back-Channel Logout §2.6 and Front-Channel Logout §2. */
class LogoutTokensTest {

    private static final String TYPED = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"logout+jwt\"}";

    private final IdTokenStage stage = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", ""));
    private final MutableClock clock = MutableClock.create();
    private final InMemoryTokenStore store = InMemoryTokenStore.create(clock);
    private final LogoutTokens tokens = node();

    private LogoutTokens node() {
        return LogoutTokens.builder(stage.client()).store(store).clock(clock).build();
    }

    private String claims() {
        long now = clock.instant().getEpochSecond();
        return "{\"iss\":\"https://as.example.com\",\"sub\":\"alice\",\"aud\":\"app\",\"sid\":\"s-1\",\"iat\":" + now
                + ",\"exp\":" + (now + 120)
                + ",\"jti\":\"bWJq\",\"events\":{\"http://schemas.openid.net/event/backchannel-logout\":{}}}";
    }

    private static String signed(String claims) {
        return Keys.jwt(TYPED, claims, "RS256", Keys.RSA);
    }

    private LogoutToken validate(String token) {
        return tokens.validate(token);
    }

    @Test
    void l1_logoutTokenTellsWhoseSessionEnded() {
        LogoutToken token = validate(signed(claims()));

        assertThat(token.issuer()).isEqualTo("https://as.example.com");
        assertThat(token.subject()).contains("alice");
        assertThat(token.sessionId()).contains("s-1");
        assertThat(token.identifier()).isEqualTo("bWJq");
        assertThat(token.issuedAt()).isEqualTo(clock.instant());
        assertThat(token.expiresAt()).isEqualTo(clock.instant().plusSeconds(120));
        assertThat(token.asMap()).containsKey("events");
        assertThat(token).hasToString("LogoutToken[https://as.example.com, alice]");
    }

    @Test
    void l1_logoutTokenIsValidatedWithoutWaiting() throws Exception {
        String token = signed(claims());

        assertThat(tokens.validateAsync(token).get(20, TimeUnit.SECONDS).subject())
                .contains("alice");

        assertThat(tokens.validateAsync(token))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(InvalidResponseException.class)
                .withMessageContaining("replay");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"RS256\",\"kid\":\"1\"}",
                "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"JWT\"}",
                "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"application/logout+jwt\"}"
            })
    void l1_typeMayBePlainOrLogout(String header) {
        LogoutToken token = validate(Keys.jwt(header, claims(), "RS256", Keys.RSA));

        assertThat(token.subject()).contains("alice");
    }

    @Test
    void l1_anotherTypeIsRefused() {
        String header = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"at+jwt\"}";

        refused("logout_token from", () -> validate(Keys.jwt(header, claims(), "RS256", Keys.RSA)));
    }

    @Test
    void l1_signatureIsVerified() {
        refused("does not hold", () -> validate(Keys.jwt(TYPED, claims(), "RS256", Keys.OTHER_RSA)));
        refused(
                "alg is none",
                () -> validate(
                        Keys.base64("{\"alg\":\"none\",\"typ\":\"logout+jwt\"}") + "." + Keys.base64(claims()) + "."));
        assertThat(store.size()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "iss    | \"iss\":\"https://as.example.com\",  |",
                "iss    | https://as.example.com               | https://as.example.com/",
                "aud    | \"aud\":\"app\",                     |",
                "aud    | \"aud\":\"app\"                      | \"aud\":\"other\"",
                "aud    | \"aud\":\"app\"                      | \"aud\":[]",
                "iat    | \"iat\":                             | \"iat2\":",
                "exp    | \"exp\":                             | \"exp2\":",
                "jti    | \"jti\":\"bWJq\",                    |",
                "jti    | \"jti\":\"bWJq\"                     | \"jti\":\"\"",
                "jti    | \"jti\":\"bWJq\"                     | \"jti\":7",
                "sub    | \"sub\":\"alice\"                    | \"sub\":7",
                "sub    | \"sub\":\"alice\"                    | \"sub\":\"\"",
                "sid    | \"sid\":\"s-1\"                      | \"sid\":[]",
                "events | backchannel-logout                   | something-else",
                "events | :{}                                  | :true",
                "events | \"events\":                          | \"events2\":",
                "nonce  | \"jti\":                             | \"nonce\":\"n\",\"jti\":",
                "nonce  | \"jti\":                             | \"nonce\":7,\"jti\":"
            })
    void l1_eachClaimIsChecked(String claim, String right, String wrong) {
        String bent = claims().replace(right, wrong == null ? "" : wrong);
        assertThat(bent).isNotEqualTo(claims());

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> validate(signed(bent)))
                .extracting(InvalidResponseException::field)
                .isEqualTo(claim);
        assertThat(store.size()).as("what is refused is not remembered").isZero();
        assertThat(validate(signed(claims())).identifier()).isEqualTo("bWJq");
    }

    @Test
    void l1_subjectOrSessionMustBeThere() {
        String noSubject = claims().replace("\"sub\":\"alice\",", "");
        String neither = noSubject.replace("\"sid\":\"s-1\",", "");

        refused(
                "sub from as.example.com: in the logout token is missing, and sid too",
                () -> validate(signed(neither)));
        assertThat(validate(signed(noSubject)).subject()).isEmpty();
    }

    @Test
    void l1_timesAreCheckedWithTheSkew() {
        String token = signed(claims());
        clock.advance(Duration.ofMinutes(3));
        refused("exp from", () -> validate(token));
        clock.advance(Duration.ofSeconds(-1));
        assertThat(validate(token).subject()).contains("alice");

        String early = signed(claims().replace("bWJq", "other"));
        clock.advance(Duration.ofSeconds(-61));
        refused("iat from", () -> validate(early));
    }

    @Test
    void l1_replayIsRefusedOnEveryNode() {
        String token = signed(claims());
        validate(token);

        refused("jti from as.example.com: in the logout token was here before", () -> validate(token));
        refused("was here before", () -> node().validate(token));
        // Signed anew it is still the same identifier.
        refused("was here before", () -> validate(signed(claims().replace("\"sid\":\"s-1\",", ""))));
        assertThat(validate(signed(claims().replace("bWJq", "another"))).subject())
                .contains("alice");
    }

    @Test
    void l1_replayIsRememberedUntilTheTokenExpires() {
        String token = signed(claims());
        validate(token);

        clock.advance(Duration.ofSeconds(179));
        refused("was here before", () -> validate(token));
        clock.advance(Duration.ofSeconds(1));
        refused("exp from", () -> validate(token));
    }

    private String withoutExpiry() {
        String claims = claims();
        return claims.replaceFirst("\"exp\":[0-9]+,", "");
    }

    @Test
    void l1_aTokenWithoutExpiryIsRefusedUnlessTheServerIsKnownForIt() {
        String token = signed(withoutExpiry());
        refused("exp from as.example.com: in the logout token is missing", () -> validate(token));

        LogoutTokens hydras = LogoutTokens.builder(stage.client())
                .store(store)
                .clock(clock)
                .quirk(LogoutTokenQuirk.EXPIRY_LEFT_OUT)
                .build();
        LogoutToken accepted = hydras.validate(token);
        assertThat(accepted.subject()).contains("alice");
        assertThat(accepted.expiresAt()).isEqualTo(accepted.issuedAt().plusSeconds(120));

        // Two minutes and the skew: so long it is remembered, and no longer is it accepted.
        clock.advance(Duration.ofSeconds(179));
        refused("was here before", () -> hydras.validate(token));
        clock.advance(Duration.ofSeconds(1));
        refused("iat from as.example.com: in the logout token is too long ago", () -> hydras.validate(token));
    }

    @Test
    void l1_anExpiryThatIsThereCountsAtSuchAServerToo() {
        LogoutTokens hydras = LogoutTokens.builder(stage.client())
                .store(store)
                .clock(clock)
                .quirk(LogoutTokenQuirk.EXPIRY_LEFT_OUT)
                .build();
        long now = clock.instant().getEpochSecond();
        refused(
                "exp from",
                () -> hydras.validate(signed(claims().replace("\"exp\":" + (now + 120), "\"exp\":" + (now - 60)))));
        refused(
                "exp from",
                () -> hydras.validate(signed(claims().replace("\"exp\":" + (now + 120), "\"exp\":\"soon\""))));
        refused("iat from", () -> hydras.validate(signed(withoutExpiry().replace("\"iat\":" + now + ",", ""))));
        assertThat(hydras.validate(signed(claims().replace("\"exp\":" + (now + 120), "\"exp\":" + (now + 600))))
                        .expiresAt())
                .isEqualTo(clock.instant().plusSeconds(600));
    }

    @Test
    void l1_anotherClientsIdentifiersAreItsOwn() {
        String both = claims().replace("\"aud\":\"app\"", "\"aud\":[\"app\",\"other\"]");

        validate(signed(both));
        LogoutTokens others = LogoutTokens.builder(stage.client(ClientId.of("other"), stage.verifier()))
                .store(store)
                .clock(clock)
                .build();
        assertThat(others.validate(signed(both)).subject()).contains("alice");
    }

    @Test
    void l1_ofTwoAtOnceOneWins() throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 200; round++) {
                String token = signed(claims().replace("bWJq", "round-" + round));
                CyclicBarrier start = new CyclicBarrier(2);
                AtomicInteger accepted = new AtomicInteger();
                CompletableFuture<?>[] both = new CompletableFuture<?>[2];
                for (int i = 0; i < 2; i++) {
                    both[i] = CompletableFuture.runAsync(
                            () -> {
                                try {
                                    start.await(10, TimeUnit.SECONDS);
                                    validate(token);
                                    accepted.incrementAndGet();
                                } catch (InvalidResponseException e) {
                                    assertThat(e.field()).isEqualTo("jti");
                                } catch (Exception e) {
                                    throw new AssertionError(e);
                                }
                            },
                            callers);
                }
                CompletableFuture.allOf(both).get(20, TimeUnit.SECONDS);
                assertThat(accepted).hasValue(1);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    @Test
    void l1_aStoreThatFailsMeansThatTheTokenIsNotAccepted() {
        LogoutTokens broken = LogoutTokens.builder(stage.client())
                .store(new BrokenStore())
                .clock(clock)
                .build();

        assertThatExceptionOfType(TemporaryFailureException.class).isThrownBy(() -> broken.validate(signed(claims())));
    }

    @Test
    void l1_keysThatCannotBeHadAreATemporaryFailure() {
        IdTokenStage down = new IdTokenStage();
        down.transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        LogoutTokens withoutKeys =
                LogoutTokens.builder(down.client()).clock(clock).build();

        assertThatExceptionOfType(TemporaryFailureException.class)
                .isThrownBy(() -> withoutKeys.validate(signed(claims())));
    }

    @Test
    void l1_aVerifierOfIdTokensAloneCannotValidate() {
        IdTokenVerifier idTokensAlone = (token, server, client) -> {
            throw new AssertionError();
        };

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> LogoutTokens.builder(stage.client(IdTokenStage.CLIENT, idTokensAlone))
                        .build()
                        .validate(signed(claims())));
    }

    @Test
    void frontChannelLogoutNamesIssuerAndSessionTogether() {
        Map<String, List<String>> right = Map.of("iss", List.of("https://as.example.com"), "sid", List.of("s-1"));

        FrontChannelLogout logout = FrontChannelLogout.of(right, stage.client(), true);
        assertThat(logout.sessionId()).contains("s-1");
        assertThat(logout.issuer()).contains(IdTokenStage.ISSUER);
        assertThat(logout.isAbout(IdTokenStage.ISSUER, "s-1")).isTrue();
        assertThat(logout.isAbout(IdTokenStage.ISSUER, "s-2")).isFalse();
        assertThat(logout.toString()).doesNotContain("s-1");
        FrontChannelLogout any = FrontChannelLogout.of(Map.of(), stage.client(), false);
        assertThat(any.sessionId()).isEmpty();
        assertThat(any.issuer()).isEmpty();
        assertThat(any.isAbout(IdTokenStage.ISSUER, "whichever")).isTrue();
    }

    @Test
    void l1_theServersProfileSaysWhoseTokensAreItsOwn() {
        ServerProfile tenants = new ServerProfile() {
            @Override
            public Discovery discovery() {
                return Discovery.known(stage.server());
            }

            @Override
            public boolean servesIssuer(AuthorizationServerMetadata server, String issuer) {
                return issuer.startsWith("https://as.example.com/tenant/");
            }
        };
        OAuthClient client = OAuthClient.builder(stage.transport)
                .server(tenants)
                .client(IdTokenStage.CLIENT, ClientAuthentication.none())
                .idTokens(stage.verifier())
                .build();
        LogoutTokens ofTenants = LogoutTokens.builder(client).clock(clock).build();
        String issuer = "https://as.example.com/tenant/7";

        assertThat(ofTenants
                        .validate(signed(claims().replace("https://as.example.com", issuer)))
                        .issuer())
                .isEqualTo(issuer);
        refused("iss from", () -> ofTenants.validate(signed(claims())));
        Map<String, List<String>> front = Map.of("iss", List.of(issuer), "sid", List.of("s-1"));
        FrontChannelLogout logout = FrontChannelLogout.of(front, client, true);
        assertThat(logout.isAbout(issuer, "s-1")).isTrue();
        assertThat(logout.isAbout("https://as.example.com/tenant/8", "s-1"))
                .as("another tenant's session of the same name")
                .isFalse();
    }

    @Test
    void frontChannelLogoutOfAnotherServerOrHalfOfOneIsRefused() {
        String issuer = "https://as.example.com";
        refused("iss from", () -> front(Map.of("iss", List.of(issuer + "/"), "sid", List.of("s-1"))));
        refused("sid from", () -> front(Map.of("iss", List.of(issuer))));
        refused("iss from", () -> front(Map.of("sid", List.of("s-1"))));
        refused("is there twice", () -> front(Map.of("iss", List.of(issuer), "sid", List.of("s-1", "s-1"))));
        refused("registered as required", () -> FrontChannelLogout.of(Map.of(), stage.client(), true));
    }

    private void front(Map<String, List<String>> parameters) {
        FrontChannelLogout.of(parameters, stage.client(), false);
    }

    private static final class BrokenStore implements TokenStore {

        @Override
        public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
            throw new TokenStoreException("down", null);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            throw new TokenStoreException("down", null);
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
            throw new TokenStoreException("down", null);
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
            throw new TokenStoreException("down", null);
        }
    }
}
