package dev.latchkey.auth.token;

import dev.latchkey.auth.spi.HttpTransport;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
     * Gives a token that meets a call's own demands, and tells where it came from.
     *
     * @param options the demands
     * @return the token
     * @throws dev.latchkey.auth.error.OAuthException if none can be had; its type says what to do
     * @throws UnsupportedOperationException if the source gives one token and cannot replace it
     */
    default TokenResult get(TokenOptions options) {
        if (!options.equals(TokenOptions.NONE)) {
            throw new UnsupportedOperationException("This source gives tokens as they are and knows no options");
        }
        return TokenResult.of(token(), TokenResult.Origin.MEMORY, true);
    }

    /**
     * Gives what {@link #get} gives without waiting for it.
     *
     * @param options the demands
     * @return the token, there at once if it is at hand; a failure is what {@code get} would throw. By default the source is
     *     asked on the caller's thread
     */
    default CompletableFuture<TokenResult> getAsync(TokenOptions options) {
        try {
            return CompletableFuture.completedFuture(get(options));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Says that a resource refused a token, although it has not expired: it is not given again, and the next call gets a
     * new one. However many callers say so of one token, it is replaced once; of a token that has been replaced already,
     * saying so changes nothing.
     *
     * @param token the token that was refused
     */
    default void rejected(AccessToken token) {}

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
        Objects.requireNonNull(token, "token");
        return () -> token;
    }
}
