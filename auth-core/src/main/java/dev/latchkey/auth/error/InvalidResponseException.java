package dev.latchkey.auth.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer that breaks its specification or fails a check, and is therefore not used: nothing of it was kept.
 *
 * <p>The server is broken or hostile, or somebody stands between. {@link #field()} and {@link #host()} say where to look.
 */
public final class InvalidResponseException extends OAuthException {

    private static final long serialVersionUID = 1L;

    /** The field that is wrong. */
    private final String field;
    /** The host that answered. */
    private final String host;

    /**
     * Describes an answer that cannot be used.
     *
     * @param field the member, parameter, claim or header that is wrong
     * @param host who sent it
     * @param message what is wrong with it; without secrets
     */
    public InvalidResponseException(String field, String host, String message) {
        this(field, host, message, null, null);
    }

    /**
     * Describes an answer that cannot be used.
     *
     * @param field the member, parameter, claim or header that is wrong
     * @param host who sent it
     * @param message what is wrong with it; without secrets
     * @param error what the server said, or null
     * @param cause the underlying failure, or null
     */
    public InvalidResponseException(
            String field, String host, String message, @Nullable ServerError error, @Nullable Throwable cause) {
        super(Remedy.STOP, field + " from " + host + ": " + message, error, cause);
        this.field = Objects.requireNonNull(field, "field");
        this.host = Objects.requireNonNull(host, "host");
    }

    /**
     * Tells what is wrong.
     *
     * @return the name of a member, parameter, claim or header
     */
    public String field() {
        return field;
    }

    /**
     * Tells who sent it.
     *
     * @return the host
     */
    public String host() {
        return host;
    }

    @Override
    public InvalidResponseException again() {
        String prefix = field + " from " + host + ": ";
        return after(new InvalidResponseException(
                field, host, text().substring(prefix.length()), error().orElse(null), getCause()));
    }
}
