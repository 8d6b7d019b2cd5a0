package dev.latchkey.auth.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Some of the keys of a partition, and where the next ones begin. Immutable. */
public final class KeyPage {

    private final List<StoreKey> keys;
    private final @Nullable String next;

    private KeyPage(List<StoreKey> keys, @Nullable String next) {
        this.keys = List.copyOf(keys);
        this.next = next;
    }

    /**
     * Makes a page with more to come.
     *
     * @param keys the keys, possibly none
     * @param next the cursor that gives the next page
     * @return the page
     */
    public static KeyPage of(List<StoreKey> keys, String next) {
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(next, "next");
        return new KeyPage(keys, next);
    }

    /**
     * Makes the last page.
     *
     * @param keys the keys, possibly none
     * @return the page
     */
    public static KeyPage last(List<StoreKey> keys) {
        Objects.requireNonNull(keys, "keys");
        return new KeyPage(keys, null);
    }

    /**
     * Gives the keys.
     *
     * @return the keys of this page; may be empty although more pages follow
     */
    public List<StoreKey> keys() {
        return keys;
    }

    /**
     * Tells where the next page begins.
     *
     * @return the cursor for {@link TokenStore#keys}, or nothing on the last page
     */
    public Optional<String> next() {
        return Optional.ofNullable(next);
    }

    @Override
    public String toString() {
        return "KeyPage[" + keys.size() + " keys" + (next == null ? "" : ", more") + "]";
    }
}
