package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SessionStoreTest {

    private static final Instant NOW = MutableClock.START;
    private static final AskedFor READ = AskedFor.of(Scopes.of("b", "a"), RequestOptions.NONE);
    private static final Account ALICE = Account.of("https://issuer.example", "alice")
            .withTenant("contoso")
            .withUsername("alice@contoso.example")
            .withSession("laptop");

    private final InMemoryTokenStore store = InMemoryTokenStore.create(MutableClock.create());
    private final SessionStore sessions = new SessionStore(store, SessionStoreTest::noPause);
    private final SessionKey key = SessionKey.of(ALICE, "app", "");

    private static TokenResponse granted(String token, String refreshToken) {
        return TokenResponse.of(
                AccessToken.of(token, TokenType.BEARER, NOW.plusSeconds(3600), Scopes.of("a")),
                refreshToken == null ? null : RefreshToken.of(refreshToken),
                null,
                Map.of());
    }

    private static SessionRecord session() {
        return SessionRecord.of(
                        ALICE,
                        IdTokenClaims.of("RS256", Map.of("iss", "i", "sub", "s", "auth_time", 5L, "email", "x")),
                        null)
                .with(READ, granted("t1", "r1"), NOW);
    }

    @Test
    void writesARecordThatReadsBackTheSame() throws Exception {
        assertThat(sessions.put(key, session())).isEqualTo(Written.SAVED);
        SessionRecord read = sessions.find(key).record().orElseThrow();
        assertThat(read.account()).contains(ALICE);
        assertThat(read.account().orElseThrow().username()).contains("alice@contoso.example");
        assertThat(read.refreshToken().orElseThrow().reveal()).isEqualTo("r1");
        AccessToken token = read.accessToken(READ, SessionStoreTest::noResource)
                .orElseThrow()
                .token();
        assertThat(token.reveal()).isEqualTo("t1");
        assertThat(token.type()).isEqualTo(TokenType.BEARER);
        assertThat(token.scopes()).isEqualTo(Scopes.of("a"));
        assertThat(token.expiresAt()).contains(NOW.plusSeconds(3600));
        assertThat(read.idToken()).isEqualTo(Map.of("iss", "i", "sub", "s", "auth_time", 5L));
    }

    @Test
    void theRecordOnTheWireIsVersionedJson() throws Exception {
        sessions.put(key, session());
        byte[] content = store.find(key.storeKey()).orElseThrow().record().content();
        assertThat(new String(content, StandardCharsets.UTF_8))
                .startsWith(
                        "{\"v\":2,\"account\":{\"issuer\":\"https://issuer.example\",\"subject\":\"alice\",\"tenant\":\"contoso\"")
                .contains("\"refresh_token\":\"r1\"")
                .contains("\"access_tokens\":{\"a b\":{\"token\":\"t1\",\"type\":\"Bearer\"");
    }

    @Test
    void theKeySaysNothingAndNoTwoSessionsShareIt() {
        assertThat(key.storeKey().toString()).doesNotContain("alice").doesNotContain("issuer");
        assertThat(List.of(
                        key,
                        SessionKey.of(ALICE, "app2", ""),
                        SessionKey.of(ALICE, "app", "dpop"),
                        SessionKey.of(ALICE.withSession(""), "app", ""),
                        SessionKey.of(ALICE.withTenant("other"), "app", ""),
                        SessionKey.of(Account.of("https://issuer.example", "alicecontoso"), "app", ""),
                        SessionKey.ofApplication("https://issuer.example", "app", "")))
                .doesNotHaveDuplicates();
        assertThat(SessionKey.of(ALICE.withUsername("renamed"), "app", "")).isEqualTo(key);
    }

    @Test
    void aRecordIsKeptForeverWithARefreshTokenAndToTheLastExpiryWithout() {
        assertThat(session().usableUntil()).isEqualTo(StoreRecord.FOREVER);
        assertThat(SessionRecord.ofApplication(null)
                        .with(READ, granted("t", null), NOW)
                        .usableUntil())
                .isEqualTo(NOW.plusSeconds(3600));
    }

    @Test
    void expiredAccessTokensAreDroppedWithTheNextWrite() {
        AskedFor other = AskedFor.of(Scopes.of("other"), RequestOptions.NONE);
        SessionRecord later = session().with(other, granted("t2", null), NOW.plusSeconds(3601));
        assertThat(later.accessToken(READ, SessionStoreTest::noResource)).isEmpty();
        assertThat(later.refreshToken().orElseThrow().reveal()).isEqualTo("r1");
    }

    @Test
    void aChangeIsMadeAnewOnWhatAnotherNodeWrote() {
        sessions.put(key, session());
        Found base = sessions.find(key);
        AskedFor theirs = AskedFor.of(Scopes.of("theirs"), RequestOptions.NONE);
        new SessionStore(store, SessionStoreTest::noPause)
                .change(key, base, present -> present.with(theirs, granted("t9", null), NOW), false);
        AskedFor ours = AskedFor.of(Scopes.of("ours"), RequestOptions.NONE);
        sessions.change(key, base, present -> present.with(ours, granted("t2", "r2"), NOW), false);

        SessionRecord both = sessions.find(key).record().orElseThrow();
        assertThat(both.accessToken(theirs, SessionStoreTest::noResource)).isPresent();
        assertThat(both.accessToken(ours, SessionStoreTest::noResource)).isPresent();
        assertThat(both.refreshToken().orElseThrow().reveal()).isEqualTo("r2");
    }

    @Test
    void aRemovedSessionIsNotWrittenBack() throws Exception {
        sessions.put(key, session());
        Found base = sessions.find(key);
        StoreEntry entry = store.find(key.storeKey()).orElseThrow();
        store.remove(key.storeKey(), entry.version());
        assertThat(sessions.change(key, base, present -> present.with(READ, granted("t2", "r2"), NOW), false))
                .isEqualTo(Written.GONE);
        assertThat(store.find(key.storeKey())).isEmpty();
        assertThat(sessions.find(key).record()).isEmpty();
    }

    @Test
    void whatTheStoreDidNotTakeIsTheSessionUntilItDoes() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = new SessionStore(flaky, SessionStoreTest::noPause);
        held.put(key, session());
        Found before = held.find(key);
        flaky.broken = true;
        assertThat(held.change(key, before, SessionStoreTest::rotated, false).failure())
                .isPresent();
        assertThat(held.find(key).isSaved()).isFalse();
        assertThat(held.saveHeld()).isEqualTo(1);
        flaky.broken = false;
        flaky.writesBroken = true;
        Found base = held.find(key);
        assertThat(base.record().orElseThrow().refreshToken().orElseThrow().reveal())
                .isEqualTo("r2");
        // A grant without a new refresh token keeps the one that is held, not the older one in the store.
        flaky.writesBroken = false;
        Found again = held.find(key);
        held.change(key, again, present -> present.with(READ, granted("t3", null), NOW), false);
        assertThat(sessions.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("r2");
    }

    @Test
    void whatIsHeldGivesWayToANewerSignIn() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = new SessionStore(flaky, SessionStoreTest::noPause);
        held.put(key, session());
        Found base = held.find(key);
        flaky.writesBroken = true;
        held.change(key, base, SessionStoreTest::rotated, false);
        sessions.put(key, SessionRecord.of(ALICE, null, null).with(READ, granted("new", "newest"), NOW));
        flaky.writesBroken = false;
        assertThat(held.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("newest");
    }

    @Test
    void aDriverThatThrowsWhatThePortDoesNotKnowLosesNothing() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = new SessionStore(flaky, SessionStoreTest::noPause);
        held.put(key, session());
        Found base = held.find(key);
        flaky.throwing = true;
        assertThat(held.change(key, base, SessionStoreTest::rotated, false).failure())
                .isPresent();
        assertThat(held.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("r2");
    }

    @Test
    void aSignInMadeWhileTheStoreWasDownReplacesTheOlderOneThatIsFoundLater() {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        flaky.broken = true;
        SessionStore held = new SessionStore(flaky, SessionStoreTest::noPause);
        SessionRecord newer = SessionRecord.of(ALICE, null, null).with(READ, granted("new", "newest"), NOW);
        assertThat(held.put(key, newer).failure()).isPresent();
        assertThat(refreshToken(held)).isEqualTo("newest");
        flaky.broken = false;
        assertThat(refreshToken(held)).isEqualTo("newest");
        assertThat(held.saveHeld()).isZero();
        assertThat(refreshToken(sessions)).isEqualTo("newest");
    }

    @Test
    void aWriteThatSeemedToFailAndWasDoneIsSaved() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = new SessionStore(flaky, SessionStoreTest::noPause);
        unsure.put(key, session());
        Found base = unsure.find(key);
        flaky.loseAnswers = 1;
        assertThat(unsure.change(key, base, SessionStoreTest::rotated, false)).isEqualTo(Written.SAVED);
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }

    @Test
    void whatWasWrittenAfterAllIsNotWrittenOverWhatCameLater() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = new SessionStore(flaky, SessionStoreTest::noPause);
        flaky.loseAnswers = 1;
        flaky.breakAfterLoss = true;
        assertThat(unsure.put(key, session()).failure()).isPresent();
        flaky.broken = false;
        // The write had been done, and another node has refreshed since.
        sessions.change(key, sessions.find(key), SessionStoreTest::rotated, false);
        assertThat(refreshToken(unsure)).isEqualTo("r2");
        assertThat(unsure.saveHeld()).isZero();
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }

    @Test
    void oneOfTwoGetsTheLease() throws Exception {
        sessions.put(key, session());
        Found found = sessions.find(key);
        Lease mine = Lease.of("me", Duration.ofSeconds(5));
        Found leased = sessions.lease(key, found, mine).orElseThrow();
        assertThat(sessions.lease(key, found, Lease.of("you", Duration.ofSeconds(5))))
                .isEmpty();
        assertThat(sessions.find(key).sameVersionAs(leased)).isTrue();
        assertThat(sessions.find(key).record().orElseThrow().lease()).contains(mine);
    }

    @Test
    void aChangeToWhatNobodyTouchedTakesOneCall() {
        sessions.put(key, session());
        Found base = sessions.find(key);
        FlakyStore counting = new FlakyStore(store);
        new SessionStore(counting, SessionStoreTest::noPause).change(key, base, SessionStoreTest::rotated, false);
        assertThat(counting.calls).isEqualTo(1);
    }

    @Test
    void membersOfANewerReleaseSurviveAChange() {
        String newer = "{\"v\":2,\"refresh_token\":\"r1\",\"nonces\":{\"https://as\":\"n\"},\"access_tokens\":"
                + "{\"a b\":{\"token\":\"t\",\"type\":\"Bearer\",\"scope\":\"a b\",\"colour\":\"red\"}}}";
        store.replace(
                key.storeKey(),
                RecordVersion.ABSENT,
                StoreRecord.of(newer.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
        AskedFor other = AskedFor.of(Scopes.of("other"), RequestOptions.NONE);
        sessions.change(key, sessions.find(key), present -> present.with(other, granted("t2", "r2"), NOW), false);
        assertThat(new String(store.find(key.storeKey()).orElseThrow().record().content(), StandardCharsets.UTF_8))
                .contains("\"nonces\":{\"https://as\":\"n\"}", "\"colour\":\"red\"", "\"refresh_token\":\"r2\"");
    }

    @Test
    void theFirstFormatIsRead() {
        String first = "{\"v\":1,\"account\":{\"issuer\":\"https://issuer.example\",\"subject\":\"alice\"},"
                + "\"refresh_token\":\"r1\",\"access_tokens\":{\"a b\":{\"token\":\"t1\",\"type\":\"Bearer\","
                + "\"expires_at\":1800000000,\"scope\":\"a\"}}}";
        store.replace(
                key.storeKey(),
                RecordVersion.ABSENT,
                StoreRecord.of(first.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
        SessionRecord read = sessions.find(key).record().orElseThrow();
        assertThat(read.refreshToken().orElseThrow().reveal()).isEqualTo("r1");
        StoredToken token = read.accessToken(READ, SessionStoreTest::noResource).orElseThrow();
        assertThat(token.token().expiresAt()).contains(Instant.ofEpochSecond(1_800_000_000));
        assertThat(token.issuedAt()).isEmpty();
    }

    @Test
    void aTokenServesTheScopesThatWereGrantedAndFewerOnlyWithinOneResource() {
        AskedFor asked = AskedFor.of(Scopes.of("a", "b", "openid"), RequestOptions.NONE);
        TokenResponse granted = TokenResponse.of(
                AccessToken.of("t", TokenType.BEARER, NOW.plusSeconds(60), Scopes.of("a", "b")), null, null, Map.of());
        SessionRecord record = SessionRecord.ofApplication(null).with(asked, granted, NOW);
        Function<Scopes, Optional<String>> oneResource = scopes -> Optional.of("api");
        AskedFor exact = AskedFor.of(Scopes.of("b", "a"), RequestOptions.NONE);
        AskedFor fewer = AskedFor.of(Scopes.of("a"), RequestOptions.NONE);
        AskedFor elsewhere =
                AskedFor.of(Scopes.of("a"), RequestOptions.NONE.resource(URI.create("https://other.example")));
        assertThat(record.accessToken(exact, SessionStoreTest::noResource)).isPresent();
        assertThat(record.accessToken(fewer, SessionStoreTest::noResource)).isEmpty();
        assertThat(record.accessToken(fewer, oneResource)).isPresent();
        assertThat(record.accessToken(elsewhere, oneResource)).isEmpty();
        assertThat(record.accessToken(AskedFor.of(Scopes.of("a", "c"), RequestOptions.NONE), oneResource))
                .isEmpty();
        assertThat(record.accessToken(AskedFor.of(Scopes.NONE, RequestOptions.NONE), oneResource))
                .isEmpty();
    }

    @Test
    void aTokenForOneNamedResourceServesFewerScopesOfIt() {
        RequestOptions there = RequestOptions.NONE.resource(URI.create("https://api.example"));
        SessionRecord record = SessionRecord.ofApplication(null)
                .with(
                        AskedFor.of(Scopes.of("a", "b"), there),
                        TokenResponse.of(
                                AccessToken.of("t", TokenType.BEARER, NOW.plusSeconds(60), Scopes.of("a", "b")),
                                null,
                                null,
                                Map.of()),
                        NOW);
        assertThat(record.accessToken(AskedFor.of(Scopes.of("a"), there), SessionStoreTest::noResource))
                .isPresent();
        assertThat(record.accessToken(AskedFor.of(Scopes.of("a"), RequestOptions.NONE), SessionStoreTest::noResource))
                .isEmpty();
    }

    private static void noPause(Duration duration) {}

    private static Optional<String> noResource(Scopes scopes) {
        return Optional.empty();
    }

    private static String refreshToken(SessionStore of) {
        return of.find(SessionKey.of(ALICE, "app", ""))
                .record()
                .orElseThrow()
                .refreshToken()
                .orElseThrow()
                .reveal();
    }

    private static SessionRecord rotated(SessionRecord present) {
        return present.with(READ, granted("t2", "r2"), NOW);
    }

    @Test
    void aDamagedRecordIsAnErrorWithoutItsContentAndANewSignInReplacesIt() {
        for (String damaged : List.of(
                "",
                "{}",
                "not json s3cret",
                "{\"v\":3,\"access_tokens\":{}}",
                "{\"v\":1,\"access_tokens\":{\"a\":{\"token\":5}}}")) {
            StoreRecord record = StoreRecord.of(damaged.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
            RecordVersion expected =
                    store.find(key.storeKey()).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            assertThat(store.replace(key.storeKey(), expected, record)).isPresent();
            assertThatThrownBy(() -> sessions.find(key))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("store")
                    .hasMessageNotContaining("s3cret");
            assertThat(sessions.findReplaceable(key).record()).isEmpty();
        }
        assertThat(sessions.put(key, session())).isEqualTo(Written.SAVED);
        assertThat(sessions.find(key).record()).isPresent();
    }

    private static final class FlakyStore implements TokenStore {

        private final TokenStore store;
        boolean broken;
        boolean writesBroken;
        boolean throwing;
        boolean breakAfterLoss;
        int loseAnswers;
        int calls;

        FlakyStore(TokenStore store) {
            this.store = store;
        }

        @Override
        public Optional<StoreEntry> find(StoreKey where) throws TokenStoreException {
            check(broken);
            return store.find(where);
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey where, RecordVersion expected, StoreRecord record)
                throws TokenStoreException {
            check(broken || writesBroken);
            Optional<RecordVersion> written = store.replace(where, expected, record);
            if (loseAnswers > 0) {
                loseAnswers--;
                broken = breakAfterLoss;
                throw new TokenStoreException("connection lost", null);
            }
            return written;
        }

        @Override
        public boolean remove(StoreKey where, RecordVersion expected) throws TokenStoreException {
            return store.remove(where, expected);
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
            return store.keys(partition, cursor, limit);
        }

        private void check(boolean failing) throws TokenStoreException {
            calls++;
            if (throwing) {
                throw new IllegalStateException("the pool is exhausted");
            }
            if (failing) {
                throw new TokenStoreException("disk full", null);
            }
        }
    }
}
