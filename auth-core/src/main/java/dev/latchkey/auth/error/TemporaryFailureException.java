package dev.latchkey.auth.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nothing is wrong with the request: the network, the server or the store failed for now.
 *
 * <p>{@link #safeToRetry()} tells whether the same request may be sent again without harm. A request that redeems
 * something which can be used only once, a code or a rotating refresh token, is not safe once it may have arrived.
 */
public final class TemporaryFailureException extends OAuthException {

    private static final long serialVersionUID = 1L;

    /** Whether the request can be sent again without doing its work twice. */
    private final boolean safeToRetry;

    /**
     * Describes the failure.
     *
     * @param message what happened, at which host, and what to do; without secrets
     * @param safeToRetry whether it is certain that the request was not acted upon
     * @param error what the server said, or null
     * @param cause the underlying failure, or null
     */
    public TemporaryFailureException(
            String message, boolean safeToRetry, @Nullable ServerError error, @Nullable Throwable cause) {
        super(Remedy.RETRY, message, error, cause);
        this.safeToRetry = safeToRetry;
    }

    /**
     * Tells whether the same request may be sent again without harm.
     *
     * @return true if it is certain that the server did not act upon the request
     */
    public boolean safeToRetry() {
        return safeToRetry;
    }

    /**
     * Tells how long the server wants to be left alone.
     *
     * @return the duration, or nothing if the server did not say
     */
    public Optional<Duration> retryAfter() {
        return error().flatMap(ServerError::retryAfter);
    }

    @Override
    public TemporaryFailureException again() {
        return after(new TemporaryFailureException(text(), safeToRetry, error().orElse(null), getCause()));
    }
}
