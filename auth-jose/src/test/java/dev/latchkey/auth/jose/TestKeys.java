package dev.latchkey.auth.jose;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;

/** Keys that OpenSSL made, and a key that lives elsewhere. */
final class TestKeys {

    static final String PASSWORD = "correct-horse";

    private TestKeys() {}

    static String pem(String name) {
        return new String(file(name + ".pem"), StandardCharsets.US_ASCII);
    }

    static byte[] file(String name) {
        try (InputStream in = TestKeys.class.getResourceAsStream("keys/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SigningKey signing(String name, String algorithm) {
        if (algorithm.startsWith("Ed")) {
            assumeTrue(JcaSignature.has(Algorithm.of(algorithm), null), "Ed25519 came with Java 15");
        }
        return SigningKey.pem(pem(name)).algorithm(algorithm).build();
    }

    static SigningKey es256() {
        return signing("ec", "ES256");
    }

    /** As a vault has it: nobody sees the private key, and signing is a request that may fail. */
    static final class Remote implements JwsSigner {

        private final JwsSigner inside;
        volatile boolean sealed;

        Remote(JwsSigner inside) {
            this.inside = inside;
        }

        @Override
        public String algorithm() {
            return inside.algorithm();
        }

        @Override
        public PublicKey publicKey() {
            return inside.publicKey();
        }

        @Override
        public byte[] sign(byte[] signingInput) throws IOException {
            if (sealed) {
                throw new IOException("The vault is sealed");
            }
            return inside.sign(signingInput);
        }
    }
}
