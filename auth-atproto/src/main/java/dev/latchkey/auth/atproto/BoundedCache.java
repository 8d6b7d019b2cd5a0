package dev.latchkey.auth.atproto;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Remembers values for a while, and no more than so many: the one that was not asked for the longest goes first, and when another comes
 * those before it whose while is over. Safe for use by any number
 * of threads; nothing is fetched under its lock.
 */
final class BoundedCache<K, V> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final Clock clock;
    private final Duration lifetime;
    private final int capacity;

    BoundedCache(Clock clock, Duration lifetime, int capacity) {
        this.clock = clock;
        this.lifetime = lifetime;
        this.capacity = capacity;
    }

    @Nullable
    V get(K key) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Entry<V> entry = entries.get(key);
            return entry != null && entry.isAlive(now) ? entry.value : null;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a value that was asked for at a certain time, which is when its life began. */
    void put(K key, V value, Instant since) {
        putUnless(former -> false, key, value, since);
    }

    /** Does so unless what is remembered by now is better. */
    void putUnless(Predicate<V> better, K key, V value, Instant since) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Entry<V> former = entries.get(key);
            if (former != null && former.isAlive(now) && better.test(former.value)) {
                return;
            }
            entries.remove(key);
            entries.put(key, new Entry<>(value, since, since.plus(lifetime)));
            Iterator<Entry<V>> oldest = entries.values().iterator();
            int surplus = entries.size() - capacity;
            while (oldest.hasNext()) {
                Entry<V> entry = oldest.next();
                if (surplus <= 0 && since.isBefore(entry.until)) {
                    break;
                }
                oldest.remove();
                surplus--;
            }
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    void remove(K key) {
        lock.lock();
        try {
            entries.remove(key);
        } finally {
            lock.unlock();
        }
    }

    void removeUnless(Predicate<V> better, K key) {
        Instant now = clock.instant();
        lock.lock();
        try {
            Entry<V> former = entries.get(key);
            if (former != null && !(former.isAlive(now) && better.test(former.value))) {
                entries.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what is wrong by now. Looks at all of it. */
    void removeIf(Predicate<V> wrong) {
        lock.lock();
        try {
            entries.values().removeIf(entry -> wrong.test(entry.value));
        } finally {
            lock.unlock();
        }
    }

    private static final class Entry<V> {

        private final V value;
        private final Instant since;
        private final Instant until;

        Entry(V value, Instant since, Instant until) {
            this.value = value;
            this.since = since;
            this.until = until;
        }

        /** A clock that was set back must not make an entry live longer. */
        boolean isAlive(Instant now) {
            return now.isBefore(until) && !now.isBefore(since);
        }
    }
}
