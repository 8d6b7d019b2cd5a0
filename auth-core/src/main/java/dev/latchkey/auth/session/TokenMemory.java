package dev.latchkey.auth.session;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens at hand: a bounded map of sessions in front of the store, read without a lock and without an allocation.
 *
 * <p>A session is looked up by whose it is, as the caller names it, so that a hit hashes nothing but what is in the
 * caller's hand. What is evicted is found in the store again. Safe for use by any number of threads.
 */
public final class TokenMemory {

    private final int capacity;
    private final ConcurrentMap<Object, Slot> sessions = new ConcurrentHashMap<>();
    // The store tells of changes by its own keys.
    private final ConcurrentMap<KeyDigest, Slot> byStoreKey = new ConcurrentHashMap<>();

    /**
     * Makes an empty memory.
     *
     * @param capacity how many sessions it holds at the most
     */
    public TokenMemory(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Finds a token.
     *
     * @param owner whose it is
     * @param asked what it was asked for
     * @return the token at hand, in whatever state, or null
     */
    public @Nullable HeldToken find(Object owner, AskedFor asked) {
        return find(owner, asked.scopes(), asked.options());
    }

    /**
     * Finds a token, without an object that says what was asked for: each look-up would have to make one.
     *
     * @param owner whose it is
     * @param scopes the scopes that were asked for
     * @param options what was asked for beside them
     * @return the token at hand, in whatever state, or null
     */
    public @Nullable HeldToken find(Object owner, Scopes scopes, RequestOptions options) {
        Slot slot = sessions.get(owner);
        if (slot == null) {
            return null;
        }
        slot.touch();
        return slot.find(scopes, options);
    }

    /**
     * Opens a session's place, before anything is looked up for it.
     *
     * @param owner whose it is
     * @param key where the store has it
     * @param nowMillis the instant
     * @return the place
     */
    public Slot open(Object owner, SessionKey key, long nowMillis) {
        Slot slot = sessions.get(owner);
        if (slot == null) {
            Slot mine = new Slot(owner, KeyDigest.of(key.storeKey()));
            Slot theirs = sessions.putIfAbsent(owner, mine);
            slot = theirs == null ? mine : theirs;
            byStoreKey.put(slot.storeKey, slot);
            if (slot.forgotten) {
                byStoreKey.remove(slot.storeKey, slot);
            }
            if (sessions.size() > capacity) {
                evict(nowMillis, slot);
            }
        }
        return slot;
    }

    /**
     * Marks a token that a resource refused, if it is still the one at hand.
     *
     * @param owner whose it is
     * @param asked what it was asked for
     * @param token the token that was refused
     */
    public void reject(Object owner, AskedFor asked, AccessToken token) {
        Slot slot = sessions.get(owner);
        if (slot != null) {
            slot.change(asked, held -> held.token().equals(token) ? held.rejected() : held);
        }
    }

    /**
     * Lets a token that is still valid, and could not be replaced, be for a while, so that a server or a store in trouble
     * is neither hammered nor waited for at every use.
     *
     * @param owner whose it is
     * @param asked what it was asked for
     * @param nowMillis the instant
     * @param rest for how long; the token's expiry ends it before
     */
    public void postpone(Object owner, AskedFor asked, long nowMillis, Duration rest) {
        Slot slot = sessions.get(owner);
        if (slot != null) {
            slot.change(asked, held -> held.quietFor(nowMillis, rest));
        }
    }

    /**
     * Forgets a session, because somebody signed in anew, or signed out. A flight that began before keeps nothing here.
     *
     * @param owner whose it is
     */
    public void forget(Object owner) {
        Slot slot = sessions.remove(owner);
        if (slot != null) {
            drop(slot);
        }
    }

    /**
     * Doubts what is at hand of a session, because somebody changed it in the store.
     *
     * @param key where the store has it
     */
    public void changed(StoreKey key) {
        Slot slot = byStoreKey.get(KeyDigest.of(key));
        if (slot != null) {
            slot.dead = null;
            slot.changed();
        }
    }

    /**
     * Tells how many sessions are held.
     *
     * @return the number
     */
    public int size() {
        return sessions.size();
    }

    // Those that have nothing valid go first, then those that nobody has asked for since the last time: the store is
    // the
    // truth, and a miss costs one look there.
    private void evict(long nowMillis, Slot newest) {
        int enough = capacity - capacity / 10;
        sessions.values().forEach(slot -> {
            if (slot != newest && slot.hasNothing(nowMillis)) {
                forget(slot.owner);
            }
        });
        for (int round = 0; round < 2 && sessions.size() > enough; round++) {
            Iterator<Slot> slots = sessions.values().iterator();
            while (sessions.size() > enough && slots.hasNext()) {
                Slot slot = slots.next();
                if (slot != newest && !slot.wasTouched()) {
                    forget(slot.owner);
                }
            }
        }
    }

    private void drop(Slot slot) {
        slot.forgotten = true;
        byStoreKey.remove(slot.storeKey, slot);
        slot.tokens = null;
    }

    /** The place of one session. Its tokens are few, so they are looked through one by one. */
    public static final class Slot {

        private static final int MAX_TOKENS = 100;
        // Not an object of its own: there is one for each session, and each look-up would have to read it.
        private static final AtomicReferenceFieldUpdater<Slot, @Nullable HeldToken> TOKENS =
                AtomicReferenceFieldUpdater.newUpdater(Slot.class, HeldToken.class, "tokens");

        private final Object owner;
        private final KeyDigest storeKey;
        private volatile @Nullable HeldToken tokens;
        private volatile boolean forgotten;
        private volatile boolean inFlight;
        private volatile boolean changedInFlight;
        private volatile @Nullable Dead dead;
        // Written only when it changes, so that readers do not fight over the cache line.
        private boolean touched;

        Slot(Object owner, KeyDigest storeKey) {
            this.owner = owner;
            this.storeKey = storeKey;
        }

        /**
         * Finds a token.
         *
         * @param asked what it was asked for
         * @return the token at hand, in whatever state, or null
         */
        public @Nullable HeldToken find(AskedFor asked) {
            return find(asked.scopes(), asked.options());
        }

        private @Nullable HeldToken find(Scopes scopes, RequestOptions options) {
            for (HeldToken held = tokens; held != null; held = held.next()) {
                if (held.asked().is(scopes, options)) {
                    return held;
                }
            }
            return null;
        }

        /**
         * Keeps a token in the place of the one before; and of those that have expired.
         *
         * @param token the token
         * @param nowMillis the instant
         */
        public void keep(HeldToken token, long nowMillis) {
            if (forgotten) {
                return;
            }
            dead = null;
            TOKENS.updateAndGet(this, before -> token.before(others(before, token.asked(), nowMillis, MAX_TOKENS - 1)));
            if (forgotten) {
                tokens = null;
            }
        }

        /**
         * Says that a flight of this session begins. It reads and writes the store itself, so that nobody who is given the
         * token at hand need wait because of a change that is its own, or that it will see.
         */
        public void begin() {
            inFlight = true;
        }

        /** Says that the flight has ended. What was changed meanwhile may have been somebody else's doing after all. */
        public void end() {
            inFlight = false;
            if (changedInFlight) {
                changedInFlight = false;
                changeAll(HeldToken::changed);
            }
        }

        private void changed() {
            // First the mark, then the look: whichever of this and end() comes second sees the other.
            changedInFlight = true;
            if (!inFlight) {
                changedInFlight = false;
                changeAll(HeldToken::changed);
            }
        }

        /**
         * Remembers that the server will not accept the session's grant any more.
         *
         * @param reason what it said
         * @param untilMillis until when nobody need ask again
         */
        public void bury(SignInRequiredException reason, long untilMillis) {
            dead = new Dead(reason, untilMillis);
        }

        private void change(AskedFor asked, UnaryOperator<HeldToken> change) {
            changeAll(held -> held.asked().equals(asked) ? change.apply(held) : held);
        }

        private void changeAll(UnaryOperator<HeldToken> change) {
            TOKENS.updateAndGet(this, before -> changed(before, change));
        }

        private static @Nullable HeldToken changed(@Nullable HeldToken first, UnaryOperator<HeldToken> change) {
            return first == null ? null : change.apply(first).before(changed(first.next(), change));
        }

        private static @Nullable HeldToken others(
                @Nullable HeldToken first, AskedFor asked, long nowMillis, int atMost) {
            if (first == null || atMost == 0) {
                return null;
            }
            boolean stays = !first.asked().equals(asked) && !first.isExpired(nowMillis);
            HeldToken rest = others(first.next(), asked, nowMillis, stays ? atMost - 1 : atMost);
            return stays ? first.before(rest) : rest;
        }

        int size() {
            int size = 0;
            for (HeldToken held = tokens; held != null; held = held.next()) {
                size++;
            }
            return size;
        }

        private boolean hasNothing(long nowMillis) {
            for (HeldToken held = tokens; held != null; held = held.next()) {
                if (!held.isExpired(nowMillis)) {
                    return false;
                }
            }
            return true;
        }

        private void touch() {
            if (!touched) {
                touched = true;
            }
        }

        private boolean wasTouched() {
            boolean was = touched;
            touched = false;
            return was;
        }
    }

    /**
     * Tells whether a session's grant was found dead a short while ago.
     *
     * @param owner whose it is
     * @param nowMillis the instant
     * @return what the server said, or null
     */
    public @Nullable SignInRequiredException dead(Object owner, long nowMillis) {
        Slot slot = sessions.get(owner);
        Dead dead = slot == null ? null : slot.dead;
        return dead != null && nowMillis < dead.untilMillis ? dead.reason : null;
    }

    /** A grant that the server will not accept any more. */
    private static final class Dead {

        private final SignInRequiredException reason;
        private final long untilMillis;

        Dead(SignInRequiredException reason, long untilMillis) {
            this.reason = reason;
            this.untilMillis = untilMillis;
        }
    }
}
