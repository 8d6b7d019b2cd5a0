package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryTokenStoreTest extends TokenStoreContract {

    private final MutableClock clock = MutableClock.create();

    @Override
    protected TokenStore create() {
        return InMemoryTokenStore.create(clock);
    }

    @Override
    protected Instant now() {
        return clock.instant();
    }

    @Override
    protected void pass(Duration time) {
        clock.advance(time);
    }

    @Test
    void sweepsWhatNobodyAsksForAgain() throws Exception {
        InMemoryTokenStore store = InMemoryTokenStore.create(clock);
        for (int i = 0; i < 500; i++) {
            store.replace(
                    StoreKey.of(PARTITION, "old-" + i), RecordVersion.ABSENT, record("old", Duration.ofSeconds(1)));
        }
        clock.advance(Duration.ofSeconds(2));
        for (int i = 0; i < 500; i++) {
            store.replace(StoreKey.of(PARTITION, "new-" + i), RecordVersion.ABSENT, record("new"));
        }

        assertThat(store.size()).isEqualTo(500);
    }

    @Test
    void sweepingPartitionsThatAreEmptyLosesNoWrite() throws Exception {
        InMemoryTokenStore store = InMemoryTokenStore.create(clock);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                String name = "thread-" + thread;
                ends.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        StoreKey key = StoreKey.of("user-" + i % 3, name);
                        RecordVersion version = store.replace(key, RecordVersion.ABSENT, record("here"))
                                .orElseThrow();
                        assertThat(store.find(key)).isPresent();
                        assertThat(store.remove(key, version)).isTrue();
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(20, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(store.size()).isZero();
    }

    @Test
    void aRecordIsUsableAtTheVeryInstant() throws Exception {
        created(KEY, record("to the end", Duration.ofSeconds(5)));

        clock.advance(Duration.ofSeconds(5));
        assertThat(found(store(), KEY)).contains("to the end");
        clock.advance(Duration.ofNanos(1));
        assertThat(found(store(), KEY)).isEmpty();
    }
}
