package dev.latchkey.auth;

/** How far a sign-out goes. */
public enum SignOut {
    /** The session ends here, on every node that shares the token store. The server hears nothing of it. */
    HERE,
    /**
     * The session ends here, and its refresh token, or without one its access tokens, are revoked at the server (RFC 7009).
     * The browser's own session at the server is another matter, and ends at the server's end-session page.
     */
    AND_AT_SERVER
}
