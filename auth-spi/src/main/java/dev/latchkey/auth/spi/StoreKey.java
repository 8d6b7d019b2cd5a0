package dev.latchkey.auth.spi;

import java.util.Objects;

/**
 * Where a record lives: a partition and a name within it.
 *
 * <p>Both are one to 64 characters of {@code A-Z a-z 0-9 - _}, so that a store may use them as a file's name, a column or
 * part of a key as they are. They are hashes: nothing can be learned from them. Immutable.
 */
public final class StoreKey {

    private final String partition;
    private final String name;

    private StoreKey(String partition, String name) {
        this.partition = checked("partition", partition);
        this.name = checked("name", name);
    }

    /**
     * Makes a key.
     *
     * @param partition what {@link TokenStore#keys} lists by
     * @param name the record within the partition
     * @return the key
     * @throws IllegalArgumentException if either is empty, too long, or has another character
     */
    public static StoreKey of(String partition, String name) {
        Objects.requireNonNull(partition, "partition");
        Objects.requireNonNull(name, "name");
        return new StoreKey(partition, name);
    }

    /**
     * Tells the partition.
     *
     * @return one to 64 characters of {@code A-Z a-z 0-9 - _}
     */
    public String partition() {
        return partition;
    }

    /**
     * Tells the name within the partition.
     *
     * @return one to 64 characters of {@code A-Z a-z 0-9 - _}
     */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoreKey
                && partition.equals(((StoreKey) other).partition)
                && name.equals(((StoreKey) other).name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(partition, name);
    }

    @Override
    public String toString() {
        return partition + "/" + name;
    }

    static String checked(String field, String value) {
        if (value.isEmpty() || value.length() > 64) {
            throw new IllegalArgumentException(field + " must have 1 to 64 characters");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean allowed =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!allowed) {
                throw new IllegalArgumentException(field + " may have only the characters A-Z a-z 0-9 - _");
            }
        }
        return value;
    }
}
