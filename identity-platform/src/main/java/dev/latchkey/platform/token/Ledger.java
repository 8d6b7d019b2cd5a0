package dev.latchkey.platform.token;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Notes by key, of which the oldest are forgotten beyond a bound. Safe for use by several threads.
 *
 * @param <V> what is noted
 */
public final class Ledger<V> {
    private static final int BOUND = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, V> notes = new LinkedHashMap<>();

    /** An empty ledger. */
    public Ledger() {}

    /**
     * Notes something, in place of what was noted under the key.
     *
     * @param key the key
     * @param value what to note
     */
    public void put(String key, V value) {
        lock.lock();
        try {
            notes.put(key, value);
            if (notes.size() > BOUND) {
                notes.remove(notes.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is noted under a key.
     *
     * @param key the key
     * @return the note
     */
    public Optional<V> find(String key) {
        lock.lock();
        try {
            return Optional.ofNullable(notes.get(key));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes a note; nobody sees it between look and change.
     *
     * @param key the key
     * @param change from old to new; not called if there is no note
     * @return the note before the change
     */
    public Optional<V> update(String key, UnaryOperator<V> change) {
        lock.lock();
        try {
            @Nullable V before = notes.get(key);
            if (before == null) {
                return Optional.empty();
            }
            notes.put(key, change.apply(before));
            return Optional.of(before);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a note out.
     *
     * @param key the key
     * @return what was noted
     */
    public Optional<V> remove(String key) {
        lock.lock();
        try {
            return Optional.ofNullable(notes.remove(key));
        } finally {
            lock.unlock();
        }
    }
}
