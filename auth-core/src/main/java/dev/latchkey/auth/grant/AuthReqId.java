package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Secret;

/** The name of an authentication that was asked for behind the scenes (CIBA Core §7.3). Immutable; never printed. */
public final class AuthReqId extends Secret {

    private AuthReqId(String text) {
        super(text);
    }

    /**
     * Wraps an {@code auth_req_id}.
     *
     * @param text the text, not empty and without control characters
     * @return the secret
     * @throws IllegalArgumentException if the text cannot be one; the message does not repeat it
     */
    public static AuthReqId of(String text) {
        return new AuthReqId(text);
    }
}
