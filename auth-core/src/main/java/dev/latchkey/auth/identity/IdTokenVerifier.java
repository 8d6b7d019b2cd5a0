package dev.latchkey.auth.identity;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;

/**
 * Tells whether an ID token comes from whom it names, and what it says.
 *
 * <p>The claims themselves (issuer, audience, times, nonce and the rest) are checked by the client, the same for every
 * verifier. Implementations are safe for use by any number of threads at once.
 */
public interface IdTokenVerifier {

    /**
     * Verifies a token's origin.
     *
     * @param token the token
     * @param server the server that it must come from
     * @param client the client that asked for it
     * @return the token's claims
     * @throws IOException if the keys cannot be had now
     * @throws dev.latchkey.auth.error.InvalidResponseException if the token is malformed, or not the server's
     */
    IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client) throws IOException;
}
