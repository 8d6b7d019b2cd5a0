package dev.latchkey.auth.server;

/**
 * What to do after a refresh token was sent and nobody knows what came of it: the server may have redeemed it and rotated it
 * away.
 *
 * <p>It is never sent again by itself within one call. How often it was sent that way is counted in the session's record,
 * across all nodes; an answer ends the count.
 */
public enum UncertainRefresh {
    /**
     * Send the same refresh token once more, when somebody next asks for a token. If nobody knows what came of that
     * either, the user must sign in, unless an earlier refresh of the session has left the refresh token in use (RFC 6749
     * §6), by which the server showed that it does not rotate it. Right for servers that let the previous token succeed when
     * its answer was lost, as FAPI 2.0 Security Profile §5.3.2.1 demands of those that rotate, and where it is not known
     * what the server does.
     */
    RETRY,
    /**
     * Send the same refresh token as often as somebody asks. Right for servers that do not end a refresh token by
     * redeeming it, although they may send another one along, such as the Microsoft identity platform: there sending it
     * again does no harm, and a server that is in trouble for a while ends no session.
     */
    RETRY_ALWAYS,
    /**
     * Never send it again, and have the user sign in. Right for servers that take a second use for theft and then end more
     * than this session, such as Keycloak with "revoke refresh token" and no reuse.
     */
    REAUTHORIZE
}
