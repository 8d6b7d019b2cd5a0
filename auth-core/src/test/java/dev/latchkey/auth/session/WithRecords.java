package dev.latchkey.auth.session;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Sessions in a store, and what is put into them. */
abstract class WithRecords {

    static final Instant NOW = MutableClock.START;
    static final AskedFor READ = AskedFor.of(Scopes.of("b", "a"), RequestOptions.NONE);
    static final Account ALICE = Account.of("https://issuer.example", "alice")
            .withTenant("contoso")
            .withUsername("alice@contoso.example")
            .withSession("laptop");

    final MutableClock clock = MutableClock.create();
    final AtomicLong nanos = new AtomicLong();
    final InMemoryTokenStore store = InMemoryTokenStore.create(clock);
    final SessionStore sessions = over(store);
    final SessionKey key = SessionKey.of(ALICE, "app", "");

    SessionStore over(TokenStore store) {
        return new SessionStore(store, WithRecords::noPause, clock, nanos::get);
    }

    static TokenResponse granted(String token, String refreshToken) {
        return TokenResponse.of(
                AccessToken.of(token, TokenType.BEARER, NOW.plusSeconds(3600), Scopes.of("a")),
                refreshToken == null ? null : RefreshToken.of(refreshToken),
                null,
                Map.of());
    }

    static SessionRecord session() {
        return SessionRecord.of(
                        ALICE,
                        IdTokenClaims.of("RS256", Map.of("iss", "i", "sub", "s", "auth_time", 5L, "email", "x")),
                        null)
                .with(READ, granted("t1", "r1"), NOW);
    }

    static void noPause(Duration duration) {}

    static Optional<String> noResource(Scopes scopes) {
        return Optional.empty();
    }

    static String refreshToken(SessionStore of) {
        return of.find(SessionKey.of(ALICE, "app", ""))
                .record()
                .orElseThrow()
                .refreshToken()
                .orElseThrow()
                .reveal();
    }

    static SessionRecord rotated(SessionRecord present) {
        return present.with(READ, granted("t2", "r2"), NOW);
    }
}
