package dev.latchkey.auth.credential;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.TokenProof;
import java.io.IOException;
import java.util.Optional;

/**
 * Binds the tokens of one session to a key, so that a stolen token is good for nothing: DPoP (RFC 9449) is one.
 *
 * <p>The binding is made once for a session, proves possession on every request of it, and is saved with it. Tokens of a
 * session that has a binding are never presented without it. Implementations are safe for use by any number of threads
 * at once, and print nothing of the key.
 */
public interface TokenBinding extends TokenProof {

    /**
     * Saves the binding.
     *
     * @return bytes, or a handle, that {@link Factory#restore} understands; a secret
     * @throws IOException if the key cannot be saved
     */
    byte[] save() throws IOException;

    /**
     * Saves the binding anew, where a refresh ties the session to more than what was saved of it tells: the client's key, with
     * servers that bind a session to the first that they see. Asked before the refresh is sent, and written with what it brings.
     *
     * @return what to keep from then on in place of what was saved; nothing by default
     * @throws IOException if the key cannot be saved
     */
    default Optional<byte[]> saveRefreshed() throws IOException {
        return Optional.empty();
    }

    /**
     * Binds tokens to the certificate of the connections that they are used over (RFC 8705 §3).
     *
     * @param credential the certificate and the transport that presents it
     * @return the factory of kind {@code mtls}
     */
    static Factory certificate(TlsCredential credential) {
        return new CertificateBinding.Factory(credential);
    }

    /** Makes and restores bindings of one kind. */
    interface Factory {

        /**
         * Names the kind, which is kept with a session so that it is restored by the factory that made it.
         *
         * @return a short name, such as {@code dpop}
         */
        String kind();

        /**
         * Tells the algorithm that proofs are signed with, which a security profile may restrict.
         *
         * @return a name such as {@code ES256} (RFC 7518 §3.1); nothing if the kind signs nothing
         */
        default Optional<String> signingAlgorithm() {
            return Optional.empty();
        }

        /**
         * Makes a binding with a fresh key.
         *
         * @param server the server that must accept it
         * @return the binding
         * @throws IOException if no key can be made
         */
        TokenBinding create(AuthorizationServerMetadata server) throws IOException;

        /**
         * Restores a binding.
         *
         * @param saved what {@link TokenBinding#save} gave
         * @return the binding, with the same key
         * @throws IOException if the key cannot be had
         */
        TokenBinding restore(byte[] saved) throws IOException;
    }
}
