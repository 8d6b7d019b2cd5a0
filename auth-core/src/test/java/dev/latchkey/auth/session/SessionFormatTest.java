package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SessionFormatTest extends WithRecords {

    @Test
    void writesARecordThatReadsBackTheSame() throws Exception {
        assertThat(sessions.put(key, session())).isEqualTo(Written.SAVED);
        SessionRecord read = sessions.find(key).record().orElseThrow();
        assertThat(read.account()).contains(ALICE);
        assertThat(read.account().orElseThrow().username()).contains("alice@contoso.example");
        assertThat(read.refreshToken().orElseThrow().reveal()).isEqualTo("r1");
        AccessToken token =
                read.accessToken(READ, WithRecords::noResource).orElseThrow().token();
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
    void whatWasGrantedAsAskedForIsNotWrittenTwice() {
        AskedFor one = AskedFor.of(Scopes.of("a"), RequestOptions.NONE);
        sessions.put(key, session().with(one, granted("t2", null), NOW));

        assertThat(content()).contains("\"a b\":{\"token\":\"t1\"").containsOnlyOnce("\"scope\":\"a\"");
        SessionRecord read = sessions.find(key).record().orElseThrow();
        assertThat(read.accessToken(one, WithRecords::noResource)
                        .orElseThrow()
                        .token()
                        .scopes())
                .isEqualTo(Scopes.of("a"));
        assertThat(read.accessToken(READ, WithRecords::noResource)
                        .orElseThrow()
                        .token()
                        .scopes())
                .isEqualTo(Scopes.of("a"));
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
        assertThat(later.accessToken(READ, WithRecords::noResource)).isEmpty();
        assertThat(later.refreshToken().orElseThrow().reveal()).isEqualTo("r1");
    }

    /** A record of a newer release, with members that this one does not know wherever there can be some. */
    private void writeNewer() {
        String newer =
                "{\"v\":2,\"account\":{\"issuer\":\"https://issuer.example\",\"subject\":\"alice\",\"tenant\":\"contoso\","
                        + "\"session\":\"laptop\",\"shape\":[\"round\"]},\"refresh_token\":\"r1\",\"nonces\":{\"https://as\":\"n\"},"
                        + "\"binding\":{\"kind\":\"dpop\",\"saved\":\"AAAA\",\"nonce\":\"n1\",\"smell\":{\"of\":\"rose\"}},"
                        + "\"lease\":{\"owner\":\"somebody\",\"millis\":5,\"weight\":7},\"access_tokens\":{\"a"
                        + " b\":{\"token\":\"t\",\"type\":\"Bearer\",\"scope\":\"a b\",\"colour\":\"red\"}}}";
        write(newer);
    }

    private void write(String content) {
        store.replace(
                key.storeKey(),
                RecordVersion.ABSENT,
                StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER));
    }

    private String content() {
        return new String(store.find(key.storeKey()).orElseThrow().record().content(), StandardCharsets.UTF_8);
    }

    @Test
    void membersOfANewerReleaseSurviveAChangeWhereverTheyAre() {
        writeNewer();
        AskedFor other = AskedFor.of(Scopes.of("other"), RequestOptions.NONE);
        sessions.change(key, sessions.find(key), present -> present.with(other, granted("t2", "r2"), NOW), false);
        assertThat(content())
                .contains(
                        "\"nonces\":{\"https://as\":\"n\"}",
                        "\"colour\":\"red\"",
                        "\"refresh_token\":\"r2\"",
                        "\"shape\":[\"round\"]",
                        "\"smell\":{\"of\":\"rose\"}",
                        "\"weight\":7");
    }

    @Test
    void theServersNonceRidesOnTheWritesOfASessionAndSurvivesThem() {
        writeNewer();
        Found found = sessions.find(key);
        assertThat(found.record().orElseThrow().serverNonce()).contains(ServerNonce.of("n1", null));
        sessions.change(
                key,
                found,
                present -> present.with(READ, granted("t2", "r2"), NOW)
                        .withServerNonce(ServerNonce.of("n2", "https://as")),
                false);
        Found second = sessions.find(key);
        assertThat(second.record().orElseThrow().serverNonce()).contains(ServerNonce.of("n2", "https://as"));
        assertThat(second.record()
                        .orElseThrow()
                        .continues(rotated(found.record().orElseThrow())))
                .as("the key is the same, whatever its nonce")
                .isTrue();
        sessions.change(key, second, present -> present.with(READ, granted("t3", "r3"), NOW), false);
        assertThat(content())
                .contains("\"nonce\":\"n2\",\"nonce_origin\":\"https://as\"", "\"refresh_token\":\"r3\"", "\"smell\"");
        SessionRecord unbound = session();
        assertThat(unbound.withServerNonce(ServerNonce.of("n", "https://as"))).isSameAs(unbound);
        assertThat(unbound.serverNonce()).isEmpty();
    }

    @Test
    void aGrantsTokenWithoutAnAgeDoesNotLiveForEver() {
        TokenResponse ageless = TokenResponse.of(
                AccessToken.of("t", TokenType.BEARER, null, Scopes.of("a")), RefreshToken.of("r"), null, Map.of());
        SessionRecord grant = SessionRecord.ofApplication(null).with(READ, ageless, NOW);
        assertThat(grant.refreshToken()).as("nobody would redeem it").isEmpty();
        assertThat(grant.usableUntil()).isEqualTo(NOW.plus(StoredToken.ASSUMED_LIFETIME));
        AskedFor other = AskedFor.of(Scopes.of("other"), RequestOptions.NONE);
        SessionRecord later = grant.with(other, ageless, NOW.plusSeconds(301));
        assertThat(later.accessToken(READ, WithRecords::noResource)).isEmpty();
        assertThat(SessionRecord.of(ALICE, null, null)
                        .with(READ, TokenResponse.of(ageless.accessToken(), null, null, Map.of()), NOW)
                        .usableUntil())
                .as("somebody's serves until it is refused")
                .isEqualTo(StoreRecord.FOREVER);
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
        StoredToken token = read.accessToken(READ, WithRecords::noResource).orElseThrow();
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
        assertThat(record.accessToken(exact, WithRecords::noResource)).isPresent();
        assertThat(record.accessToken(fewer, WithRecords::noResource)).isEmpty();
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
        assertThat(record.accessToken(AskedFor.of(Scopes.of("a"), there), WithRecords::noResource))
                .isPresent();
        assertThat(record.accessToken(AskedFor.of(Scopes.of("a"), RequestOptions.NONE), WithRecords::noResource))
                .isEmpty();
    }
}
