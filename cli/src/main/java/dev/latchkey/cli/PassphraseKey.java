package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Makes a key of a passphrase: PBKDF2 (RFC 8018 §5.2) with HMAC-SHA-256. */
final class PassphraseKey {

    /** What OWASP's password storage cheat sheet asks for with SHA-256; the description keeps the number, so it can grow. */
    static final int ITERATIONS = 600_000;

    /** So many that nobody waits for them by mistake, and so few that a changed description costs no hours. */
    private static final int MOST_ITERATIONS = 10_000_000;

    private static final int SALT = 16;
    private static final int KEY_BITS = 256;
    private static final int SHORTEST = 8;

    private PassphraseKey() {}

    static byte[] salt() {
        byte[] salt = new byte[SALT];
        new SecureRandom().nextBytes(salt);
        return salt;
    }

    static byte[] derive(char[] passphrase, byte[] salt, int iterations) {
        if (iterations < 1 || iterations > MOST_ITERATIONS || salt.length == 0) {
            throw new ConfigurationException("--store", "its key.properties has no usable salt and iterations");
        }
        PBEKeySpec spec = new PBEKeySpec(passphrase, salt, iterations, KEY_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new ConfigurationException("passphrase", "this Java has no PBKDF2WithHmacSHA256", null, e);
        } finally {
            spec.clearPassword();
        }
    }

    static char[] asked(Terminal terminal, String prompt) {
        return terminal.ask(prompt)
                .filter(typed -> typed.length > 0)
                .orElseThrow(() -> new ConfigurationException(
                        "passphrase", "is needed to read the sessions, and there is no terminal to ask on"));
    }

    static char[] chosen(Terminal terminal) {
        char[] once = asked(terminal, "New passphrase for what is kept (not shown): ");
        if (once.length < SHORTEST) {
            throw new ConfigurationException("passphrase", "must have at least " + SHORTEST + " characters");
        }
        char[] again = asked(terminal, "The same once more: ");
        try {
            if (!Arrays.equals(once, again)) {
                throw new ConfigurationException("passphrase", "was not the same twice; nothing was kept");
            }
            return once;
        } finally {
            Arrays.fill(again, ' ');
        }
    }
}
