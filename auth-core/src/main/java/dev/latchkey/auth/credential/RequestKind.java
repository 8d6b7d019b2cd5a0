package dev.latchkey.auth.credential;

/** What a request to an authorization server is for. */
public enum RequestKind {
    /** The authorization request, which goes through the browser (RFC 6749 §4.1.1). */
    AUTHORIZATION,
    /**
     * The same request, pushed straight to the server (RFC 9126 §2.1). Its parameters were prepared as {@link #AUTHORIZATION}
     * before, and may be signed by now: what is added here stands beside the signed ones.
     */
    PUSHED_AUTHORIZATION,
    /** The token request (RFC 6749 §3.2). */
    TOKEN,
    /** The device authorization request (RFC 8628 §3.1). */
    DEVICE_AUTHORIZATION,
    /** The request to have a user sign in on a device of the user's own (CIBA Core §7.1). */
    BACKCHANNEL_AUTHENTICATION,
    /** The revocation request (RFC 7009 §2.1). */
    REVOCATION,
    /** The introspection request (RFC 7662 §2.1). */
    INTROSPECTION
}
