package dev.latchkey.auth.session;

import dev.latchkey.auth.token.AccessToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens at hand: a bounded map in front of the store, read without a lock and without an allocation.
 *
 * <p>A token is fresh until the margin before its expiry, or until half its life has passed if the margin is longer than
 * that. What is evicted is found in the store again. Safe for use by any number of threads.
 */
public final class TokenMemory {

    private final int capacity;
    private final long marginMillis;
    private final ConcurrentMap<Key, Held> tokens = new ConcurrentHashMap<>();

    /**
     * Makes an empty memory.
     *
     * @param capacity how many tokens it holds at the most
     * @param margin how long before its expiry a token stops being fresh
     */
    public TokenMemory(int capacity, Duration margin) {
        this.capacity = capacity;
        this.marginMillis = margin.toMillis();
    }

    /**
     * Finds a fresh token.
     *
     * @param key what it is of
     * @param nowMillis the instant
     * @return the token, or null
     */
    public @Nullable AccessToken fresh(Key key, long nowMillis) {
        Held held = tokens.get(key);
        return held != null && nowMillis < held.freshUntilMillis ? held.token : null;
    }

    /**
     * Finds a token that has not expired.
     *
     * @param key what it is of
     * @param nowMillis the instant
     * @return the token, or null
     */
    public @Nullable AccessToken valid(Key key, long nowMillis) {
        Held held = tokens.get(key);
        return held != null && nowMillis < held.validUntilMillis ? held.token : null;
    }

    /**
     * Keeps a token that was issued just now.
     *
     * @param key what it is of
     * @param token the token
     * @param nowMillis the instant
     * @param assumedLifetime how long a token lives that does not say
     * @return whether it is fresh now
     */
    public boolean keepNew(Key key, AccessToken token, long nowMillis, Duration assumedLifetime) {
        long validUntil = validUntil(token, nowMillis, assumedLifetime);
        long life = Math.max(0, validUntil - nowMillis);
        return keep(key, new Held(token, validUntil - Math.min(marginMillis, life / 2), validUntil), nowMillis);
    }

    /**
     * Keeps a token that was found in the store, where nobody knows how long its life was.
     *
     * @param key what it is of
     * @param token the token
     * @param nowMillis the instant
     * @param assumedLifetime how long a token lives that does not say
     * @return whether it is fresh now
     */
    public boolean keepFound(Key key, AccessToken token, long nowMillis, Duration assumedLifetime) {
        long validUntil = validUntil(token, nowMillis, assumedLifetime);
        return keep(key, new Held(token, validUntil - marginMillis, validUntil), nowMillis);
    }

    private boolean keep(Key key, Held held, long nowMillis) {
        tokens.put(key, held);
        if (tokens.size() > capacity) {
            evict(nowMillis, key);
        }
        return nowMillis < held.freshUntilMillis;
    }

    /**
     * Lets a token that is still valid, and could not be replaced, be fresh for a while, so that a server in trouble is
     * neither hammered nor waited for at every use.
     *
     * @param key what it is of
     * @param nowMillis the instant
     * @param pause for how long; the token's expiry ends it before
     */
    public void postpone(Key key, long nowMillis, Duration pause) {
        long until = nowMillis + pause.toMillis();
        tokens.computeIfPresent(
                key,
                (same, held) -> nowMillis < held.freshUntilMillis
                        ? held
                        : new Held(held.token, Math.min(until, held.validUntilMillis), held.validUntilMillis));
    }

    /**
     * Forgets all tokens of a session, because somebody signed in anew.
     *
     * @param session the session
     */
    public void forget(SessionKey session) {
        tokens.keySet().removeIf(key -> key.session.equals(session));
    }

    /**
     * Tells how many tokens are held.
     *
     * @return the number
     */
    public int size() {
        return tokens.size();
    }

    // Expired ones first, then any: the store is the truth, and a miss costs one look there.
    private void evict(long nowMillis, Key newest) {
        tokens.values().removeIf(held -> nowMillis >= held.validUntilMillis);
        Iterator<Key> keys = tokens.keySet().iterator();
        while (tokens.size() > capacity - capacity / 10 && keys.hasNext()) {
            if (!keys.next().equals(newest)) {
                keys.remove();
            }
        }
    }

    private static long validUntil(AccessToken token, long nowMillis, Duration assumedLifetime) {
        return token.expiresAt().map(Instant::toEpochMilli).orElse(nowMillis + assumedLifetime.toMillis());
    }

    private static final class Held {

        private final AccessToken token;
        private final long freshUntilMillis;
        private final long validUntilMillis;

        Held(AccessToken token, long freshUntilMillis, long validUntilMillis) {
            this.token = token;
            this.freshUntilMillis = freshUntilMillis;
            this.validUntilMillis = validUntilMillis;
        }
    }

    /** One access token of one session, with its hash computed once. Immutable. */
    public static final class Key {

        private final SessionKey session;
        private final AskedFor asked;
        private final int hash;

        /**
         * Names a token.
         *
         * @param session whose it is
         * @param asked what it was asked for
         */
        public Key(SessionKey session, AskedFor asked) {
            this.session = session;
            this.asked = asked;
            this.hash = 31 * session.hashCode() + asked.hashCode();
        }

        /**
         * Tells whose it is.
         *
         * @return the session
         */
        public SessionKey session() {
            return session;
        }

        /**
         * Tells what it was asked for.
         *
         * @return what it was asked for
         */
        public AskedFor asked() {
            return asked;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || (other instanceof Key
                            && hash == ((Key) other).hash
                            && session.equals(((Key) other).session)
                            && asked.equals(((Key) other).asked));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
