package dev.latchkey.auth.session;

import dev.latchkey.auth.error.OAuthException;
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
            slot.updateRests(Rests::afterChange);
            slot.changed();
        }
    }

    /**
     * Trusts a token again, if nothing has been told of the session since it was looked at.
     *
     * @param owner whose it is
     * @param doubtful the token as it was before the store was looked at
     * @param nowMillis the instant
     * @param unwatched for how long nobody looks again
     */
    public void trust(Object owner, HeldToken doubtful, long nowMillis, Duration unwatched) {
        Slot slot = sessions.get(owner);
        if (slot != null) {
            slot.changeAll(held -> held.hasDoubtOf(doubtful) ? held.trusted(nowMillis, unwatched) : held);
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

    // Those that have nothing valid go first, then those that nobody has asked for since the last time: the store has
    // them, and a miss costs one look there.
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

        // Not objects of their own: there is one of each for every session, and every look-up would have to read them.
        private static final AtomicReferenceFieldUpdater<Slot, @Nullable HeldToken> TOKENS =
                AtomicReferenceFieldUpdater.newUpdater(Slot.class, HeldToken.class, "tokens");
        private static final AtomicReferenceFieldUpdater<Slot, InFlight> IN_FLIGHT =
                AtomicReferenceFieldUpdater.newUpdater(Slot.class, InFlight.class, "inFlight");
        private static final AtomicReferenceFieldUpdater<Slot, Rests> RESTS =
                AtomicReferenceFieldUpdater.newUpdater(Slot.class, Rests.class, "rests");

        private final Object owner;
        private final KeyDigest storeKey;
        private volatile @Nullable HeldToken tokens;
        private volatile InFlight inFlight = InFlight.NONE;
        private volatile Rests rests = Rests.NONE;
        private volatile boolean forgotten;
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
         * Keeps a token in the place of the one before; and of those that have expired. If somebody else has changed the
         * session since the flight began, which may have read the store before that, the token is doubtful.
         *
         * @param token the token
         * @param nowMillis the instant
         * @return false if a resource refused the token while it was looked up, so that it must not be handed out
         */
        public boolean keep(HeldToken token, long nowMillis) {
            if (forgotten) {
                return true;
            }
            updateRests(before -> before.afterSuccess(token.asked()));
            HeldToken kept = TOKENS.updateAndGet(
                    this,
                    before -> newest(before, token)
                            .before(HeldToken.others(before, token.asked(), nowMillis, MAX_TOKENS - 1)));
            if (forgotten) {
                tokens = null;
            }
            return kept == null || !kept.isRejected();
        }

        private HeldToken newest(@Nullable HeldToken before, HeldToken token) {
            for (HeldToken held = before; held != null; held = held.next()) {
                if (held.isRejected() && held.isLike(token)) {
                    // Refused by a resource while it was looked up: it stays refused.
                    return held;
                }
            }
            return inFlight.isChanged() ? token.changed() : token;
        }

        /** Says that a flight of this session begins, which is about to look at the store. */
        public void begin() {
            IN_FLIGHT.updateAndGet(this, InFlight::oneMore);
        }

        /** Says that the flight has ended. */
        public void end() {
            IN_FLIGHT.updateAndGet(this, InFlight::oneLess);
        }

        private void changed() {
            // First the mark, then the doubt: what is kept in between is doubted by one or the other.
            IN_FLIGHT.updateAndGet(this, InFlight::withChange);
            changeAll(HeldToken::changed);
        }

        /**
         * Remembers that the server will not accept the session's grant any more, whatever is asked for.
         *
         * @param reason what it said
         * @param nowMillis the instant
         * @param duration for how long nobody need ask again
         */
        public void bury(SignInRequiredException reason, long nowMillis, Duration duration) {
            updateRests(before -> before.with(Rest.demanded(null, reason, nowMillis, duration), nowMillis));
        }

        /**
         * Remembers that the server does not grant what is asked for.
         *
         * @param asked what is asked for
         * @param reason what it said
         * @param nowMillis the instant
         * @param duration for how long nobody need ask for it again
         */
        public void bury(AskedFor asked, SignInRequiredException reason, long nowMillis, Duration duration) {
            updateRests(before -> before.with(Rest.demanded(asked, reason, nowMillis, duration), nowMillis));
        }

        /**
         * Tells whether the server wants to be left alone.
         *
         * @param nowMillis the instant
         * @return what it said, with the time that is left of it; or null
         */
        public @Nullable OAuthException wish(long nowMillis) {
            return rests.wish(nowMillis);
        }

        private void updateRests(UnaryOperator<Rests> change) {
            RESTS.updateAndGet(this, change);
        }

        private void change(AskedFor asked, UnaryOperator<HeldToken> change) {
            changeAll(held -> held.asked().equals(asked) ? change.apply(held) : held);
        }

        private void changeAll(UnaryOperator<HeldToken> change) {
            TOKENS.updateAndGet(this, before -> HeldToken.each(before, change));
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
     * Remembers a failure of the server for those who have no valid token, so that it is not asked anew by each of them: the
     * second in a row for a second, and further ones for longer. If the server said how long it wants to be left alone, no
     * flight of the session asks it before.
     *
     * @param owner whose token was asked for
     * @param asked what it was asked for
     * @param reason the failure
     * @param nowMillis the instant
     */
    public void rest(Object owner, AskedFor asked, OAuthException reason, long nowMillis) {
        Slot slot = sessions.get(owner);
        if (slot != null) {
            slot.updateRests(before -> before.afterFailure(asked, reason, nowMillis));
        }
    }

    /**
     * Tells whether nobody need ask now, since the server failed a short while ago, or would say once more that the grant is
     * dead.
     *
     * @param owner whose token is asked for
     * @param asked what it is asked for
     * @param nowMillis the instant
     * @param forced whether somebody insists: then only a dead grant counts
     * @return the failure, or null
     */
    public @Nullable OAuthException resting(Object owner, AskedFor asked, long nowMillis, boolean forced) {
        Slot slot = sessions.get(owner);
        return slot == null ? null : slot.rests.at(asked, nowMillis, forced);
    }
}
