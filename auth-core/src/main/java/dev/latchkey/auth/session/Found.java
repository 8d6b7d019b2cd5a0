package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.store.UnreadableRecordException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session's record and the version that it is made from. Immutable. */
public final class Found {

    /** What is found where there is nothing. */
    public static final Found NOTHING = of(Present.NOTHING, List.of(), 0);

    // Null if nobody could tell what the store has: what is made from it replaces whatever is there.
    final @Nullable RecordVersion version;
    final @Nullable SessionRecord record;
    final @Nullable UnreadableRecordException unreadable;
    // Its place among the sign-ins of this process.
    final long order;
    private final boolean saved;
    private final boolean vacant;

    private Found(
            @Nullable RecordVersion version,
            @Nullable SessionRecord record,
            @Nullable UnreadableRecordException unreadable,
            long order,
            boolean saved,
            boolean vacant) {
        this.version = version;
        this.record = record;
        this.unreadable = unreadable;
        this.order = order;
        this.saved = saved;
        this.vacant = vacant;
    }

    static Found of(Present present, List<Lease> unused, long order) {
        SessionRecord record = present.record;
        Lease lease = record == null ? null : record.lease().orElse(null);
        if (record != null && lease != null && unused.contains(lease)) {
            // Nothing was sent under it; those before it count.
            record = record.withLease(lease.undone());
        }
        return new Found(present.version, record, present.unreadable, order, true, present.isVacant());
    }

    static Found saved(RecordVersion version, SessionRecord record, long order) {
        return new Found(version, record, null, order, true, false);
    }

    static Found held(@Nullable RecordVersion base, SessionRecord record, long order) {
        return new Found(base, record, null, order, false, false);
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
     * Tells whether there is no session, not even one that cannot be read.
     *
     * @return true if there is none
     */
    public boolean isNothing() {
        return vacant;
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
        return Objects.equals(version, other.version);
    }

    /**
     * Puts a first record in the place of none.
     *
     * @param first the record
     * @return what would have been found if it had been there
     */
    public Found orElse(SessionRecord first) {
        return record == null ? new Found(version, first, null, order, saved, false) : this;
    }

    @Override
    public String toString() {
        return "Found[" + version + ", " + record + (saved ? "" : ", unsaved") + "]";
    }
}
