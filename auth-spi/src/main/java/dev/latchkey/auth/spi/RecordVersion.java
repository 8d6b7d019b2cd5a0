package dev.latchkey.auth.spi;

import java.util.Objects;

/**
 * The version of a record, made by the store and opaque to everybody else.
 *
 * <p>A store never gives a version twice, neither for another key nor for the same one after its record was removed and
 * created anew: a writer that slept through a removal cannot write the removed record back. Immutable.
 */
public final class RecordVersion {

    /** Expected by a writer that wants to create a record: there must be none. */
    public static final RecordVersion ABSENT = new RecordVersion("");

    private final String value;

    private RecordVersion(String value) {
        this.value = value;
    }

    /**
     * Wraps what the store uses as a version.
     *
     * @param value the store's own text, not empty
     * @return the version
     */
    public static RecordVersion of(String value) {
        Objects.requireNonNull(value, "value");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("value must not be empty");
        }
        return new RecordVersion(value);
    }

    /**
     * Gives the store's own text back.
     *
     * @return the text; empty for {@link #ABSENT}
     */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordVersion && value.equals(((RecordVersion) other).value);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(value);
    }

    @Override
    public String toString() {
        return value.isEmpty() ? "RecordVersion[absent]" : "RecordVersion[" + value + "]";
    }
}
