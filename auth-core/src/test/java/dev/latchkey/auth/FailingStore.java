package dev.latchkey.auth;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;

/** A store that can be made to fail. */
final class FailingStore extends CountingStore {

    volatile boolean writesFail;
    volatile boolean readsFail;

    FailingStore(TokenStore store) {
        super(store);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        if (readsFail) {
            throw new TokenStoreException("disk on fire", null);
        }
        return super.find(key);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        if (writesFail) {
            throw new TokenStoreException("disk full", null);
        }
        return super.replace(key, expected, record);
    }
}
