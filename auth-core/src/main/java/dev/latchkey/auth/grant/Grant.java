package dev.latchkey.auth.grant;

/**
 * Something that can be exchanged for tokens at the token endpoint (RFC 6749 §1.3).
 *
 * <p>Open: an extension grant is {@link ExtensionGrant}, or an implementation of this interface. Implementations are
 * immutable, and print no value of theirs.
 */
public interface Grant {

    /**
     * Tells the grant's type.
     *
     * @return the value of {@code grant_type}
     */
    String grantType();

    /**
     * Tells the grant's own parameters, among them {@code scope} where it has one.
     *
     * @return the parameters, without {@code grant_type} and without those that authenticate the client
     */
    Parameters parameters();
}
