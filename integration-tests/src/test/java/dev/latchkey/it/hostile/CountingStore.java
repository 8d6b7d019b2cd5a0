package dev.latchkey.it.hostile;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts what is kept in it. */
final class CountingStore implements TokenStore {

    private final TokenStore store = InMemoryTokenStore.create(Clock.systemUTC());
    private final AtomicInteger records = new AtomicInteger();

    int records() {
        return records.get();
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        return store.find(key);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord next)
            throws TokenStoreException {
        Optional<RecordVersion> written = store.replace(key, expected, next);
        if (written.isPresent() && expected.equals(RecordVersion.ABSENT)) {
            records.incrementAndGet();
        }
        return written;
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        boolean removed = store.remove(key, expected);
        if (removed) {
            records.decrementAndGet();
        }
        return removed;
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        return store.keys(partition, cursor, limit);
    }
}
