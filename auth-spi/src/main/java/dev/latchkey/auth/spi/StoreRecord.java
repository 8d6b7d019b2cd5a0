package dev.latchkey.auth.spi;

import java.time.Instant;
import java.util.Objects;

/**
 * What a store keeps under a key: opaque bytes, and the instant after which nothing in them is of use.
 *
 * <p>A store may forget a record once that instant has passed, and must keep it until then; it may round
 * the instant to milliseconds. Immutable: the bytes are copied on the way in and out.
 */
public final class StoreRecord {

    /** The {@link #usableUntil()} of a record that must be kept until it is removed. */
    public static final Instant FOREVER = Instant.parse("9999-12-31T23:59:59Z");

    // Transient for reflective JSON writers, which leave such fields out: a record holds tokens.
    private final transient byte[] content;
    private final Instant usableUntil;

    private StoreRecord(byte[] content, Instant usableUntil) {
        this.content = content.clone();
        Objects.requireNonNull(usableUntil, "usableUntil");
        this.usableUntil = usableUntil.isAfter(FOREVER) ? FOREVER : usableUntil;
    }

    /**
     * Makes a record.
     *
     * @param content the bytes, copied
     * @param usableUntil the instant after which the store may forget the record; at most {@link #FOREVER}, to which a
     *     later one is shortened
     * @return the record
     */
    public static StoreRecord of(byte[] content, Instant usableUntil) {
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(usableUntil, "usableUntil");
        return new StoreRecord(content, usableUntil);
    }

    /**
     * Gives the bytes.
     *
     * @return a copy of the bytes
     */
    public byte[] content() {
        return content.clone();
    }

    /**
     * Tells how long the record must be kept.
     *
     * @return the instant after which the store may forget it
     */
    public Instant usableUntil() {
        return usableUntil;
    }

    /**
     * Describes the record without its content.
     *
     * @return its size and the instant
     */
    @Override
    public String toString() {
        return "StoreRecord[" + content.length + " bytes, usable until " + usableUntil + "]";
    }
}
