package dev.latchkey.auth.session;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.token.AccessToken;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens at hand: a bounded map of sessions in front of the store, read without a lock and without an allocation.
 *
 * <p>A session is looked up by whose it is, as the caller names it, so that a hit hashes nothing but what is in the
 * caller's hand. What is evicted is found in the store again. Safe for use by any number of threads.
 */
public final class TokenMemory {

    private static final HeldToken[] NOTHING = {};

    private final int capacity;
    private final ConcurrentMap<Object, Slot> sessions = new ConcurrentHashMap<>();
    // The store tells of changes by its own keys.
    private final ConcurrentMap<StoreKey, Slot> byStoreKey = new ConcurrentHashMap<>();

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
        Slot slot = sessions.get(owner);
        if (slot == null) {
            return null;
        }
        slot.touch();
        return slot.find(asked);
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
            Slot mine = new Slot(owner, key);
            Slot theirs = sessions.putIfAbsent(owner, mine);
            slot = theirs == null ? mine : theirs;
            byStoreKey.put(slot.key.storeKey(), slot);
            if (slot.forgotten) {
                byStoreKey.remove(slot.key.storeKey(), slot);
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
        Slot slot = byStoreKey.get(key);
        if (slot != null) {
            slot.rests.updateAndGet(Rests::afterChange);
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
            // Each doubt makes another object, so that this one is there only if none has come in between.
            slot.changeAll(held -> isSame(held, doubtful) ? held.trusted(nowMillis, unwatched) : held);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Identity is what is meant.
    private static boolean isSame(HeldToken one, HeldToken other) {
        return one == other;
    }

    /**
     * Tells where the store has a session.
     *
     * @param owner whose it is
     * @return the session's key, or null if nothing has been looked up for it
     */
    public @Nullable SessionKey key(Object owner) {
        Slot slot = sessions.get(owner);
        return slot == null ? null : slot.key;
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
        byStoreKey.remove(slot.key.storeKey(), slot);
        slot.tokens.set(NOTHING);
    }

    /** The place of one session. Its tokens are few, so they are looked through one by one. */
    public static final class Slot {

        private static final int MAX_TOKENS = 100;

        private final Object owner;
        private final SessionKey key;
        private final AtomicReference<HeldToken[]> tokens = new AtomicReference<>(NOTHING);
        private final AtomicReference<InFlight> inFlight = new AtomicReference<>(InFlight.NONE);
        private volatile boolean forgotten;
        private final AtomicReference<Rests> rests = new AtomicReference<>(Rests.NONE);
        // Written only when it changes, so that readers do not fight over the cache line.
        private boolean touched;

        Slot(Object owner, SessionKey key) {
            this.owner = owner;
            this.key = key;
        }

        /**
         * Finds a token.
         *
         * @param asked what it was asked for
         * @return the token at hand, in whatever state, or null
         */
        public @Nullable HeldToken find(AskedFor asked) {
            for (HeldToken held : tokens.get()) {
                if (held.asked().equals(asked)) {
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
            rests.updateAndGet(before -> before.afterSuccess(token.asked()));
            HeldToken[] kept = tokens.updateAndGet(before -> {
                HeldToken[] after = new HeldToken[Math.min(before.length + 1, MAX_TOKENS)];
                int count = 0;
                after[count++] = inFlight.get().changed ? token.changed() : token;
                for (HeldToken each : before) {
                    if (each.isRejected() && each.isLike(token)) {
                        // Refused by a resource while it was looked up: it stays refused.
                        after[0] = each;
                    }
                    if (count < after.length && !each.asked().equals(token.asked()) && !each.isExpired(nowMillis)) {
                        after[count++] = each;
                    }
                }
                return count == after.length ? after : Arrays.copyOf(after, count);
            });
            if (forgotten) {
                tokens.set(NOTHING);
            }
            return !kept[0].isRejected();
        }

        /** Says that a flight of this session begins, which is about to look at the store. */
        public void begin() {
            inFlight.updateAndGet(InFlight::oneMore);
        }

        /** Says that the flight has ended. */
        public void end() {
            inFlight.updateAndGet(InFlight::oneLess);
        }

        private void changed() {
            // First the mark, then the doubt: what is kept in between is doubted by one or the other.
            inFlight.updateAndGet(InFlight::withChange);
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
            rests.updateAndGet(before -> before.with(Rest.demanded(null, reason, nowMillis, duration), nowMillis));
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
            rests.updateAndGet(before -> before.with(Rest.demanded(asked, reason, nowMillis, duration), nowMillis));
        }

        /**
         * Tells whether the server wants to be left alone.
         *
         * @param nowMillis the instant
         * @return what it said, with the time that is left of it; or null
         */
        public @Nullable OAuthException wish(long nowMillis) {
            return rests.get().wish(nowMillis);
        }

        private void change(AskedFor asked, UnaryOperator<HeldToken> change) {
            changeAll(held -> held.asked().equals(asked) ? change.apply(held) : held);
        }

        private void changeAll(UnaryOperator<HeldToken> change) {
            tokens.updateAndGet(before -> {
                HeldToken[] after = before.clone();
                for (int i = 0; i < after.length; i++) {
                    after[i] = change.apply(after[i]);
                }
                return after;
            });
        }

        int size() {
            return tokens.get().length;
        }

        private boolean hasNothing(long nowMillis) {
            for (HeldToken held : tokens.get()) {
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
            slot.rests.updateAndGet(before -> before.afterFailure(asked, reason, nowMillis));
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
        return slot == null ? null : slot.rests.get().at(asked, nowMillis, forced);
    }

    /** How many flights of a session are under way, and whether somebody else has changed it since they began. Immutable. */
    private static final class InFlight {

        private static final InFlight NONE = new InFlight(0, false);

        private final int flights;
        private final boolean changed;

        private InFlight(int flights, boolean changed) {
            this.flights = flights;
            this.changed = changed;
        }

        InFlight oneMore() {
            return new InFlight(flights + 1, changed);
        }

        InFlight oneLess() {
            return flights == 1 ? NONE : new InFlight(flights - 1, changed);
        }

        InFlight withChange() {
            return flights == 0 || changed ? this : new InFlight(flights, true);
        }
    }
}
