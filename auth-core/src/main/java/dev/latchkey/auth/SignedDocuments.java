package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;

/** Verifies what a server sends as a JWT in answer to a request: of whom it is, and that its algorithm is strong enough. */
final class SignedDocuments {

    private final Settings settings;

    SignedDocuments(Settings settings) {
        this.settings = settings;
    }

    /** Tells whether this client is registered to get such a document signed. */
    boolean areRequired(SignedResponse kind) {
        return settings.idTokens != null && settings.idTokens.requiresSigned(kind);
    }

    /** Gives the claims of a JWT that the server, or one that it speaks for, sent by itself; the rest is still to be checked. */
    IdTokenClaims verify(SignedResponse kind, String jwt, AuthorizationServerMetadata server) {
        String host = Authorizations.hostOf(server);
        IdTokenClaims claims = claims(kind, jwt, server, host);
        if (!settings.profile.servesIssuer(server, claims.issuer())) {
            throw new InvalidResponseException("iss", host, "in the " + kind + " is not an issuer of this server");
        }
        return claims;
    }

    /** Gives the claims of a verified JWT, which are still to be checked. Its signature is strong enough, inside encryption too. */
    IdTokenClaims claims(SignedResponse kind, String jwt, AuthorizationServerMetadata server, String host) {
        IdTokenVerifier verifier = settings.idTokens;
        if (verifier == null) {
            throw new ConfigurationException(
                    "idTokens",
                    "is missing; the server signs its answers, and a verifier must be given with idTokens(…)");
        }
        IdTokenClaims claims;
        try {
            claims = verifier.claims(kind, jwt, server, settings.clientId);
        } catch (IOException e) {
            throw new TemporaryFailureException("The keys of " + host + " cannot be had now", true, null, e);
        }
        settings.security.checkTheirs("response", claims.algorithm(), host);
        return claims;
    }
}
