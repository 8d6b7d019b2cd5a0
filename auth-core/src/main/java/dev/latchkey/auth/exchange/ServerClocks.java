package dev.latchkey.auth.exchange;

import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.TransportHeaders;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How far the clocks of servers are ahead of ours, as they told when they refused what we had signed: kept by origin, so that what one
 * says changes nothing at another. In memory, bounded, what was learnt first goes first. Safe for use by any number of threads, which
 * read without a lock.
 */
public final class ServerClocks {

    /** Of more than this a server's word is not taken. A clock that was set to another time zone's hour is within it. */
    public static final Duration MAX_OFFSET = Duration.ofHours(12);

    // The header has whole seconds, and an answer takes its time: servers leave more room than this.
    private static final Duration SAME = Duration.ofSeconds(5);
    private static final int CAPACITY = 100;
    private static final String HEADER = "date";

    private final AtomicReference<Map<String, Duration>> offsets = new AtomicReference<>(Map.of());

    /** Starts without any. */
    public ServerClocks() {}

    /**
     * Reads what time it was at a server.
     *
     * @param headers the headers of its answer
     * @return the time, or nothing if the header is missing, there twice, or no HTTP date (RFC 9110 §5.6.7), or if the answer comes from a
     *     cache, which keeps the date of old (RFC 9111 §5.1)
     */
    public static Optional<Instant> date(TransportHeaders headers) {
        List<String> values = headers.all(HEADER);
        if (values.size() != 1 || !headers.all("age").isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ZonedDateTime.parse(values.get(0).trim(), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /**
     * Tells how far a server's clock is ahead.
     *
     * @param uri where something signed goes
     * @return what is to be added to our time; negative if the server is behind, zero if nothing was learnt
     */
    public Duration offset(URI uri) {
        Map<String, Duration> now = offsets.get();
        return now.isEmpty() ? Duration.ZERO : now.getOrDefault(Origin.of(uri), Duration.ZERO);
    }

    /**
     * Compares a server's clock with what was taken for its time.
     *
     * @param used how far ahead of ours it was taken to be
     * @param theirs what time it was at the server
     * @param ours what time it is here
     * @return how far ahead it says to be, if that is another time, and one that is believed
     */
    public static Optional<Duration> otherThan(Duration used, Instant theirs, Instant ours) {
        return Optional.of(Duration.between(ours, theirs))
                .filter(ahead -> ahead.abs().compareTo(MAX_OFFSET) <= 0 && !isShort(ahead.minus(used)));
    }

    /**
     * Hears what time it was at a server that refused what we had signed.
     *
     * @param uri where it went
     * @param signed the time that it said
     * @param theirs what time it was at the server
     * @param ours what time it is here
     * @return true if the time was wrong and another one will be said next, so that a new attempt makes sense. If the time was right,
     *     something else was wrong, and what was learnt of this server is forgotten
     */
    public boolean hear(URI uri, Instant signed, Instant theirs, Instant ours) {
        Duration ahead = Duration.between(ours, theirs);
        if (ahead.abs().compareTo(MAX_OFFSET) > 0) {
            return false;
        }
        String origin = Origin.of(uri);
        boolean wrong = !isShort(Duration.between(signed, theirs));
        Duration next = !wrong || isShort(ahead) ? Duration.ZERO : ahead;
        Map<String, Duration> before = offsets.getAndUpdate(known -> with(known, origin, next));
        // What was only signed a while ago, or waited for its answer, was refused for something else: the clocks agree,
        // and what the
        // server may have used up is not sent again.
        return wrong && (!next.isZero() || before.containsKey(origin));
    }

    private static boolean isShort(Duration duration) {
        return duration.abs().compareTo(SAME) <= 0;
    }

    private static Map<String, Duration> with(Map<String, Duration> before, String origin, Duration ahead) {
        if (ahead.isZero() && !before.containsKey(origin)) {
            return before;
        }
        Map<String, Duration> after = new LinkedHashMap<>(before);
        after.remove(origin);
        if (!ahead.isZero()) {
            if (after.size() == CAPACITY) {
                after.remove(after.keySet().iterator().next());
            }
            after.put(origin, ahead);
        }
        return after;
    }
}
