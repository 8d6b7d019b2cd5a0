package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.UnreadableRecordException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The calls of the token store, one by one. Safe for use by any number of threads. */
final class StoreAccess {

    // How long the place of a session is kept whose writer was killed. Longer than clocks differ.
    private static final Duration PLACE = Duration.ofDays(1);

    private final TokenStore store;
    private final Clock clock;
    private final LongSupplier ticker;
    private final List<OwnChanges> feeds = new CopyOnWriteArrayList<>();

    StoreAccess(TokenStore store, Clock clock, LongSupplier ticker) {
        this.store = store;
        this.clock = clock;
        this.ticker = ticker;
    }

    Present read(StoreKey key) throws TokenStoreException {
        try {
            StoreEntry entry = store.find(key).orElse(null);
            return entry == null ? Present.NOTHING : Present.of(entry);
        } catch (UnreadableRecordException e) {
            return Present.unreadable(e);
        } catch (RuntimeException e) {
            throw unexpected(e);
        }
    }

    /** Gives null if another version was there. */
    @Nullable
    RecordVersion write(StoreKey key, RecordVersion expected, StoreRecord record) throws TokenStoreException {
        feeds.forEach(feed -> feed.begin(key));
        RecordVersion version = null;
        try {
            version = store.replace(key, expected, record).orElse(null);
            return version;
        } catch (RuntimeException e) {
            throw unexpected(e);
        } finally {
            boolean done = version != null;
            feeds.forEach(feed -> feed.end(key, done));
        }
    }

    /**
     * Takes the place of a session that shall come into being, so that whoever does not learn whether the session was written
     * can tell: if the place is as it was then it was not, and if nothing is there then it was, and somebody has removed it.
     * Without a place nothing would be there in either case, and a session that has ended could be written back.
     *
     * @return the version to write over, or null if somebody else was faster
     */
    @Nullable
    RecordVersion place(StoreKey key, RecordVersion over, SessionRecord session) throws TokenStoreException {
        // Nobody signs a grant out, and it can be made anew at any time.
        return over.equals(RecordVersion.ABSENT) && session.account().isPresent()
                ? write(key, over, SessionCodec.place(clock.instant().plus(PLACE)))
                : over;
    }

    boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        feeds.forEach(feed -> feed.begin(key));
        boolean removed = false;
        try {
            removed = store.remove(key, expected);
            return removed;
        } catch (RuntimeException e) {
            throw unexpected(e);
        } finally {
            boolean done = removed;
            feeds.forEach(feed -> feed.end(key, done));
        }
    }

    Optional<TokenStore.Subscription> changes(Consumer<StoreKey> listener) {
        OwnChanges feed = new OwnChanges(listener, ticker);
        // First, so that nothing is written of which the store tells, and this does not know.
        feeds.add(feed);
        Optional<TokenStore.Subscription> subscription = Optional.empty();
        try {
            subscription = store.changes(feed::told);
        } finally {
            if (subscription.isEmpty()) {
                feeds.remove(feed);
            }
        }
        return subscription.map(ended -> () -> {
            feeds.remove(feed);
            ended.close();
        });
    }

    // A driver that throws what the port does not know must cost nobody a token either.
    private static TokenStoreException unexpected(RuntimeException e) {
        return new TokenStoreException("The store threw " + e.getClass().getName(), e);
    }
}
