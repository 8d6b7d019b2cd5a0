package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {

    private static final Duration ASSUMED = Duration.ofMinutes(5);
    private static final long NOW = 1_000_000;

    private static TokenMemory.Key key(int number) {
        return new TokenMemory.Key(
                SessionKey.ofApplication("https://issuer.example", "app" + number, ""),
                AskedFor.of(Scopes.of("read"), RequestOptions.NONE));
    }

    private static AccessToken token(long expiresAt) {
        return AccessToken.of("t", TokenType.BEARER, Instant.ofEpochMilli(expiresAt), Scopes.NONE);
    }

    @Test
    void isFreshToTheMarginAndValidToTheEnd() {
        TokenMemory memory = new TokenMemory(10, Duration.ofSeconds(60));
        memory.keepNew(key(1), token(NOW + 3_600_000), NOW, ASSUMED);
        assertThat(memory.fresh(key(1), NOW + 3_539_999)).isNotNull();
        assertThat(memory.fresh(key(1), NOW + 3_540_000)).isNull();
        assertThat(memory.valid(key(1), NOW + 3_599_999)).isNotNull();
        assertThat(memory.valid(key(1), NOW + 3_600_000)).isNull();
    }

    @Test
    void aTokenFromTheStoreGetsNoShorterMargin() {
        TokenMemory memory = new TokenMemory(10, Duration.ofSeconds(60));
        assertThat(memory.keepFound(key(1), token(NOW + 40_000), NOW, ASSUMED)).isFalse();
        assertThat(memory.keepNew(key(1), token(NOW + 40_000), NOW, ASSUMED)).isTrue();
        assertThat(memory.fresh(key(1), NOW + 19_999)).isNotNull();
        assertThat(memory.fresh(key(1), NOW + 20_000)).isNull();
    }

    @Test
    void isBoundedAndKeepsTheNewest() {
        TokenMemory memory = new TokenMemory(100, Duration.ZERO);
        for (int i = 0; i < 1_000; i++) {
            memory.keepNew(key(i), token(NOW + 1_000_000), NOW, ASSUMED);
            assertThat(memory.size()).isLessThanOrEqualTo(100);
            assertThat(memory.fresh(key(i), NOW)).isNotNull();
        }
    }

    @Test
    void forgetsWhatHasExpiredBeforeWhatHasNot() {
        TokenMemory memory = new TokenMemory(3, Duration.ZERO);
        memory.keepNew(key(1), token(NOW + 10), NOW, ASSUMED);
        memory.keepNew(key(2), token(NOW + 1_000), NOW, ASSUMED);
        memory.keepNew(key(3), token(NOW + 1_000), NOW, ASSUMED);
        memory.keepNew(key(4), token(NOW + 1_000), NOW + 20, ASSUMED);
        assertThat(memory.fresh(key(1), NOW)).isNull();
        assertThat(memory.fresh(key(2), NOW)).isNotNull();
        assertThat(memory.fresh(key(3), NOW)).isNotNull();
        assertThat(memory.fresh(key(4), NOW)).isNotNull();
    }
}
