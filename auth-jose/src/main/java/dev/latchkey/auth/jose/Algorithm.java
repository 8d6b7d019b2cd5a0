package dev.latchkey.auth.jose;

import com.nimbusds.jose.jwk.Curve;
import dev.latchkey.auth.error.ConfigurationException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An asymmetric signature algorithm (RFC 7518 §3.1, RFC 8037, RFC 9864): what the JCA calls it, and which keys are fit for it. */
final class Algorithm {

    private static final int MIN_RSA_BITS = 2048;
    private static final Map<String, Algorithm> ALL;

    static {
        Map<String, Algorithm> all = new LinkedHashMap<>();
        for (int bits : new int[] {256, 384, 512}) {
            String hash = "SHA" + bits;
            add(all, new Algorithm("PS" + bits, Kind.RSA, List.of("RSASSA-PSS", hash + "withRSAandMGF1"), bits, null));
            add(all, new Algorithm("RS" + bits, Kind.RSA, List.of(hash + "withRSA"), bits, null));
            Curve curve = bits == 256 ? Curve.P_256 : bits == 384 ? Curve.P_384 : Curve.P_521;
            // With a provider that has only the second, what it gives is turned from DER into two numbers.
            List<String> names = List.of(hash + "withECDSAinP1363Format", hash + "withECDSA");
            add(all, new Algorithm("ES" + bits, Kind.EC, names, bits, curve));
        }
        add(all, new Algorithm("EdDSA", Kind.ED25519, List.of("Ed25519"), 0, null));
        add(all, new Algorithm("Ed25519", Kind.ED25519, List.of("Ed25519"), 0, null));
        ALL = Collections.unmodifiableMap(all);
    }

    /** What kind of key an algorithm works with. */
    enum Kind {
        RSA,
        EC,
        ED25519
    }

    private final String name;
    private final Kind kind;
    private final List<String> jcaNames;
    private final int hashBits;
    private final @Nullable Curve curve;

    private Algorithm(String name, Kind kind, List<String> jcaNames, int hashBits, @Nullable Curve curve) {
        this.name = name;
        this.kind = kind;
        this.jcaNames = jcaNames;
        this.hashBits = hashBits;
        this.curve = curve;
    }

    private static void add(Map<String, Algorithm> all, Algorithm algorithm) {
        all.put(algorithm.name, algorithm);
    }

    /** Finds an algorithm by its registered name. */
    static Algorithm of(String name) {
        Algorithm found = ALL.get(name);
        if (found == null) {
            throw new ConfigurationException("alg", "is not one of " + ALL.keySet());
        }
        return found;
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    /** Finds the algorithm that a key is most at home with. */
    static Algorithm fitting(PublicKey key) {
        for (Algorithm each : ALL.values()) {
            if (each.fault(key) == null) {
                return each;
            }
        }
        if (key instanceof RSAPublicKey) {
            return of("PS256").requireFit(key);
        }
        throw new ConfigurationException(
                "key",
                "is neither RSA, nor EC on P-256, P-384 or P-521, nor Ed25519, but of the algorithm "
                        + key.getAlgorithm());
    }

    String name() {
        return name;
    }

    Kind kind() {
        return kind;
    }

    /** Tells what to ask the JCA for, best first. */
    List<String> jcaNames() {
        return jcaNames;
    }

    @Nullable
    Curve curve() {
        return curve;
    }

    /** Gives what the JCA must be told besides the name. */
    @Nullable
    AlgorithmParameterSpec parameters() {
        if (!name.startsWith("PS")) {
            return null;
        }
        // RFC 7518 §3.5: MGF1 with the same hash, and a salt of its length.
        String hash = "SHA-" + hashBits;
        return new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), hashBits / 8, 1);
    }

    /** Tells how many bytes a signature of this key has. */
    int signatureLength(PublicKey key) {
        switch (kind) {
            case RSA:
                return (((RSAPublicKey) key).getModulus().bitLength() + 7) / 8;
            case EC:
                return 2 * ((((ECPublicKey) key).getParams().getOrder().bitLength() + 7) / 8);
            default:
                return 64;
        }
    }

    /**
     * Refuses a key that is too weak or made for something else (FAPI 2.0 §5.4, RFC 8725 §3.5).
     *
     * @throws ConfigurationException if it does not fit; the message says why
     */
    Algorithm requireFit(PublicKey key) {
        String fault = fault(key);
        if (fault != null) {
            throw new ConfigurationException("key", fault);
        }
        return this;
    }

    private @Nullable String fault(PublicKey key) {
        switch (kind) {
            case RSA:
                if (!(key instanceof RSAPublicKey)) {
                    return "is not the RSA key that " + name + " needs, but of the algorithm " + key.getAlgorithm();
                }
                if (Roca.isFingerprintOf(((RSAPublicKey) key).getModulus())) {
                    return "was made by a generator whose keys can be factored (CVE-2017-15361): make another one";
                }
                int bits = ((RSAPublicKey) key).getModulus().bitLength();
                return bits < MIN_RSA_BITS
                        ? "has " + bits + " bits; an RSA key needs at least " + MIN_RSA_BITS + " (RFC 7518 §3.3)"
                        : null;
            case EC:
                if (!(key instanceof ECPublicKey)) {
                    return "is not the EC key that " + name + " needs, but of the algorithm " + key.getAlgorithm();
                }
                Curve actual = Curve.forECParameterSpec(((ECPublicKey) key).getParams());
                return actual == null || !actual.equals(curve)
                        ? "is on the curve " + (actual == null ? "of no registered name" : actual.getName()) + "; "
                                + name + " needs " + curve + " (RFC 7518 §3.4)"
                        : null;
            default:
                return Ed25519.is(key)
                        ? null
                        : "is not the Ed25519 key that " + name + " needs, but of the algorithm " + key.getAlgorithm();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
