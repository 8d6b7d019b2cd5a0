package dev.latchkey.auth.atproto;

import dev.latchkey.auth.spi.TransportHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's refusal of a call: its status and headers, and the error's name and message if it said them. */
public final class XrpcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The HTTP status. */
    private final int status;

    /** The error's name. */
    private final @Nullable String error;

    /** The error's message. */
    private final @Nullable String detail;

    // Those of an exception that was serialized stay behind.
    private final transient @Nullable TransportHeaders headers;

    XrpcException(
            String host,
            Nsid method,
            int status,
            TransportHeaders headers,
            @Nullable String error,
            @Nullable String detail) {
        super(method + " at " + host + ": status " + status + (error == null ? "" : ", " + error)
                + (detail == null ? "" : ": " + detail));
        this.status = status;
        this.headers = headers;
        this.error = error;
        this.detail = detail;
    }

    /**
     * Tells the status.
     *
     * @return the HTTP status
     */
    public int status() {
        return status;
    }

    /**
     * Tells the headers.
     *
     * @return the headers of the answer; none if the exception was serialized
     */
    public TransportHeaders headers() {
        return Objects.requireNonNullElse(headers, TransportHeaders.empty());
    }

    /**
     * Tells the error's name.
     *
     * @return a name such as {@code RecordNotFound}, or nothing if the server said none
     */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /**
     * Tells what the server wrote for people.
     *
     * @return the text, in which nothing can begin a new line, or nothing if there was none
     */
    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }

    /**
     * Tells whether the token or its proof was not taken.
     *
     * @return whether the status is 401
     */
    public boolean isUnauthorized() {
        return status == 401;
    }

    /**
     * Tells whether there were too many calls; {@link #retryAfter()} says when to go on.
     *
     * @return whether the status is 429
     */
    public boolean isRateLimited() {
        return status == 429;
    }

    /**
     * Tells whether the same call may succeed later.
     *
     * @return whether the status is 408, 429, 502, 503 or 504
     */
    public boolean isTemporary() {
        return status == 408 || status == 429 || (status >= 502 && status <= 504);
    }

    /**
     * Tells how long to wait, by {@code Retry-After} or else by {@code RateLimit-Reset}, which is a point in time here. Points
     * in time are compared with the server's own {@code Date}.
     *
     * @return a duration that is not negative, or nothing if the server said nothing that can be read
     */
    public Optional<Duration> retryAfter() {
        Optional<Duration> wait = headers()
                .first("retry-after")
                .flatMap(text -> seconds(text).map(Duration::ofSeconds).or(() -> until(date(text))));
        return wait.or(() -> headers()
                .first("ratelimit-reset")
                .flatMap(XrpcException::seconds)
                .flatMap(reset -> until(Optional.of(Instant.ofEpochSecond(reset)))));
    }

    private Optional<Duration> until(Optional<Instant> then) {
        Optional<Instant> now = headers().first("date").flatMap(XrpcException::date);
        return now.flatMap(start -> then.map(end -> Duration.between(start, end)))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
    }

    private static Optional<Long> seconds(String text) {
        return text.matches("[0-9]{1,10}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
