package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Scopes;
import java.util.Base64;
import java.util.Objects;

/** A SAML 2.0 assertion that an issuer trusted by the server has signed (RFC 7522 §2.1). Immutable; it prints no assertion. */
public final class SamlBearerGrant implements Grant {

    private final Assertion assertion;
    private final Scopes scopes;

    private SamlBearerGrant(Assertion assertion, Scopes scopes) {
        this.assertion = Objects.requireNonNull(assertion, "assertion");
        this.scopes = Objects.requireNonNull(scopes, "scopes");
    }

    /**
     * Makes the grant.
     *
     * @param assertion the assertion, base64url-encoded
     * @param scopes what is asked for; none leaves the choice to the server
     * @return the grant
     */
    public static SamlBearerGrant of(Assertion assertion, Scopes scopes) {
        return new SamlBearerGrant(assertion, scopes);
    }

    /**
     * Makes the grant from an assertion that is not encoded yet.
     *
     * @param xml the assertion's bytes, one {@code Assertion} element
     * @param scopes what is asked for; none leaves the choice to the server
     * @return the grant
     */
    public static SamlBearerGrant ofXml(byte[] xml, Scopes scopes) {
        return of(
                Assertion.of(
                        Base64.getUrlEncoder().withoutPadding().encodeToString(Objects.requireNonNull(xml, "xml"))),
                scopes);
    }

    @Override
    public String grantType() {
        return "urn:ietf:params:oauth:grant-type:saml2-bearer";
    }

    @Override
    public Parameters parameters() {
        Parameters parameters = Parameters.of("assertion", assertion.reveal());
        return scopes.isEmpty() ? parameters : parameters.with("scope", scopes.toString());
    }

    @Override
    public String toString() {
        return "SamlBearerGrant[" + assertion + (scopes.isEmpty() ? "" : ", " + scopes) + "]";
    }
}
