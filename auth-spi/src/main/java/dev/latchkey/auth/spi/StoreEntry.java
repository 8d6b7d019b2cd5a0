package dev.latchkey.auth.spi;

import java.util.Objects;

/** A record as it was found, with the version that a writer must name to replace or remove it. Immutable. */
public final class StoreEntry {

    private final RecordVersion version;
    private final StoreRecord record;

    private StoreEntry(RecordVersion version, StoreRecord record) {
        this.version = Objects.requireNonNull(version, "version");
        this.record = Objects.requireNonNull(record, "record");
    }

    /**
     * Makes an entry.
     *
     * @param version the record's version
     * @param record the record
     * @return the entry
     */
    public static StoreEntry of(RecordVersion version, StoreRecord record) {
        return new StoreEntry(version, record);
    }

    /**
     * Tells the version.
     *
     * @return the version that the record had when it was found
     */
    public RecordVersion version() {
        return version;
    }

    /**
     * Gives the record.
     *
     * @return the record
     */
    public StoreRecord record() {
        return record;
    }

    @Override
    public String toString() {
        return "StoreEntry[" + version + ", " + record + "]";
    }
}
