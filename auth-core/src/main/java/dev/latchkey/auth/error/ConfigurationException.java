package dev.latchkey.auth.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client is set up wrongly, here or at the server: a value is missing, or the server does not know it. */
public final class ConfigurationException extends OAuthException {

    private static final long serialVersionUID = 1L;

    /** The field that is wrong. */
    private final String field;

    /**
     * Describes a wrong setting.
     *
     * @param field what must be mended
     * @param message what is wrong with it and what to do; without secrets
     */
    public ConfigurationException(String field, String message) {
        this(field, message, null, null);
    }

    /**
     * Describes a setting that a server refused.
     *
     * @param field what must be mended
     * @param message what is wrong with it and what to do; without secrets
     * @param error what the server said, or null
     * @param cause the underlying failure, or null
     */
    public ConfigurationException(
            String field, String message, @Nullable ServerError error, @Nullable Throwable cause) {
        super(Remedy.FIX_CONFIGURATION, field + ": " + message, error, cause);
        this.field = Objects.requireNonNull(field, "field");
    }

    /**
     * Tells what must be mended.
     *
     * @return the builder's field, the parameter, or the server's error code
     */
    public String field() {
        return field;
    }

    @Override
    public ConfigurationException again() {
        return after(new ConfigurationException(
                field, text().substring(field.length() + 2), error().orElse(null), getCause()));
    }
}
