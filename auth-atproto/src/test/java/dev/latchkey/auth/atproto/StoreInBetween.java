package dev.latchkey.auth.atproto;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that counts, removes nothing if told so, and has something happen before a list is read or a record written. */
final class StoreInBetween implements TokenStore {

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger finds = new AtomicInteger();
    volatile boolean keepsAll;
    volatile Runnable beforeList = () -> {};
    volatile Runnable beforeReplace = () -> {};
    private final TokenStore store;

    StoreInBetween(TokenStore store) {
        this.store = store;
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        calls.incrementAndGet();
        finds.incrementAndGet();
        return store.find(key);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        calls.incrementAndGet();
        beforeReplace.run();
        return store.replace(key, expected, record);
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        calls.incrementAndGet();
        if (keepsAll) {
            throw new TokenStoreException("disk on fire", null);
        }
        return store.remove(key, expected);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        calls.incrementAndGet();
        beforeList.run();
        return store.keys(partition, cursor, limit);
    }
}
