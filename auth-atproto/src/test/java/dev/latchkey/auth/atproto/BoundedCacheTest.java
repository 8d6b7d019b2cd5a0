package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {

    private final MutableClock clock = MutableClock.create();
    private final BoundedCache<String, String> cache = new BoundedCache<>(clock, Duration.ofMinutes(5), 2);

    @Test
    void forgetsWhatNobodyAskedForTheLongest() {
        cache.put("a", "3", clock.instant());
        cache.put("b", "2", clock.instant());
        assertThat(cache.get("a")).isEqualTo("3");
        cache.put("c", "4", clock.instant());

        assertThat(cache.get("b")).isNull();
        assertThat(cache.get("a")).isEqualTo("3");
        assertThat(cache.get("c")).isEqualTo("4");
    }

    /** An answer that took long to come is as old as the question. */
    @Test
    void lifeBeginsWithTheQuestion() {
        Instant asked = clock.instant();
        clock.advance(Duration.ofMinutes(4));
        cache.put("a", "1", asked);
        assertThat(cache.get("a")).isEqualTo("1");

        clock.advance(Duration.ofMinutes(1));

        assertThat(cache.get("a")).isNull();
    }

    @Test
    void aClockThatIsSetBackKeepsNothingAlive() {
        cache.put("a", "1", clock.instant());

        clock.set(clock.instant().minusSeconds(1));

        assertThat(cache.get("a")).isNull();
    }

    @Test
    void whatHasAgedGoesWhenAnotherComes() {
        BoundedCache<String, String> large = new BoundedCache<>(clock, Duration.ofMinutes(5), 100);
        large.put("a", "1", clock.instant());
        large.put("b", "2", clock.instant());
        clock.advance(Duration.ofMinutes(4));
        large.put("c", "3", clock.instant());
        assertThat(large.size()).isEqualTo(3);

        clock.advance(Duration.ofMinutes(1));
        large.put("d", "4", clock.instant());

        assertThat(large.size()).isEqualTo(2);
        assertThat(large.get("c")).isEqualTo("3");
    }
}
