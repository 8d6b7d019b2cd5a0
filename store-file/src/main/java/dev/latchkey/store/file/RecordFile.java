package dev.latchkey.store.file;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;

/**
 * The bytes of a record's file: a header that describes itself, the record's content, and a checksum.
 *
 * <p>In this order, big-endian: the eight letters {@code LatchKey}, the format's number (4 bytes), the record's version
 * (16), the seconds (8) and nanoseconds (4) of its last usable instant, the length of the content (4), the content, and
 * the SHA-256 of all of this and of the key (32). Every later format begins with the same letters and ends with such a
 * checksum, so that a file of a newer library is never taken for a damaged one.
 */
final class RecordFile {

    private static final byte[] MAGIC = "LatchKey".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;
    private static final int HEADER = MAGIC.length + 36;
    private static final int CHECKSUM = 32;

    private RecordFile() {}

    /** A version that was never given before: 122 random bits need neither a counter nor a trace of removed records. */
    static RecordVersion newVersion() {
        return RecordVersion.of(UUID.randomUUID().toString());
    }

    @SuppressWarnings("JavaInstantGetSecondsGetNano") // both parts are written, from the same instant
    static byte[] encode(StoreKey key, RecordVersion version, StoreRecord record) {
        UUID bits = UUID.fromString(version.value());
        byte[] content = record.content();
        ByteBuffer file = ByteBuffer.allocate(HEADER + content.length + CHECKSUM);
        file.put(MAGIC)
                .putInt(FORMAT)
                .putLong(bits.getMostSignificantBits())
                .putLong(bits.getLeastSignificantBits())
                .putLong(record.usableUntil().getEpochSecond())
                .putInt(record.usableUntil().getNano())
                .putInt(content.length)
                .put(content)
                .put(checksum(key, file.array(), HEADER + content.length));
        return file.array();
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws Damaged if the bytes are not a whole record of this key
     * @throws TokenStoreException if they are whole, but of a newer format
     */
    static StoreEntry decode(StoreKey key, byte[] bytes) throws Damaged, TokenStoreException {
        int checked = bytes.length - CHECKSUM;
        if (checked < MAGIC.length + Integer.BYTES
                || !Arrays.equals(MAGIC, 0, MAGIC.length, bytes, 0, MAGIC.length)
                || !Arrays.equals(checksum(key, bytes, checked), Arrays.copyOfRange(bytes, checked, bytes.length))) {
            throw new Damaged();
        }
        ByteBuffer file = ByteBuffer.wrap(bytes, MAGIC.length, checked - MAGIC.length);
        int format = file.getInt();
        if (format != FORMAT) {
            throw new TokenStoreException(
                    "The record " + key + " was written in format " + format + ", this library knows format " + FORMAT
                            + " only: use the newer library in every process that shares the directory",
                    null);
        }
        if (checked < HEADER) {
            throw new Damaged();
        }
        RecordVersion version = RecordVersion.of(new UUID(file.getLong(), file.getLong()).toString());
        Instant usableUntil = instant(file.getLong(), file.getInt());
        if (file.getInt() != file.remaining()) {
            throw new Damaged();
        }
        byte[] content = new byte[file.remaining()];
        file.get(content);
        return StoreEntry.of(version, StoreRecord.of(content, usableUntil));
    }

    private static Instant instant(long seconds, int nanos) throws Damaged {
        try {
            return Instant.ofEpochSecond(seconds, nanos);
        } catch (DateTimeException e) {
            throw new Damaged();
        }
    }

    private static byte[] checksum(StoreKey key, byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return digest.digest(key.toString().getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** A file that is torn, truncated or changed, or that belongs to another key. */
    static final class Damaged extends IOException {

        private static final long serialVersionUID = 1L;

        Damaged() {
            super("not a whole record");
        }
    }
}
