package dev.latchkey.auth.token;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proves possession of the key that a token is bound to, once for each request. Implementations are safe for use by any
 * number of threads at once, and print nothing of the key.
 */
public interface TokenProof {

    /**
     * Tells the type of the tokens that are bound.
     *
     * @return the type that a token response must have, and the scheme that the token is presented under
     */
    TokenType tokenType();

    /**
     * Proves possession of the key for one request.
     *
     * @param method the request's method
     * @param uri where it goes
     * @param token the access token that is presented, or null at the authorization server
     * @param nonce the latest nonce of that server, or null if none is known
     * @return headers for this one request; none if the connection itself is the proof
     * @throws IOException if the key cannot be used now
     */
    TransportHeaders prove(String method, URI uri, @Nullable AccessToken token, @Nullable String nonce)
            throws IOException;

    /**
     * Hears that a server refused a proof, and what time it is there. A proof that says the time of a clock that is wrong can be made
     * anew with the server's.
     *
     * @param headers what {@link #prove} gave
     * @param uri where they went
     * @param theirs what time the server's answer says it is
     * @return true if the time was what was wrong, and the next proof for this server will say another; by default false
     */
    default boolean refused(TransportHeaders headers, URI uri, Instant theirs) {
        return false;
    }

    /**
     * Identifies the key.
     *
     * @return the key's thumbprint (RFC 7638), or the certificate's (RFC 8705 §3.1)
     */
    String thumbprint();

    /**
     * Gives the transport whose connections are the proof, or a part of it.
     *
     * @return the transport that requests with such a token must go over, or nothing if any will do
     */
    default Optional<HttpTransport> transport() {
        return Optional.empty();
    }
}
