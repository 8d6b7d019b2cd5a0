package dev.latchkey.auth.identity;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.util.Set;

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

    /**
     * Verifies the origin of another JWT from the same server, and decrypts it if it is encrypted. What its claims say is
     * checked by whoever asks.
     *
     * @param kind what the JWT is, which also says of what type and under which algorithms it may be
     * @param jwt the JWT
     * @param server the server that it must come from
     * @param client the client that it is for
     * @return the claims, with the algorithm of the signature: of the one inside, if the JWT is encrypted. The client holds it
     *     against its security profile
     * @throws IOException if the keys cannot be had now
     * @throws dev.latchkey.auth.error.InvalidResponseException if the JWT is malformed, or not the server's
     * @throws ConfigurationException if this verifier verifies ID tokens alone
     */
    default IdTokenClaims claims(SignedResponse kind, String jwt, AuthorizationServerMetadata server, ClientId client)
            throws IOException {
        throw new ConfigurationException(
                "idTokens", "verifies no signed response of kind " + kind + "; give the client one that does");
    }

    /**
     * Tells whether this client is registered to get a response signed, so that an unsigned one is refused.
     *
     * @param kind what the response is
     * @return false by default: then both are accepted where the protocol allows both
     */
    default boolean requiresSigned(SignedResponse kind) {
        return false;
    }

    /**
     * Narrows the verifier to what a client's security profile allows. A client of such a profile asks for it when it is built, and
     * refuses by itself too what was signed otherwise.
     *
     * @param algorithms the algorithms that the profile allows, such as {@code PS256}
     * @return a verifier that takes none but these where the application named none; this one by default
     */
    default IdTokenVerifier within(Set<String> algorithms) {
        return this;
    }
}
