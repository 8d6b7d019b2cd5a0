package dev.latchkey.auth;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the calls of a store. */
class CountingStore implements TokenStore {

    final AtomicInteger calls = new AtomicInteger();
    private final TokenStore store;

    CountingStore(TokenStore store) {
        this.store = store;
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        calls.incrementAndGet();
        return store.find(key);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        calls.incrementAndGet();
        return store.replace(key, expected, record);
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        calls.incrementAndGet();
        return store.remove(key, expected);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        calls.incrementAndGet();
        return store.keys(partition, cursor, limit);
    }
}
