package dev.latchkey.auth.grant;

import java.net.URI;
import java.util.Objects;

/** What kind of security token something is (RFC 8693 §3). Immutable; further kinds are made with {@link #of}. */
public final class TokenTypeIdentifier {

    /** An OAuth 2.0 access token of the authorization server that is asked. */
    public static final TokenTypeIdentifier ACCESS_TOKEN = registered("access_token");
    /** An OAuth 2.0 refresh token of the authorization server that is asked. */
    public static final TokenTypeIdentifier REFRESH_TOKEN = registered("refresh_token");
    /** An ID token (OpenID Connect Core §2). */
    public static final TokenTypeIdentifier ID_TOKEN = registered("id_token");
    /** A SAML 1.1 assertion, base64url-encoded. */
    public static final TokenTypeIdentifier SAML1 = registered("saml1");
    /** A SAML 2.0 assertion, base64url-encoded. */
    public static final TokenTypeIdentifier SAML2 = registered("saml2");
    /** Any JWT, access tokens of other servers too (RFC 8693 §3, last paragraph). */
    public static final TokenTypeIdentifier JWT = registered("jwt");

    private final String uri;

    private TokenTypeIdentifier(String uri) {
        this.uri = uri;
    }

    /**
     * Names a kind of token.
     *
     * @param uri its absolute URI
     * @return the identifier
     * @throws IllegalArgumentException if the text is not an absolute URI
     */
    public static TokenTypeIdentifier of(String uri) {
        Objects.requireNonNull(uri, "uri");
        if (!URI.create(uri).isAbsolute()) {
            throw new IllegalArgumentException("uri must be absolute (RFC 8693 §3)");
        }
        return new TokenTypeIdentifier(uri);
    }

    private static TokenTypeIdentifier registered(String name) {
        return new TokenTypeIdentifier("urn:ietf:params:oauth:token-type:" + name);
    }

    /**
     * Gives the URI.
     *
     * @return the URI, as it is sent
     */
    public String uri() {
        return uri;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenTypeIdentifier && uri.equals(((TokenTypeIdentifier) other).uri);
    }

    @Override
    public int hashCode() {
        return uri.hashCode();
    }

    @Override
    public String toString() {
        return uri;
    }
}
