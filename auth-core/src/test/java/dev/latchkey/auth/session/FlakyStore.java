package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;

/** A store that fails in the ways that stores do. */
final class FlakyStore implements TokenStore {

    private final TokenStore store;
    boolean broken;
    boolean writesBroken;
    boolean throwing;
    boolean breakAfterLoss;
    int answersBeforeLoss;
    int loseAnswers;
    int calls;

    FlakyStore(TokenStore store) {
        this.store = store;
    }

    @Override
    public Optional<StoreEntry> find(StoreKey where) throws TokenStoreException {
        check(broken);
        return store.find(where);
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey where, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        check(broken || writesBroken);
        Optional<RecordVersion> written = store.replace(where, expected, record);
        if (loseAnswers > 0 && answersBeforeLoss-- <= 0) {
            loseAnswers--;
            broken = breakAfterLoss;
            throw new TokenStoreException("connection lost", null);
        }
        return written;
    }

    @Override
    public boolean remove(StoreKey where, RecordVersion expected) throws TokenStoreException {
        return store.remove(where, expected);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        return store.keys(partition, cursor, limit);
    }

    private void check(boolean failing) throws TokenStoreException {
        calls++;
        if (throwing) {
            throw new IllegalStateException("the pool is exhausted");
        }
        if (failing) {
            throw new TokenStoreException("disk full", null);
        }
    }
}
