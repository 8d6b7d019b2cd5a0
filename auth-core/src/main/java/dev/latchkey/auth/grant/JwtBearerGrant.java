package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Scopes;
import java.util.Objects;

/** A JWT that an issuer trusted by the server has signed (RFC 7523 §2.1). Immutable; it prints no assertion. */
public final class JwtBearerGrant implements Grant {

    private final Assertion assertion;
    private final Scopes scopes;

    private JwtBearerGrant(Assertion assertion, Scopes scopes) {
        this.assertion = Objects.requireNonNull(assertion, "assertion");
        this.scopes = Objects.requireNonNull(scopes, "scopes");
    }

    /**
     * Makes the grant.
     *
     * @param assertion the JWT
     * @param scopes what is asked for; none leaves the choice to the server
     * @return the grant
     */
    public static JwtBearerGrant of(Assertion assertion, Scopes scopes) {
        return new JwtBearerGrant(assertion, scopes);
    }

    @Override
    public String grantType() {
        return "urn:ietf:params:oauth:grant-type:jwt-bearer";
    }

    @Override
    public Parameters parameters() {
        Parameters parameters = Parameters.of("assertion", assertion.reveal());
        return scopes.isEmpty() ? parameters : parameters.with("scope", scopes.toString());
    }

    @Override
    public String toString() {
        return "JwtBearerGrant[" + assertion + (scopes.isEmpty() ? "" : ", " + scopes) + "]";
    }
}
