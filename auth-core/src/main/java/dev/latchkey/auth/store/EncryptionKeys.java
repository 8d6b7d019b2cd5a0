package dev.latchkey.auth.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The keys of a store: the current one, which everything is written with, and others, which may still be read with.
 *
 * <p>To change the key of a running system, give the new key to every node as another one first, then make it the current
 * one on every node, and take the old one out when no record is under it any more. Immutable.
 */
public final class EncryptionKeys {

    private final List<EncryptionKey> keys;

    private EncryptionKeys(List<EncryptionKey> keys) {
        this.keys = keys;
        long ids = keys.stream().map(EncryptionKey::id).distinct().count();
        if (ids != keys.size()) {
            throw new IllegalArgumentException("Two keys have the same id: " + this);
        }
    }

    /**
     * Starts with the current key.
     *
     * @param current what everything is written with
     * @return the keys
     */
    public static EncryptionKeys of(EncryptionKey current) {
        Objects.requireNonNull(current, "current");
        return new EncryptionKeys(List.of(current));
    }

    /**
     * Adds a key that records may be under: an older one, or one that other nodes will write with soon.
     *
     * @param other a key to read with
     * @return the same keys, and this one
     * @throws IllegalArgumentException if a key has this id already
     */
    public EncryptionKeys alsoReading(EncryptionKey other) {
        List<EncryptionKey> more = new ArrayList<>(keys);
        more.add(other);
        return new EncryptionKeys(List.copyOf(more));
    }

    /**
     * Tells which key is written with.
     *
     * @return the current key
     */
    public EncryptionKey current() {
        return keys.get(0);
    }

    Optional<EncryptionKey> find(String id) {
        for (EncryptionKey key : keys) {
            if (key.id().equals(id)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    /**
     * Lists the keys without showing them.
     *
     * @return their ids, the current one first
     */
    @Override
    public String toString() {
        return keys.stream().map(EncryptionKey::id).collect(Collectors.joining(", ", "EncryptionKeys[", "]"));
    }
}
