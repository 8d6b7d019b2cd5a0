package dev.latchkey.graph;

import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call of Graph that failed: Graph refused it, it did not get through, or the answer cannot be used.
 *
 * <p>Whatever came back, this can be made and asked: a body that is no JSON, or no error of Graph's, leaves the members empty
 * that would have come from it. Decide on {@link #status()} and the codes, never on the words. A token that could not be had is
 * no failure of Graph's, and is thrown as {@link dev.latchkey.auth.error.OAuthException} instead.
 *
 * <p>The message has Graph's own words, shortened; it has neither the body nor a query. Whoever asks Microsoft for support
 * needs {@link #requestId()}, {@link #clientRequestId()}, {@link #date()} and {@link #diagnostic()}.
 */
public final class GraphException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of failure it is. */
    public enum Kind {
        /** Graph answered with an error status. */
        REFUSED,
        /** No whole answer came: {@link GraphException#delivery()} tells whether the request may have arrived. */
        NETWORK,
        /** An answer came that is not what was asked for: a redirect, no JSON, too many bytes, a link to another host. */
        INVALID_RESPONSE
    }

    /** What kind of failure it is. */
    private final Kind kind;
    /** What the caller can do. */
    private final Remedy remedy;
    /** Whether the request can have reached Graph. */
    private final Delivery delivery;
    /** Whether doing it twice does no harm. */
    private final boolean safeToRetry;
    /** The host that was called. */
    private final String host;
    /** The HTTP status, or 0. */
    private final int status;
    /** The codes, outermost first. */
    private final String[] codes;
    /** Graph's words. */
    private final @Nullable String description;
    /** Graph's id of the request. */
    private final @Nullable String requestId;
    /** Our id of the request. */
    private final @Nullable String clientRequestId;
    /** When Graph answered. */
    private final @Nullable String date;
    /** Where Graph answered. */
    private final @Nullable String diagnostic;
    /** How long to wait. */
    private final @Nullable Duration retryAfter;
    /** The body as text. */
    private final String body;

    private final transient @Nullable TransportHeaders headers;

    GraphException(GraphFailure failure) {
        super(failure.message(), failure.cause);
        this.kind = failure.kind;
        this.remedy = failure.remedy();
        this.delivery = failure.delivery;
        this.safeToRetry = failure.safeToRetry();
        this.host = failure.host;
        this.status = failure.status;
        this.codes = failure.codes.toArray(new String[0]);
        this.description = failure.description;
        this.requestId = failure.requestId;
        this.clientRequestId = failure.clientRequestId;
        this.date = failure.date;
        this.diagnostic = failure.headers.first("x-ms-ags-diagnostic").orElse(null);
        this.retryAfter = RetryAfter.in(failure.headers).orElse(null);
        this.body = failure.body;
        this.headers = failure.headers;
    }

    /**
     * Tells what kind of failure it is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * Tells what the caller can do.
     *
     * @return the remedy, by status and by what went wrong on the way
     */
    public Remedy remedy() {
        return remedy;
    }

    /**
     * Tells whether the request may have reached Graph.
     *
     * @return {@link Delivery#UNKNOWN} unless it is certain that nothing was sent
     */
    public Delivery delivery() {
        return delivery;
    }

    /**
     * Tells whether the same request may be sent again without doing its work twice. Whether it would help is
     * {@link #remedy()}.
     *
     * @return true if the request only reads, was never sent, or was turned away by throttling
     */
    public boolean safeToRetry() {
        return safeToRetry;
    }

    /**
     * Tells who was called.
     *
     * @return the host
     */
    public String host() {
        return host;
    }

    /**
     * Tells the HTTP status.
     *
     * @return the status, or 0 if no answer came
     */
    public int status() {
        return status;
    }

    /**
     * Tells Graph's code, such as {@code Request_ResourceNotFound}.
     *
     * @return the outermost code; empty if there is none
     */
    public String code() {
        return codes.length == 0 ? "" : codes[0];
    }

    /**
     * Lists all codes, which grow more specific inwards. A caller looks for the last one that it knows.
     *
     * @return the codes of the error and of the inner errors, outermost first; empty ones are left out
     */
    public List<String> codes() {
        return Collections.unmodifiableList(Arrays.asList(codes));
    }

    /**
     * Tells whether Graph named a code, at any depth.
     *
     * @param code the code, in any case: {@code itemNotFound} has been seen as {@code ItemNotFound}
     * @return true if it is among {@link #codes()}
     */
    public boolean hasCode(String code) {
        return codes().stream().anyMatch(code::equalsIgnoreCase);
    }

    /**
     * Gives Graph's words, which are for people and never for a decision.
     *
     * @return the whole message, or nothing if there is none
     */
    public Optional<String> description() {
        return Optional.ofNullable(description);
    }

    /**
     * Gives Graph's identifier of the request.
     *
     * @return {@code request-id} of the headers or else of the error, or nothing
     */
    public Optional<String> requestId() {
        return Optional.ofNullable(requestId);
    }

    /**
     * Gives our identifier of the request, which is new for each one.
     *
     * @return {@code client-request-id}, or nothing if none was made yet
     */
    public Optional<String> clientRequestId() {
        return Optional.ofNullable(clientRequestId);
    }

    /**
     * Tells when Graph answered, as it wrote it: the dates within errors have no offset.
     *
     * @return {@code Date} of the headers or else {@code date} of the error, or nothing
     */
    public Optional<String> date() {
        return Optional.ofNullable(date);
    }

    /**
     * Tells which of Graph's machines answered.
     *
     * @return {@code x-ms-ags-diagnostic}, or nothing
     */
    public Optional<String> diagnostic() {
        return Optional.ofNullable(diagnostic);
    }

    /**
     * Tells how long Graph wants to be left alone.
     *
     * @return the duration that {@code Retry-After} asks for; nothing if it is absent, unreadable, zero or past, which all
     *     mean to back off by one's own measure
     */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Gives the body as it came.
     *
     * @return the first part of an error's body as text, whatever it was; empty if there was none or it was not kept
     */
    public String body() {
        return body;
    }

    /**
     * Gives the answer's headers.
     *
     * @return the headers; none if no answer came, or after this exception was serialized
     */
    public TransportHeaders headers() {
        return headers == null ? TransportHeaders.empty() : headers;
    }

    /**
     * Tells whether Graph asks for fewer requests.
     *
     * @return true for status 429
     */
    public boolean isThrottled() {
        return status == 429;
    }

    /**
     * Tells whether Graph does not accept the token.
     *
     * @return true for status 401
     */
    public boolean isUnauthorized() {
        return status == 401;
    }

    /**
     * Tells whether a permission is missing.
     *
     * @return true for status 403
     */
    public boolean isForbidden() {
        return status == 403;
    }

    /**
     * Tells whether the resource does not exist, or may not be seen.
     *
     * @return true for status 404
     */
    public boolean isNotFound() {
        return status == 404;
    }

    /**
     * Tells whether the resource exists already or is in another state.
     *
     * @return true for status 409
     */
    public boolean isConflict() {
        return status == 409;
    }

    /**
     * Tells whether a delta or a link is too old and everything must be read again.
     *
     * @return true for status 410
     */
    public boolean isGone() {
        return status == 410;
    }

    /**
     * Tells whether the resource has changed since its ETag was read.
     *
     * @return true for status 412
     */
    public boolean isPreconditionFailed() {
        return status == 412;
    }
}
