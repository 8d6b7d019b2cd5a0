package dev.latchkey.auth.session;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Finds sessions by user name without looking at all of them: one small record for each session, in a partition that the
 * user name's hash names, under the session's own name.
 *
 * <p>An entry says no more than "look there": whoever follows it reads the session and compares. It is written after its
 * session and removed after it, so that one may be stale, and is then {@linkplain #tidy tidied}. Safe for use by any
 * number of threads.
 */
final class UsernameIndex {

    private static final int ATTEMPTS = 10;
    private static final byte[] POINTER = Json.write(Map.of("v", 1L));

    private final TokenStore store;
    private final String clientId;

    UsernameIndex(TokenStore store, String clientId) {
        this.store = store;
        this.clientId = clientId;
    }

    /** Names the partition of a user name, whose case does not matter. */
    String partition(String username) {
        return SessionKey.hash(List.of("usernames", clientId, username.toLowerCase(Locale.ROOT)));
    }

    StoreKey key(String username, StoreKey session) {
        return StoreKey.of(partition(username), session.name());
    }

    KeyPage page(String username, String cursor, int limit) throws TokenStoreException {
        return store.keys(partition(username), cursor, limit);
    }

    /**
     * Writes an entry, over the one that may be there: with a new version, whoever is about to tidy the old one does not.
     */
    void add(String username, StoreKey session, Instant usableUntil) throws TokenStoreException {
        StoreKey key = key(username, session);
        StoreRecord pointer = StoreRecord.of(POINTER, usableUntil);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RecordVersion present = store.find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            if (store.replace(key, present, pointer).isPresent()) {
                return;
            }
        }
        throw new TokenStoreException("Others kept writing the same index entry", null);
    }

    /**
     * Removes an entry if its session is not there or has another user name: the entry's version first, then the session,
     * so that a sign-in between the two keeps its entry.
     */
    void tidy(String username, StoreKey session, Check stale) throws TokenStoreException {
        StoreKey key = key(username, session);
        StoreEntry entry = store.find(key).orElse(null);
        if (entry != null && stale.holds()) {
            store.remove(key, entry.version());
        }
    }

    /** Looks at the session itself. */
    @FunctionalInterface
    interface Check {

        boolean holds() throws TokenStoreException;
    }
}
