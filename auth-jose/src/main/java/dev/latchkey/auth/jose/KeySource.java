package dev.latchkey.auth.jose;

import java.io.IOException;

/** Where the keys of one server come from. Implementations are safe for use by any number of threads. */
interface KeySource {

    /**
     * Gives the keys.
     *
     * @throws IOException if they cannot be had now
     */
    VerificationKeys keys() throws IOException;

    /**
     * Gives the keys after they were found not to have the one that a token names: fetched again, if that may be.
     *
     * @param seen the keys that were looked through
     * @return newer keys, or the same
     * @throws IOException if they cannot be had now
     */
    default VerificationKeys keysAfter(VerificationKeys seen) throws IOException {
        return seen;
    }
}
