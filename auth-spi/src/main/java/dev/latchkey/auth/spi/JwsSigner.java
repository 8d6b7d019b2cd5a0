package dev.latchkey.auth.spi;

import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Signs with one private key, wherever that key lives: in memory, an HSM, a key vault or a smart card.
 *
 * <p>Implementations are safe for use by any number of threads at once. The contract is published as
 * {@code JwsSignerContract} in {@code latchkey-auth-testkit}.
 */
public interface JwsSigner {

    /**
     * Tells the signature algorithm by its registered name.
     *
     * @return a name such as {@code ES256} (RFC 7518 §3.1)
     */
    String algorithm();

    /**
     * Tells the identifier that the key is known by at whoever verifies.
     *
     * @return the {@code kid} (RFC 7515 §4.1.4), or nothing if the key has none
     */
    default Optional<String> keyId() {
        return Optional.empty();
    }

    /**
     * Gives the public half of the key.
     *
     * @return the public key
     */
    PublicKey publicKey();

    /**
     * Gives the certificates that vouch for the key.
     *
     * @return the chain, leaf first; empty if there is none
     */
    default List<X509Certificate> certificateChain() {
        return List.of();
    }

    /**
     * Signs, blocking for as long as the key's home takes.
     *
     * @param signingInput the bytes to sign, unhashed (RFC 7515 §5.1)
     * @return the signature in JWS format: for ECDSA the two numbers side by side (RFC 7518 §3.4), not DER
     * @throws IOException if the key cannot be reached or refuses
     */
    byte[] sign(byte[] signingInput) throws IOException;
}
