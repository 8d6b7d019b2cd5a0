package dev.latchkey.auth.jose;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A signature algorithm that can be verified (RFC 7518 §3, RFC 8037, RFC 9864), and the kind of key that fits it. Immutable. */
final class VerificationAlgorithm {

    private static final Map<String, VerificationAlgorithm> ALL = all(
            new VerificationAlgorithm("RS256", "RSA", null, 0),
            new VerificationAlgorithm("RS384", "RSA", null, 0),
            new VerificationAlgorithm("RS512", "RSA", null, 0),
            new VerificationAlgorithm("PS256", "RSA", null, 0),
            new VerificationAlgorithm("PS384", "RSA", null, 0),
            new VerificationAlgorithm("PS512", "RSA", null, 0),
            new VerificationAlgorithm("ES256", "EC", "P-256", 32),
            new VerificationAlgorithm("ES384", "EC", "P-384", 48),
            new VerificationAlgorithm("ES512", "EC", "P-521", 66),
            new VerificationAlgorithm("EdDSA", "OKP", "Ed25519", 32),
            new VerificationAlgorithm("Ed25519", "OKP", "Ed25519", 32),
            new VerificationAlgorithm("HS256", "oct", null, 32),
            new VerificationAlgorithm("HS384", "oct", null, 48),
            new VerificationAlgorithm("HS512", "oct", null, 64));

    private final String name;
    private final String keyType;
    private final @Nullable String curve;
    private final int size;

    private VerificationAlgorithm(String name, String keyType, @Nullable String curve, int size) {
        this.name = name;
        this.keyType = keyType;
        this.curve = curve;
        this.size = size;
    }

    /** The algorithm of a name, which is compared to the letter: {@code nOnE} is no algorithm, like {@code none}. */
    static @Nullable VerificationAlgorithm named(String name) {
        return ALL.get(name);
    }

    String name() {
        return name;
    }

    /** The {@code kty} of its keys. */
    String keyType() {
        return keyType;
    }

    /** The {@code crv} of its keys, or null if they have none. */
    @Nullable
    String curve() {
        return curve;
    }

    /** The bytes of a coordinate, of half a signature, or of a hash. */
    int size() {
        return size;
    }

    /** Whether who verifies could sign as well. */
    boolean isSymmetric() {
        return keyType.equals("oct");
    }

    private static Map<String, VerificationAlgorithm> all(VerificationAlgorithm... algorithms) {
        Map<String, VerificationAlgorithm> all = new LinkedHashMap<>();
        Arrays.asList(algorithms).forEach(algorithm -> all.put(algorithm.name, algorithm));
        return Collections.unmodifiableMap(all);
    }
}
