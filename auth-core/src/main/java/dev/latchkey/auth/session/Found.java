package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's record and the version that it is made from. Immutable. */
public final class Found {

    /** What is found where there is nothing. */
    public static final Found NOTHING = new Found(RecordVersion.ABSENT, null, true);

    final RecordVersion version;
    final @Nullable SessionRecord record;
    private final boolean saved;

    Found(RecordVersion version, @Nullable SessionRecord record, boolean saved) {
        this.version = version;
        this.record = record;
        this.saved = saved;
    }

    /**
     * Gives the record.
     *
     * @return the record, or nothing if there is none, or none that can be read
     */
    public Optional<SessionRecord> record() {
        return Optional.ofNullable(record);
    }

    /**
     * Tells whether the store has the record, or only this process.
     *
     * @return false for a record that the store would not take
     */
    public boolean isSaved() {
        return saved;
    }

    /**
     * Tells whether the store still has what was found.
     *
     * @param other what was found at another time
     * @return true if both are of one version
     */
    public boolean sameVersionAs(Found other) {
        return version.equals(other.version);
    }

    /**
     * Puts a first record in the place of none.
     *
     * @param first the record
     * @return what would have been found if it had been there
     */
    public Found orElse(SessionRecord first) {
        return record == null ? new Found(version, first, saved) : this;
    }

    @Override
    public String toString() {
        return "Found[" + version + ", " + record + (saved ? "" : ", unsaved") + "]";
    }
}
