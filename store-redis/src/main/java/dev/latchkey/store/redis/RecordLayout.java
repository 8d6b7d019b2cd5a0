package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** A record as a Redis string: 22 characters of version, 21 digits of "usable until", and the content. */
final class RecordLayout {

    static final int VERSION = 22;
    private static final int SECONDS = 12;
    private static final int HEADER = VERSION + SECONDS + 9;

    private RecordLayout() {}

    /** An instant as 12 digits of seconds and 9 of nanoseconds, which compare as text; nothing is older than 1970. */
    static String digits(Instant instant) {
        Instant written = instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
        return String.format(Locale.ROOT, "%012d%09d", written.getEpochSecond(), written.getNano());
    }

    /** The first millisecond that is not before an instant: Redis forgets a record once that has passed, and not earlier. */
    static long milliseconds(Instant instant) {
        Instant written = instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
        return written.plusNanos(999_999).toEpochMilli();
    }

    /** When Redis is to forget a record, in milliseconds; nothing if never. */
    static String timeToLive(Instant usableUntil) {
        return usableUntil.equals(StoreRecord.FOREVER) ? "" : Long.toString(milliseconds(usableUntil));
    }

    /**
     * Reads a record.
     *
     * @throws IllegalArgumentException if something else wrote it
     */
    static StoreEntry decode(byte[] value) {
        if (value.length < HEADER) {
            throw new IllegalArgumentException("too short");
        }
        String header = new String(value, 0, HEADER, StandardCharsets.ISO_8859_1);
        Instant usableUntil = Instant.ofEpochSecond(
                Long.parseLong(header.substring(VERSION, VERSION + SECONDS)),
                Long.parseLong(header.substring(VERSION + SECONDS)));
        return StoreEntry.of(
                RecordVersion.of(header.substring(0, VERSION)),
                StoreRecord.of(Arrays.copyOfRange(value, HEADER, value.length), usableUntil));
    }
}
