package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The key of each session whose user has not decided yet: all polls prove the same one, so that a nonce that the server
 * gave for it serves the next poll. Bounded; one that was pushed out is made anew.
 */
final class PollingKeys {

    private static final int MAX = 1_000;

    private final Bindings bindings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Secret, TokenBinding> keys = new LinkedHashMap<>();

    PollingKeys(Bindings bindings) {
        this.bindings = bindings;
    }

    @Nullable
    TokenBinding of(Secret code, AuthorizationServerMetadata server) {
        TokenBinding known = known(code, null);
        if (known != null) {
            return known;
        }
        // Outside the lock: making a key may take a call to wherever keys live.
        TokenBinding fresh = bindings.create(server);
        return fresh == null ? null : known(code, fresh);
    }

    void forget(Secret code) {
        lock.lock();
        try {
            keys.remove(code);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable TokenBinding known(Secret code, @Nullable TokenBinding fresh) {
        lock.lock();
        try {
            TokenBinding present = keys.get(code);
            if (present != null || fresh == null) {
                return present;
            }
            if (keys.size() >= MAX) {
                keys.remove(keys.keySet().iterator().next());
            }
            keys.put(code, fresh);
            return fresh;
        } finally {
            lock.unlock();
        }
    }
}
