package dev.latchkey.auth.authorize;

import java.net.URI;
import java.time.Instant;
import java.util.Objects;

/** An authorization that was begun and that the application carries itself. Immutable; it prints no value. */
public final class CarriedAuthorization {

    // Transient for reflective JSON writers, which leave such fields out: the query holds state and nonce.
    private final transient URI uri;
    private final Instant uriExpiresAt;
    private final AuthorizationTransaction transaction;

    private CarriedAuthorization(URI uri, Instant uriExpiresAt, AuthorizationTransaction transaction) {
        this.uri = Objects.requireNonNull(uri, "uri");
        this.uriExpiresAt = Objects.requireNonNull(uriExpiresAt, "uriExpiresAt");
        this.transaction = Objects.requireNonNull(transaction, "transaction");
    }

    /**
     * Describes an authorization that was begun.
     *
     * @param uri where the browser goes
     * @param uriExpiresAt until when that makes sense
     * @param transaction what the application keeps
     * @return the carried authorization
     */
    public static CarriedAuthorization of(URI uri, Instant uriExpiresAt, AuthorizationTransaction transaction) {
        return new CarriedAuthorization(uri, uriExpiresAt, transaction);
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
     * @return when the server forgets a request that was pushed, or else when the transaction ends
     */
    public Instant uriExpiresAt() {
        return uriExpiresAt;
    }

    /**
     * Gives what the application keeps until the callback comes.
     *
     * @return the transaction, a secret; see there for what is lost
     */
    public AuthorizationTransaction transaction() {
        return transaction;
    }

    @Override
    public String toString() {
        return "CarriedAuthorization[at " + uri.getHost() + "]";
    }
}
