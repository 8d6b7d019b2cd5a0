package dev.latchkey.auth.server;

/**
 * What to do after a refresh token was sent and no answer came: the server may have redeemed it and rotated it away.
 */
public enum UncertainRefresh {
    /**
     * Send the same refresh token once more, when somebody next asks for a token; never by itself within one call. Right for servers that do not rotate, or that let the previous token succeed
     * when its answer was lost, as FAPI 2.0 Security Profile §5.3.2.1 demands of those that rotate.
     */
    RETRY,
    /**
     * Never send it again, and have the user sign in. Right for servers that take a second use for theft and then end more
     * than this session, such as Keycloak with "revoke refresh token" and no reuse.
     */
    REAUTHORIZE
}
