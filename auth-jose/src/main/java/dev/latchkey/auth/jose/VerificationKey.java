package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A key that signatures are verified with, and what it may be used for (RFC 7517 §4). Immutable. */
final class VerificationKey {

    private static final int MIN_RSA_BITS = 2048;
    // A bigger one only costs time, which is what a hostile host would want.
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_EXPONENT_BITS = 64;

    private final String keyType;
    private final @Nullable String curve;
    private final @Nullable String keyId;
    private final @Nullable String algorithm;
    // What tells it from others: the public part's numbers.
    private final List<String> numbers;
    private final SignatureCheck check;

    private VerificationKey(
            String keyType,
            @Nullable String curve,
            @Nullable String keyId,
            @Nullable String algorithm,
            List<String> numbers,
            SignatureCheck check) {
        this.keyType = keyType;
        this.curve = curve;
        this.keyId = keyId;
        this.algorithm = algorithm;
        this.numbers = numbers;
        this.check = check;
    }

    /**
     * Reads a key from a JWK set.
     *
     * @throws JoseFault if it is no public key that verifies signatures; then it is left out
     */
    static VerificationKey of(Map<?, ?> jwk, @Nullable Provider provider) throws JoseFault {
        for (String secret : new String[] {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
            if (jwk.containsKey(secret)) {
                // Whoever read it can sign with it.
                throw new JoseFault("is not only a public key");
            }
        }
        Object use = jwk.get("use");
        Object operations = jwk.get("key_ops");
        if ((use != null && !use.equals("sig"))
                || (operations != null && !(operations instanceof List && ((List<?>) operations).contains("verify")))) {
            throw new JoseFault("is for another use");
        }
        String type = text(jwk, "kty");
        String keyId = jwk.get("kid") == null ? null : text(jwk, "kid");
        String algorithm = jwk.get("alg") == null ? null : text(jwk, "alg");
        switch (type) {
            case "RSA":
                String modulus = text(jwk, "n");
                String exponent = text(jwk, "e");
                SignatureCheck rsa = SignatureCheck.rsa(rsa(modulus, exponent), provider);
                return new VerificationKey(type, null, keyId, algorithm, List.of(modulus, exponent), rsa);
            case "EC":
                return ec(jwk, keyId, algorithm, provider);
            case "OKP":
                String x = text(jwk, "x");
                byte[] point = Base64Url.decode(x);
                if (!text(jwk, "crv").equals("Ed25519") || point.length != 32) {
                    throw new JoseFault("is on no curve that can be verified with here");
                }
                if (!EdwardsPoint.canBeKey(point)) {
                    throw new JoseFault("is no point that an Ed25519 key can be");
                }
                SignatureCheck edwards = SignatureCheck.ed25519(point, provider);
                return new VerificationKey(type, "Ed25519", keyId, algorithm, List.of(x), edwards);
            default:
                throw new JoseFault("is of no type that can be verified with");
        }
    }

    /** The client's secret as a key, which never comes from a JWK set (OpenID Connect Core §10.1). */
    static VerificationKey of(ClientSecret secret, String algorithm, @Nullable Provider provider) {
        VerificationAlgorithm named = VerificationAlgorithm.named(algorithm);
        if (named == null || !named.isSymmetric()) {
            throw new ConfigurationException("algorithm", "is none of HS256, HS384 and HS512");
        }
        byte[] octets = secret.reveal().getBytes(StandardCharsets.UTF_8);
        if (octets.length < named.size()) {
            throw new ConfigurationException(
                    "clientSecret",
                    "has fewer than the " + named.size() + " bytes that " + algorithm + " wants (RFC 7518 §3.2)");
        }
        try {
            SignatureCheck check = SignatureCheck.secret(octets, algorithm, provider);
            return new VerificationKey("oct", null, null, algorithm, List.of(), check);
        } catch (JOSEException e) {
            throw new ConfigurationException("clientSecret", "cannot be a key of " + algorithm, null, e);
        }
    }

    boolean fits(VerificationAlgorithm wanted) {
        return keyType.equals(wanted.keyType())
                && (wanted.curve() == null || wanted.curve().equals(curve))
                && (algorithm == null || sameAlgorithm(wanted.name()));
    }

    boolean hasKeyId(String wanted) {
        return wanted.equals(keyId);
    }

    /** Whether both verify the same signatures, so that it does not matter which of them is used. */
    boolean isSameAs(VerificationKey other) {
        return keyType.equals(other.keyType) && Objects.equals(curve, other.curve) && numbers.equals(other.numbers);
    }

    /** Whether it is the same key by the same name for the same algorithm. */
    boolean isNamedAndSameAs(VerificationKey other) {
        return isSameAs(other) && Objects.equals(keyId, other.keyId) && Objects.equals(algorithm, other.algorithm);
    }

    boolean verifies(VerificationAlgorithm wanted, CompactJwt jwt) throws JoseFault {
        return fits(wanted) && check.holds(wanted, jwt.signingInput(), jwt);
    }

    // RFC 9864 gave EdDSA with this curve a name of its own.
    private boolean sameAlgorithm(String wanted) {
        return wanted.equals(algorithm)
                || (keyType.equals("OKP") && ("EdDSA".equals(algorithm) || "Ed25519".equals(algorithm)));
    }

    private static RSAPublicKey rsa(String modulus, String exponent) throws JoseFault {
        BigInteger n = new BigInteger(1, Base64Url.decode(modulus));
        BigInteger e = new BigInteger(1, Base64Url.decode(exponent));
        if (n.bitLength() < MIN_RSA_BITS || n.bitLength() > MAX_RSA_BITS) {
            throw new JoseFault("has " + n.bitLength() + " bits, and not from " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
        }
        if (!n.testBit(0) || !e.testBit(0) || e.bitLength() < 2 || e.bitLength() > MAX_EXPONENT_BITS) {
            throw new JoseFault("has numbers that no RSA key has");
        }
        if (Roca.isFingerprintOf(n)) {
            throw new JoseFault("was made by a generator whose keys can be factored (CVE-2017-15361)");
        }
        try {
            return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(n, e));
        } catch (GeneralSecurityException | ClassCastException failure) {
            throw new JoseFault("is refused by this Java");
        }
    }

    private static VerificationKey ec(
            Map<?, ?> jwk, @Nullable String keyId, @Nullable String algorithm, @Nullable Provider provider)
            throws JoseFault {
        String curve = text(jwk, "crv");
        for (String name : new String[] {"ES256", "ES384", "ES512"}) {
            VerificationAlgorithm candidate = VerificationAlgorithm.named(name);
            if (candidate != null && curve.equals(candidate.curve())) {
                String x = text(jwk, "x");
                String y = text(jwk, "y");
                if (Base64Url.decode(x).length != candidate.size() || Base64Url.decode(y).length != candidate.size()) {
                    throw new JoseFault("has coordinates of another length than the curve's (RFC 7518 §6.2.1.2)");
                }
                try {
                    // Nimbus checks that the point is on the curve.
                    ECPublicKey key = new ECKey.Builder(Curve.parse(curve), new Base64URL(x), new Base64URL(y))
                            .build()
                            .toECPublicKey();
                    SignatureCheck check =
                            SignatureCheck.ec(key, key.getParams().getOrder(), name, provider);
                    return new VerificationKey("EC", curve, keyId, algorithm, List.of(x, y), check);
                } catch (JOSEException | IllegalArgumentException | IllegalStateException e) {
                    throw new JoseFault("is no point of its curve");
                }
            }
        }
        throw new JoseFault("is on no curve that can be verified with");
    }

    private static String text(Map<?, ?> jwk, String name) throws JoseFault {
        Object value = jwk.get(name);
        if (!(value instanceof String)) {
            throw new JoseFault("has no " + name + " that is a text");
        }
        return (String) value;
    }
}
