package dev.latchkey.it.atproto.pds;

import static dev.latchkey.it.nodes.Said.say;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.it.nodes.Said;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** A store under one client, in which a refresh stands still, if it is told to, where it has looked and is about to take the lease. */
final class HeldLease implements TokenStore {

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    private final TokenStore below;
    private final AtomicReference<CountDownLatch> next = new AtomicReference<>(OPEN);

    HeldLease(TokenStore below) {
        this.below = below;
    }

    /** Holds the next write, which says so, until what this gives is run. */
    Runnable hold() {
        CountDownLatch until = new CountDownLatch(1);
        next.set(until);
        return until::countDown;
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        CountDownLatch until = next.getAndSet(OPEN);
        if (until != OPEN) {
            say(Said.STANDS, "before the lease");
            try {
                until.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return below.replace(key, expected, record);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        return below.find(key);
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        return below.remove(key, expected);
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        return below.keys(partition, cursor, limit);
    }
}
