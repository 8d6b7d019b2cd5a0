package dev.latchkey.auth.protocol;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads {@code Retry-After}, seconds or a date (RFC 9110 §10.2.3). */
final class RetryAfter {

    private RetryAfter() {}

    /** Gives nothing for a header that is missing, unreadable or in the past: then the caller backs off as it likes. */
    static Optional<Duration> parse(String header, Instant now) {
        String text = header.trim();
        if (text.matches("[0-9]{1,9}")) {
            Duration wait = Duration.ofSeconds(Long.parseLong(text));
            return wait.isZero() ? Optional.empty() : Optional.of(wait);
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return until.isAfter(now) ? Optional.of(Duration.between(now, until)) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
