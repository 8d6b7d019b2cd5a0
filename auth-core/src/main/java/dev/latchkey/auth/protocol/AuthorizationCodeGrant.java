package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import java.net.URI;

/**
 * A code that came with a checked callback (RFC 6749 §4.1.3, RFC 7636 §4.5).
 *
 * <p>Not exported: a code is redeemed by completing the authorization that it belongs to, and in no other way.
 */
public final class AuthorizationCodeGrant implements Grant {

    private final AuthorizationCode code;
    private final URI redirectUri;
    private final CodeVerifier verifier;

    private AuthorizationCodeGrant(AuthorizationCode code, URI redirectUri, CodeVerifier verifier) {
        this.code = code;
        this.redirectUri = redirectUri;
        this.verifier = verifier;
    }

    /**
     * Makes the grant.
     *
     * @param code the code
     * @param redirectUri the redirect URI of the authorization request, never one taken from the callback
     * @param verifier the verifier of the authorization request
     * @return the grant
     */
    public static AuthorizationCodeGrant of(AuthorizationCode code, URI redirectUri, CodeVerifier verifier) {
        return new AuthorizationCodeGrant(code, redirectUri, verifier);
    }

    @Override
    public String grantType() {
        return "authorization_code";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of("code", code.reveal())
                .with("redirect_uri", redirectUri.toString())
                .with("code_verifier", verifier.reveal());
    }

    @Override
    public String toString() {
        return "AuthorizationCodeGrant[" + code + "]";
    }
}
