package dev.latchkey.auth.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of all failures, divided by what the caller can do about them:
 *
 * <ul>
 *   <li>{@link SignInRequiredException}: have the user sign in;
 *   <li>{@link TemporaryFailureException}: wait, and try again;
 *   <li>{@link ConfigurationException}: mend the configuration;
 *   <li>{@link AccessDeniedException}: stop, somebody said no;
 *   <li>{@link InvalidResponseException}: stop, the answer cannot be trusted.
 * </ul>
 *
 * <p>Messages name the field, the host and the remedy; they hold no secret, no body and no query.
 */
public abstract class OAuthException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What the caller can do. */
    private final Remedy remedy;

    private final transient @Nullable ServerError error;

    OAuthException(Remedy remedy, String message, @Nullable ServerError error, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = Objects.requireNonNull(remedy, "remedy");
        this.error = error;
    }

    /**
     * Tells what the caller can do.
     *
     * @return the remedy
     */
    public final Remedy remedy() {
        return remedy;
    }

    /**
     * Gives what the server said.
     *
     * @return the server's error, or nothing if it was not the server that refused
     */
    public final Optional<ServerError> error() {
        return Optional.ofNullable(error);
    }

    /**
     * Makes the same exception anew: what failed on another thread is thrown to each of those who waited for it, and each
     * should see a stack of its own. This one is among its suppressed ones, with the stack of where it failed.
     *
     * @return an exception of the same type
     */
    public abstract OAuthException again();

    final <T extends OAuthException> T after(T anew) {
        anew.addSuppressed(this);
        return anew;
    }

    /** The message, which every one of these has. */
    final String text() {
        return String.valueOf(getMessage());
    }
}
