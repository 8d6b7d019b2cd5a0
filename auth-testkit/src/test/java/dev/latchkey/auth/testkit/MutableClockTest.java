package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class MutableClockTest {

    @Test
    void standsStillUntilItIsMoved() {
        MutableClock clock = MutableClock.create();

        assertThat(clock.instant()).isEqualTo(MutableClock.START);
        clock.advance(Duration.ofSeconds(90));
        assertThat(clock.instant()).isEqualTo(MutableClock.START.plusSeconds(90));
        clock.advance(Duration.ofSeconds(-100));
        assertThat(clock.instant()).isEqualTo(MutableClock.START.minusSeconds(10));
        clock.set(Instant.EPOCH);
        assertThat(clock.millis()).isZero();
    }

    @Test
    void movesTogetherWithItsLikeInAnotherZone() {
        MutableClock clock = MutableClock.create();
        Clock there = clock.withZone(ZoneId.of("Asia/Tokyo"));

        clock.advance(Duration.ofHours(1));

        assertThat(there.instant()).isEqualTo(clock.instant());
        assertThat(there.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
    }
}
