package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.StoreKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnChangesTest {

    private static final StoreKey KEY = StoreKey.of("partition", "name");
    private static final StoreKey OTHER = StoreKey.of("partition", "other");

    private final AtomicLong nanos = new AtomicLong();
    private final List<StoreKey> passedOn = new ArrayList<>();
    private final OwnChanges changes = new OwnChanges(passedOn::add, nanos::get);

    @Test
    void onesOwnEventIsLeftOutDuringTheCallAndAfterIt() {
        changes.begin(KEY);
        changes.told(KEY);
        changes.end(KEY, true);
        changes.begin(KEY);
        changes.end(KEY, true);
        changes.told(KEY);
        assertThat(passedOn).isEmpty();
    }

    @Test
    void whatOthersChangeIsPassedOnAlsoWhileThisNodeWrites() {
        changes.begin(KEY);
        changes.told(OTHER);
        assertThat(passedOn).containsExactly(OTHER);
        changes.told(KEY);
        changes.told(KEY);
        assertThat(passedOn).as("one of two is one's own").containsExactly(OTHER, KEY);
        changes.end(KEY, true);
        changes.told(KEY);
        assertThat(passedOn).containsExactly(OTHER, KEY, KEY);
    }

    @Test
    void anEventDuringAWriteThatWasNotDoneWasSomebodyElses() {
        changes.begin(KEY);
        changes.told(KEY);
        assertThat(passedOn).isEmpty();
        changes.end(KEY, false);
        assertThat(passedOn).containsExactly(KEY);
        changes.begin(KEY);
        changes.end(KEY, false);
        assertThat(passedOn).containsExactly(KEY);
        changes.told(KEY);
        assertThat(passedOn).containsExactly(KEY, KEY);
    }

    @Test
    void twoWritesHaveTwoEvents() {
        changes.begin(KEY);
        changes.end(KEY, true);
        changes.begin(KEY);
        changes.end(KEY, true);
        changes.told(KEY);
        changes.told(KEY);
        assertThat(passedOn).isEmpty();
        changes.told(KEY);
        assertThat(passedOn).hasSize(1);
    }

    @Test
    void anEventThatNeverCameIsNotWaitedForForEver() {
        changes.begin(KEY);
        changes.end(KEY, true);
        nanos.addAndGet(Duration.ofSeconds(5).toNanos() + 1);
        changes.told(KEY);
        assertThat(passedOn).containsExactly(KEY);
    }
}
