package dev.latchkey.auth.authorize;

import java.net.URI;
import java.time.Instant;
import java.util.Objects;

/**
 * An authorization that was begun and waits in the store for its callback. Immutable; it prints no value.
 *
 * <p>Send the browser to {@link #uri()} and give it {@link #browserBinding()} as a cookie.
 */
public final class PendingAuthorization {

    // Transient for reflective JSON writers, which leave such fields out: the query holds state and nonce.
    private final transient URI uri;
    private final Instant uriExpiresAt;
    private final State state;
    private final BrowserBinding browserBinding;
    private final Instant expiresAt;

    private PendingAuthorization(
            URI uri, Instant uriExpiresAt, State state, BrowserBinding browserBinding, Instant expiresAt) {
        this.uri = Objects.requireNonNull(uri, "uri");
        this.uriExpiresAt = Objects.requireNonNull(uriExpiresAt, "uriExpiresAt");
        this.state = Objects.requireNonNull(state, "state");
        this.browserBinding = Objects.requireNonNull(browserBinding, "browserBinding");
        this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
    }

    /**
     * Describes an authorization that was begun.
     *
     * @param uri where the browser goes
     * @param uriExpiresAt until when that makes sense
     * @param state the authorization's state
     * @param browserBinding the cookie
     * @param expiresAt when it is forgotten
     * @return the pending authorization
     */
    public static PendingAuthorization of(
            URI uri, Instant uriExpiresAt, State state, BrowserBinding browserBinding, Instant expiresAt) {
        return new PendingAuthorization(uri, uriExpiresAt, state, browserBinding, expiresAt);
    }

    /**
     * Tells where the browser goes, once. A request that was pushed is not good a second time (RFC 9126 §2.2).
     *
     * @return the authorization endpoint with the request in its query, or a reference to it
     */
    public URI uri() {
        return uri;
    }

    /**
     * Tells until when the browser must have been sent there.
     *
     * @return when the server forgets a request that was pushed, or else {@link #expiresAt()}
     */
    public Instant uriExpiresAt() {
        return uriExpiresAt;
    }

    /**
     * Tells the state, by which a callback is recognised before it is completed.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Gives the secret for the browser's cookie.
     *
     * @return the binding, without which the authorization cannot be completed
     */
    public BrowserBinding browserBinding() {
        return browserBinding;
    }

    /**
     * Tells when the authorization is forgotten.
     *
     * @return ten minutes after it was begun
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    @Override
    public String toString() {
        return "PendingAuthorization[at " + uri.getHost() + ", expires " + expiresAt + "]";
    }
}
