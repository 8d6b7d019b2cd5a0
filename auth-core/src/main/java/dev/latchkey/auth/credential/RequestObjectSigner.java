package dev.latchkey.auth.credential;

import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;

/**
 * Signs authorization requests, so that nobody on their way through the browser can change them (JAR, RFC 9101).
 *
 * <p>Implementations are safe for use by any number of threads at once, and print nothing of the key.
 */
public interface RequestObjectSigner {

    /**
     * Tells the signature algorithm.
     *
     * @return a value of {@code request_object_signing_alg}, such as {@code PS256}
     */
    String algorithm();

    /**
     * Makes the request object of one authorization request.
     *
     * @param parameters all parameters of the request
     * @param client the client, which issues the object
     * @param server the server, which it is for
     * @return the value of the parameter {@code request}
     * @throws IOException if the key cannot be used now
     */
    String sign(Parameters parameters, ClientId client, AuthorizationServerMetadata server) throws IOException;
}
