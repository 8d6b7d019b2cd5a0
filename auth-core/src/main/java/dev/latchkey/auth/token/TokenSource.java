package dev.latchkey.auth.token;

import dev.latchkey.auth.spi.HttpTransport;
import java.util.Optional;

/**
 * Gives a valid access token for one subject and one set of scopes, each time it is asked.
 *
 * <p>Ask for the token at every use and do not keep it: a source returns the one it has, on the caller's thread, as long
 * as that is valid. Implementations are safe for use by any number of threads at once.
 */
@FunctionalInterface
public interface TokenSource {

    /**
     * Gives a token that is valid now.
     *
     * @return the token
     * @throws dev.latchkey.auth.error.OAuthException if none can be had; its type says what to do
     */
    AccessToken token();

    /**
     * Gives the transport that the source itself uses, for calls with its tokens.
     *
     * @return the transport, or nothing if the source has none
     */
    default Optional<HttpTransport> transport() {
        return Optional.empty();
    }

    /**
     * A source of one token that came from elsewhere.
     *
     * @param token the token
     * @return a source that always gives this token
     */
    static TokenSource of(AccessToken token) {
        return () -> token;
    }
}
