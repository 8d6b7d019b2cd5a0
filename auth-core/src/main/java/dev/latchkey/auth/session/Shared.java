package dev.latchkey.auth.session;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * One of equal values, so that many sessions that asked for the same hold it once. What comes when it is full is given
 * back as it is. Safe for use by any number of threads.
 *
 * @param <T> an immutable value
 */
public final class Shared<T> {

    private static final int CAPACITY = 256;

    private final ConcurrentMap<T, T> values = new ConcurrentHashMap<>();

    /**
     * Finds the one that is shared.
     *
     * @param value a value
     * @return an equal one, or the value itself
     */
    public T of(T value) {
        T known = values.get(value);
        if (known != null) {
            return known;
        }
        if (values.size() >= CAPACITY) {
            return value;
        }
        T theirs = values.putIfAbsent(value, value);
        return theirs == null ? value : theirs;
    }
}
