package dev.latchkey.auth.spi;

import java.io.IOException;

/**
 * Creates the key of a session, saves it with the session, and restores it on whatever node the session continues.
 *
 * <p>What is saved is either the key itself as bytes or a handle to a key that never leaves its home; the session's
 * record carries it, encrypted like everything else in it. Implementations are safe for use by any number of threads at
 * once. The contract is published as {@code SessionKeysContract} in {@code latchkey-auth-testkit}.
 */
public interface SessionKeys {

    /**
     * Creates a fresh key pair.
     *
     * @param algorithm the signature algorithm by its registered name, such as {@code ES256} (RFC 7518 §3.1)
     * @return a signer with the new key
     * @throws IOException if the key cannot be created
     * @throws IllegalArgumentException if the algorithm is not supported; the message names those that are
     */
    JwsSigner create(String algorithm) throws IOException;

    /**
     * Saves a key that {@link #create} or {@link #restore} gave.
     *
     * @param key the key
     * @return bytes that {@link #restore} understands; a secret if they hold the key itself
     * @throws IOException if the key cannot be saved
     */
    byte[] save(JwsSigner key) throws IOException;

    /**
     * Restores a key.
     *
     * @param saved what {@link #save} gave, here or on another node
     * @return a signer with the same key
     * @throws IOException if the bytes are damaged or the key's home no longer has it
     */
    JwsSigner restore(byte[] saved) throws IOException;
}
