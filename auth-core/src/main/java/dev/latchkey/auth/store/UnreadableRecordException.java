package dev.latchkey.auth.store;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record that is there and cannot be opened.
 *
 * <p>It is never taken for absent, because a lost key must not look like users who have all signed out. Trying again helps
 * once the key is there. Whoever gives a record up removes it from the store below under its {@link #version()}.
 */
public final class UnreadableRecordException extends TokenStoreException {

    private static final long serialVersionUID = 1L;

    /** Why the record cannot be opened. */
    public enum Reason {
        /** The record names a key that is not among the keys. */
        UNKNOWN_KEY,

        /** The key under this id is another than the record's, or the record was changed or moved. */
        DOES_NOT_OPEN,

        /** The record is not encrypted, and reading such records was not asked for. */
        NOT_ENCRYPTED,

        /** The record is in a format of a later release, or was cut off. */
        UNKNOWN_FORMAT
    }

    /** Why the record cannot be opened. */
    private final Reason reason;

    private final transient RecordVersion version;

    /** The key that it was encrypted with, if it says so. */
    private final @Nullable String keyId;

    UnreadableRecordException(
            Reason reason,
            StoreKey key,
            RecordVersion version,
            @Nullable String keyId,
            String why,
            @Nullable Throwable cause) {
        super("Record " + key + " cannot be opened: " + why, cause);
        this.reason = reason;
        this.version = version;
        this.keyId = keyId;
    }

    /**
     * Tells why.
     *
     * @return what kind of obstacle it is
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Tells which key the record names.
     *
     * @return the key's id, or nothing if the record names none
     */
    public Optional<String> keyId() {
        return Optional.ofNullable(keyId);
    }

    /**
     * Tells the version under which the record can be removed.
     *
     * @return the record's version in the store
     */
    public RecordVersion version() {
        return version;
    }
}
