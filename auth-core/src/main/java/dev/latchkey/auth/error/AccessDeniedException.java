package dev.latchkey.auth.error;

import org.jspecify.annotations.Nullable;

/**
 * The server, the user or an administrator said no, and would say so again: consent was declined, the password is wrong, the
 * account is blocked.
 */
public final class AccessDeniedException extends OAuthException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure.
     *
     * @param message what happened, at which host, and what to do; without secrets
     * @param error what the server said, or null
     * @param cause the underlying failure, or null
     */
    public AccessDeniedException(String message, @Nullable ServerError error, @Nullable Throwable cause) {
        super(Remedy.STOP, message, error, cause);
    }

    @Override
    public AccessDeniedException again() {
        return after(new AccessDeniedException(text(), error().orElse(null), getCause()));
    }
}
