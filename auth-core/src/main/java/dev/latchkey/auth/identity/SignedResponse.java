package dev.latchkey.auth.identity;

/** What a server may send as a JWT, other than an ID token. */
public enum SignedResponse {
    /** The response to an authorization request (JARM §2.1). */
    AUTHORIZATION,
    /** What is known of the user (OpenID Connect Core §5.3.2). */
    USERINFO,
    /** What is known of a token (RFC 9701 §5). */
    INTROSPECTION,
    /** The news that a session has ended at the server (OpenID Connect Back-Channel Logout §2.4). */
    LOGOUT_TOKEN
}
