package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import java.io.IOException;
import java.util.Map;

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

    /** Gives the claims of a verified JWT, which are still to be checked. */
    Map<String, Object> claims(SignedResponse kind, String jwt, AuthorizationServerMetadata server, Answer answer) {
        IdTokenVerifier verifier = settings.idTokens;
        if (verifier == null) {
            throw new ConfigurationException(
                    "idTokens",
                    "is missing; the server signs its answers, and a verifier must be given with idTokens(…)");
        }
        Map<String, Object> claims;
        try {
            claims = verifier.claims(kind, jwt, server, settings.clientId);
        } catch (IOException e) {
            throw new TemporaryFailureException("The keys of " + answer.host() + " cannot be had now", true, null, e);
        }
        if (!Jwts.isEncrypted(jwt)) {
            // The header of what was just verified. What was encrypted the verifier alone has seen.
            settings.security.checkTheirs(
                    "response", String.valueOf(Jwts.part(jwt, 0).get("alg")), answer.host());
        }
        return claims;
    }
}
