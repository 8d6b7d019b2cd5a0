package dev.latchkey.auth.jose;

/** What a server does wrong in the JWTs that it signs. Each is put up with only if it is asked for by name. */
public enum VerifierQuirk {
    /**
     * The claims of a signed authorization response (JARM) have {@code iss} twice: once as the JWT's and once as the parameter of
     * RFC 9207, which RFC 7519 §4 forbids. It is accepted if both are the same. Keycloak 26 does so, unless the client's
     * setting "Exclude Issuer From Authentication Response" is on.
     */
    ISSUER_REPEATED_IN_AUTHORIZATION_RESPONSES
}
