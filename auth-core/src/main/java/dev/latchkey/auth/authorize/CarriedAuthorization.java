package dev.latchkey.auth.authorize;

import java.net.URI;
import java.util.Objects;

/** An authorization that was begun and that the application carries itself. Immutable; it prints no value. */
public final class CarriedAuthorization {

    // Transient for reflective JSON writers, which leave such fields out: the query holds state and nonce.
    private final transient URI uri;
    private final AuthorizationTransaction transaction;

    private CarriedAuthorization(URI uri, AuthorizationTransaction transaction) {
        this.uri = Objects.requireNonNull(uri, "uri");
        this.transaction = Objects.requireNonNull(transaction, "transaction");
    }

    /**
     * Describes an authorization that was begun.
     *
     * @param uri where the browser goes
     * @param transaction what the application keeps
     * @return the carried authorization
     */
    public static CarriedAuthorization of(URI uri, AuthorizationTransaction transaction) {
        return new CarriedAuthorization(uri, transaction);
    }

    /**
     * Tells where the browser goes.
     *
     * @return the authorization endpoint with the request in its query
     */
    public URI uri() {
        return uri;
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
