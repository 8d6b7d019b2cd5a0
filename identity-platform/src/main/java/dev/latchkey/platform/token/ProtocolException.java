package dev.latchkey.platform.token;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that ends in an OAuth error. */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String error;
    private final int number;
    private final @Nullable String suberror;

    /**
     * An error.
     *
     * @param error the OAuth error code
     * @param number Microsoft's number for it
     * @param description what went wrong
     */
    public ProtocolException(String error, int number, String description) {
        this(error, number, null, description);
    }

    /**
     * An error with Microsoft's suberror.
     *
     * @param error the OAuth error code
     * @param number Microsoft's number for it
     * @param suberror the suberror
     * @param description what went wrong
     */
    public ProtocolException(String error, int number, @Nullable String suberror, String description) {
        super(description, null, false, false);
        this.error = error;
        this.number = number;
        this.suberror = suberror;
    }

    /**
     * The OAuth error code.
     *
     * @return the code
     */
    public String error() {
        return error;
    }

    /**
     * What went wrong.
     *
     * @return the description
     */
    public String description() {
        return String.valueOf(getMessage());
    }

    /**
     * Microsoft's number.
     *
     * @return the number behind {@code AADSTS}
     */
    public int number() {
        return number;
    }

    /**
     * Microsoft's suberror.
     *
     * @return the suberror
     */
    public Optional<String> suberror() {
        return Optional.ofNullable(suberror);
    }

    /**
     * The status at a token endpoint (RFC 6749 §5.2).
     *
     * @return 401 for {@code invalid_client}, 400 for the rest
     */
    public int status() {
        return error.equals("invalid_client") || error.equals("invalid_token") ? 401 : 400;
    }
}
