package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The key of each session whose user has not decided yet: all polls prove the same one, so that a nonce that the server
 * gave for it serves the next poll. Bounded; one that was pushed out is made anew. Those whose code has expired, for which nobody
 * polls any more, go when the next one comes.
 */
final class PollingKeys {

    private static final int MAX = 1_000;

    private final Bindings bindings;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Secret, Kept> keys = new LinkedHashMap<>();

    PollingKeys(Bindings bindings, Clock clock) {
        this.bindings = bindings;
        this.clock = clock;
    }

    @Nullable
    TokenBinding of(Secret code, Instant expiresAt, AuthorizationServerMetadata server) {
        Kept known = known(code, null);
        if (known != null) {
            return known.key;
        }
        // Outside the lock: making a key may take a call to wherever keys live.
        TokenBinding fresh = bindings.create(server);
        Kept kept = fresh == null ? null : known(code, new Kept(fresh, expiresAt));
        return kept == null ? null : kept.key;
    }

    void forget(Secret code) {
        lock.lock();
        try {
            keys.remove(code);
        } finally {
            lock.unlock();
        }
    }

    /** How many there are. */
    int size() {
        lock.lock();
        try {
            return keys.size();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Kept known(Secret code, @Nullable Kept fresh) {
        lock.lock();
        try {
            Kept present = keys.get(code);
            if (present != null || fresh == null) {
                return present;
            }
            Instant now = clock.instant();
            keys.values().removeIf(each -> !now.isBefore(each.expiresAt));
            if (keys.size() >= MAX) {
                keys.remove(keys.keySet().iterator().next());
            }
            keys.put(code, fresh);
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** A key, and until when it may be needed. */
    private static final class Kept {

        private final TokenBinding key;
        private final Instant expiresAt;

        Kept(TokenBinding key, Instant expiresAt) {
            this.key = key;
            this.expiresAt = expiresAt;
        }
    }
}
