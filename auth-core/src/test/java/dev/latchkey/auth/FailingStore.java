package dev.latchkey.auth;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;

/** A store that can be made to fail. */
class FailingStore extends CountingStore {

    static final int NEVER = Integer.MAX_VALUE;

    volatile int writesBeforeFailing = NEVER;
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

    // One writer at a time is all that the tests have.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        if (writesBeforeFailing == 0) {
            throw new TokenStoreException("disk full", null);
        }
        if (writesBeforeFailing != NEVER) {
            writesBeforeFailing--;
        }
        return super.replace(key, expected, record);
    }
}
