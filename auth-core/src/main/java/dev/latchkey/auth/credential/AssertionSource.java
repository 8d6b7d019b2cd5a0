package dev.latchkey.auth.credential;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;

/**
 * Gets assertions from whoever vouches for the application: a platform that gives its workloads an identity, such as a
 * Kubernetes service account or a GitHub workflow.
 *
 * <p>Implementations are safe for use by any number of threads at once, and print no assertion.
 */
@FunctionalInterface
public interface AssertionSource {

    /**
     * Gets an assertion. It is called for every attempt; whether one may be used more than once is for the source to know.
     *
     * @param server the server that the assertion is for
     * @return an assertion that is valid now
     * @throws IOException if there is none now
     */
    ClientAssertion assertion(AuthorizationServerMetadata server) throws IOException;
}
