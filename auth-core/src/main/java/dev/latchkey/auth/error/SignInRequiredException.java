package dev.latchkey.auth.error;

import org.jspecify.annotations.Nullable;

/**
 * The user must take part: sign in, consent, prove a second factor, or start a device or browser flow over.
 *
 * <p>{@link ServerError#text} of {@code claims}, where the server sent it, goes along with the next authorization request.
 */
public final class SignInRequiredException extends OAuthException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure.
     *
     * @param message what happened, at which host, and what to do; without secrets
     * @param error what the server said, or null
     * @param cause the underlying failure, or null
     */
    public SignInRequiredException(String message, @Nullable ServerError error, @Nullable Throwable cause) {
        super(Remedy.SIGN_IN, message, error, cause);
    }

    @Override
    public SignInRequiredException again() {
        return after(new SignInRequiredException(text(), error().orElse(null), getCause()));
    }
}
