package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseWatchTest {

    private static final Lease LEASE = Lease.of("somebody.1", Duration.ofSeconds(10));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final LeaseWatch watch = new LeaseWatch(nanos::get, new Random(1));

    private static Found version(String version) {
        return Found.saved(RecordVersion.of(version), SessionRecord.ofApplication(null), 0);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void expiresWhenTheSameVersionWasSeenForItsWholeDuration() {
        assertThat(watch.hasExpired(version("1"), LEASE)).isFalse();
        pass(Duration.ofMillis(9_999));
        assertThat(watch.hasExpired(version("1"), LEASE)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(watch.hasExpired(version("1"), LEASE)).isTrue();
    }

    @Test
    void beginsAnewWithEachVersion() {
        watch.hasExpired(version("1"), LEASE);
        pass(Duration.ofSeconds(9));
        assertThat(watch.hasExpired(version("2"), LEASE)).isFalse();
        pass(Duration.ofSeconds(9));
        assertThat(watch.hasExpired(version("2"), LEASE)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(watch.hasExpired(version("2"), LEASE)).isTrue();
    }

    @Test
    void aDurationBeyondReasonIsCutShort() {
        Lease absurd = Lease.of("somebody.1", Duration.ofDays(1_000));
        watch.hasExpired(version("1"), absurd);
        pass(Lease.LONGEST.minusMillis(1));
        assertThat(watch.hasExpired(version("1"), absurd)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(watch.hasExpired(version("1"), absurd)).isTrue();
    }

    @Test
    void aLeaseOfTheLongestTimeoutIsNotCutShort() {
        Lease longest = Lease.ofRefresh("somebody", Duration.ofHours(1), 1);
        assertThat(longest.duration()).isGreaterThanOrEqualTo(Duration.ofHours(2));
        watch.hasExpired(version("1"), longest);
        pass(longest.duration().minusMillis(1));
        assertThat(watch.hasExpired(version("1"), longest)).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(watch.hasExpired(version("1"), longest)).isTrue();
    }

    @Test
    void looksOftenAtFirstAndSeldomLater() {
        assertThat(watch.pause()).isBetween(Duration.ofMillis(10), Duration.ofMillis(30));
        for (int i = 0; i < 20; i++) {
            assertThat(watch.pause()).isLessThan(Duration.ofMillis(600));
        }
        assertThat(watch.pause()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
}
