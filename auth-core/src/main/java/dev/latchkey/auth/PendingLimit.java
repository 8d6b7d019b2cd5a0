package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many authorizations that began lately in this process are kept in a store: with one too many, the oldest is forgotten, if it is still under
 * way. One that was completed counts until its turn comes, so leave room. Without it, whoever may begin a sign-in could fill the store within the ten minutes that each is kept.
 *
 * <p>Each client has one of 10,000; clients of many servers, which strangers may name, can share one. Safe for use by any number of threads.
 */
public final class PendingLimit {

    private final int most;
    // Oldest first. One that was completed stays until its turn comes; removing it again is then refused, since its
    // version
    // is gone.
    private final ConcurrentLinkedQueue<Pending> pending = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private PendingLimit(int most) {
        this.most = most;
    }

    /**
     * Makes a limit.
     *
     * @param most how many, at least 1
     * @return the limit, for one client or for several
     * @throws ConfigurationException if it is less than 1
     */
    public static PendingLimit of(int most) {
        if (most < 1) {
            throw new ConfigurationException("pendingLimit", "must be at least 1");
        }
        return new PendingLimit(most);
    }

    void add(TokenStore store, StoreKey key, RecordVersion version) {
        pending.add(new Pending(store, key, version));
        if (count.incrementAndGet() > most) {
            Pending oldest = pending.poll();
            if (oldest != null) {
                count.decrementAndGet();
                forget(oldest.store, oldest.key, oldest.version);
            }
        }
    }

    static void forget(TokenStore store, StoreKey key, RecordVersion version) {
        try {
            store.remove(key, version);
        } catch (TokenStoreException | RuntimeException e) {
            // Of another client's store too, which may be closed. It forgets it by itself in ten minutes; the
            // authorization that was just begun has nothing to do with it.
            return;
        }
    }

    @Override
    public String toString() {
        return "PendingLimit[" + most + "]";
    }

    private static final class Pending {

        private final TokenStore store;
        private final StoreKey key;
        private final RecordVersion version;

        Pending(TokenStore store, StoreKey key, RecordVersion version) {
            this.store = store;
            this.key = key;
            this.version = version;
        }
    }
}
