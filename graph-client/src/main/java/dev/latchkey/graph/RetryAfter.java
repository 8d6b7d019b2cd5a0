package dev.latchkey.graph;

import dev.latchkey.auth.spi.TransportHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads {@code Retry-After} (RFC 9110 §10.2.3). What is not a time ahead counts as not said. */
final class RetryAfter {

    private RetryAfter() {}

    static Optional<Duration> in(TransportHeaders headers) {
        String value = headers.first("Retry-After").orElse("").trim();
        Optional<Duration> wait = value.matches("[0-9]{1,9}(?:\\.[0-9]{1,9})?")
                ? Optional.of(Duration.ofSeconds(seconds(value)))
                : untilDate(headers, value);
        return wait.filter(ahead -> !ahead.isZero() && !ahead.isNegative());
    }

    // A fraction, which the RFC does not know, is rounded up: waiting too little costs quota.
    private static long seconds(String value) {
        int point = value.indexOf('.');
        return point < 0 ? Long.parseLong(value) : Long.parseLong(value.substring(0, point)) + 1;
    }

    // Both dates are the server's, so its clock need not agree with ours.
    private static Optional<Duration> untilDate(TransportHeaders headers, String value) {
        Optional<Instant> then = instant(value);
        Optional<Instant> now = headers.first("Date").flatMap(RetryAfter::instant);
        return then.flatMap(end -> now.map(start -> Duration.between(start, end)));
    }

    private static Optional<Instant> instant(String value) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value.trim(), Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
