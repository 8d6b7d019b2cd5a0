package dev.latchkey.benchmarks;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A store that remembers what was written last and nothing else, so that what a client itself holds can be measured. */
final class LastRecord implements TokenStore {

    private @Nullable StoreKey lastKey;
    private @Nullable StoreEntry last;
    private long versions;
    private final AtomicLong looks = new AtomicLong();

    /** Tells how often it was looked into: a hit never does. */
    long looks() {
        return looks.get();
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) {
        looks.incrementAndGet();
        return lastKey != null && key.equals(lastKey) ? Optional.ofNullable(last) : Optional.empty();
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
        RecordVersion version = RecordVersion.of(Long.toString(++versions));
        lastKey = key;
        last = StoreEntry.of(version, record);
        return Optional.of(version);
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) {
        return false;
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) {
        return KeyPage.last(List.of());
    }
}
