package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshnessTest {

    private static final long NOW = 5_000_000;
    private static final Duration ASSUMED = Duration.ofMinutes(5);
    private static final Freshness FRESHNESS = new Freshness(Duration.ofSeconds(60), 0);

    private static StoredToken token(@Nullable Long issuedAt, @Nullable Long refreshAt, @Nullable Long expiresAt) {
        return new StoredToken(
                AccessToken.of(
                        "t", TokenType.BEARER, expiresAt == null ? null : Instant.ofEpochMilli(expiresAt), Scopes.NONE),
                issuedAt == null ? null : Instant.ofEpochMilli(issuedAt),
                refreshAt == null ? null : Instant.ofEpochMilli(refreshAt),
                Map.of());
    }

    private static long[] ends(Freshness.Ends ends) {
        return new long[] {ends.freshUntil - NOW, ends.usableUntil - NOW, ends.validUntil - NOW};
    }

    @Test
    void aLongLifeEndsWithTheMargin() {
        assertThat(ends(FRESHNESS.of(token(NOW, null, NOW + 3_600_000), ASSUMED, NOW)))
                .containsExactly(3_540_000, 3_590_000, 3_600_000);
    }

    @Test
    void aShortLifeIsFreshForItsHalf() {
        assertThat(ends(FRESHNESS.of(token(NOW, null, NOW + 2_000), ASSUMED, NOW)))
                .containsExactly(1_000, 1_750, 2_000);
    }

    @Test
    void theServersWishCountsWhenItComesFirst() {
        assertThat(ends(FRESHNESS.of(token(NOW, NOW + 1_800_000, NOW + 3_600_000), ASSUMED, NOW)))
                .containsExactly(1_800_000, 3_590_000, 3_600_000);
        assertThat(ends(FRESHNESS.of(token(NOW, NOW + 3_599_000, NOW + 3_600_000), ASSUMED, NOW))[0])
                .isEqualTo(3_540_000);
    }

    @Test
    void eachNodeHasItsOwnPartOfTheMargin() {
        Freshness other = new Freshness(Duration.ofSeconds(60), 0.5);
        assertThat(ends(other.of(token(NOW, null, NOW + 3_600_000), ASSUMED, NOW)))
                .containsExactly(3_547_500, 3_590_000, 3_600_000);
    }

    @Test
    void aLifetimeThatNobodyNamedCountsFromTheIssue() {
        assertThat(ends(FRESHNESS.of(token(NOW - 100_000, null, null), ASSUMED, NOW))[2])
                .isEqualTo(200_000);
        assertThat(ends(FRESHNESS.of(token(NOW, null, null), Duration.ofSeconds(Long.MAX_VALUE / 1_000), NOW))[2])
                .isEqualTo(100_000_000_000_000L);
    }

    @Test
    void whatNoLongCanCountDoesNotOverflow() {
        Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
        StoredToken endless = new StoredToken(
                AccessToken.of("t", TokenType.BEARER, Instant.MAX, Scopes.NONE),
                Instant.ofEpochMilli(NOW),
                Instant.MAX,
                Map.of());
        Freshness.Ends ends = FRESHNESS.of(endless, forever, NOW);
        assertThat(ends.isFresh(NOW + Duration.ofDays(300_000).toMillis())).isTrue();
        assertThat(FRESHNESS.of(token(NOW, null, null), forever, NOW).isFresh(NOW))
                .isTrue();
        HeldToken held =
                HeldToken.of(AskedFor.of(Scopes.NONE, RequestOptions.NONE), endless.token(), ends, true, NOW, forever);
        assertThat(held.isQuiet(NOW)).isTrue();
        assertThat(held.quietFor(NOW, forever).isQuiet(NOW)).isTrue();
        assertThat(held.isUsable(NOW, forever)).isFalse();
    }

    @Test
    void aTokenFromANodeWhoseClockIsAheadLivesNoLongerThanItsLife() {
        assertThat(ends(FRESHNESS.of(token(NOW + 7_200_000, null, NOW + 10_800_000), ASSUMED, NOW)))
                .as("nobody knows how old it is: it will do, and is replaced soon")
                .containsExactly(0, 3_590_000, 3_600_000);
        assertThat(ends(FRESHNESS.of(token(NOW + 60_000, null, NOW + 3_660_000), ASSUMED, NOW)))
                .as("clocks differ by a little")
                .containsExactly(3_540_000, 3_590_000, 3_600_000);
    }

    @Test
    void lookingAtATokenOfTheFutureAgainDoesNotLengthenItsLife() {
        StoredToken future = token(NOW + 7_200_000, null, NOW + 10_800_000);
        Freshness.Ends first = FRESHNESS.of(future, ASSUMED, NOW);
        long later = NOW + 3_599_000;
        assertThat(FRESHNESS.of(future, ASSUMED, later).remainingMillis(later)).isEqualTo(3_600_000);
        assertThat(FRESHNESS.of(future, ASSUMED, later).atMost(first).remainingMillis(later))
                .isEqualTo(1_000);
    }

    @Test
    void aTokenOfTheFirstFormatGetsTheWholeMargin() {
        assertThat(ends(FRESHNESS.of(token(null, null, NOW + 40_000), ASSUMED, NOW))[0])
                .isNegative();
    }
}
