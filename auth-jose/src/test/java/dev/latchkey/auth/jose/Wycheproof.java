package dev.latchkey.auth.jose;

import com.nimbusds.jose.JOSEException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keys that Project Wycheproof publishes (https://github.com/C2SP/wycheproof, Apache License 2.0), and our own way from a JWS to
 * a verdict. Its cases are made here anew by what their names say; those of a deterministic algorithm are the published ones to the
 * bit, which the tests see by how the published signature begins.
 */
final class Wycheproof {

    static final String RS256 = header("{\"alg\":\"RS256\",\"kid\":\"kid-rsa-sign\"}");
    static final String ES256 = header("{\"alg\":\"ES256\",\"kid\":\"kid-ec-sign\"}");
    /** {@code foo}, which every group signs. */
    static final String FOO = "Zm9v";

    static final String RSA_MODULUS =
            "kqGboBfAWttWPCA-0cGRgsY6SaYoIARt0B_PkaEcIq9HPYNdu9n6UuWHuuTHrjF_ZoQW97r5HaAorNvrMEGTGdxCHZdEtkHvNVVmrtxT"
                    + "BLiQCbCozXhFoIrVcr3qUBrdGnNn_M3jJi7Wg7p_-x62nS5gNG875oyheRkutHsQXikFZwsN3q_TsPNOVlCiHy8mxzaFTUQGm-X8UYex"
                    + "FyAivlDSjgDJLAZSWfxd7k9Gxuwa3AUfQqQcVcegmgKGCaErQ3qQbh1x7WB6iopE3_-GZ8HMAVtR9AmrVscqYsnjhaCehfAI0iKKs8zX"
                    + "r8tISc0ORbaalrkk03H1ZrsEnDKEWQ";
    private static final BigInteger RSA_PRIVATE_EXPONENT = number(
            "YsfIRYN6rDqSz5KRf1E9q7HK1o6-_UK-j7S-asb0Y1FdVs1GuiRQhMPoOjmhY3Io93EI3_7vj8uzWzAUMsAaTxOY3sJnIbktYuqTcD0x"
                    + "GD8VmdGPBkx963db8B6M2UYfqZARf7dbzP9EuB1N1miMcTsqyGgfHGOk7CXQ1vkIv8Uww38KMtEdJ3iB8r-f3qcu-UJjE7Egw9CxKOMj"
                    + "ArOXxZEr4VnoIXrImrcTxBfjdY8GbzXGATiPQLur5GT99ZDW78falsir-b5Ean6HNyOeuaJuceT-yjgCXn57Rd3oIHD94CrjNtjBusoL"
                    + "djbr489L8K9ksCh1gynzLGkeeWgVGQ");

    static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    /** The published signature of {@code foo} with the key on P-256. */
    static final String ES256_SIGNATURE =
            "5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutrqWrte5P-pAvsE3Ve6xSyU3YDQwUHjVVOtvcrEbbnZ8yA";

    private static final Set<String> PUBLIC_KEY_ALGORITHMS =
            Set.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519");

    private static final AuthorizationServerMetadata SERVER =
            AuthorizationServerMetadata.builder("https://as.example.com").build();

    private Wycheproof() {}

    static String header(String json) {
        return Keys.base64(json);
    }

    static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    static String rsaKey(String more) {
        return "{\"kty\":\"RSA\",\"kid\":\"kid-rsa-sign\",\"e\":\"AQAB\",\"n\":\"" + RSA_MODULUS + "\"" + more + "}";
    }

    static String ecKey(String more) {
        return "{\"kty\":\"EC\",\"kid\":\"kid-ec-sign\",\"crv\":\"P-256\","
                + "\"x\":\"04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY\","
                + "\"y\":\"UI8exy-C06a7DUnjIdENkxeFtHM4-l_41LqEw9nVgmw\"" + more + "}";
    }

    /** Raises what stands for a DigestInfo, padded as PKCS #1 says, to the private exponent. */
    static String rsaSignature(byte[] digestInfo) {
        byte[] padded = new byte[256];
        Arrays.fill(padded, 1, 255 - digestInfo.length, (byte) 0xff);
        padded[1] = 1;
        System.arraycopy(digestInfo, 0, padded, 256 - digestInfo.length, digestInfo.length);
        byte[] signature = new BigInteger(1, padded)
                .modPow(RSA_PRIVATE_EXPONENT, number(RSA_MODULUS))
                .toByteArray();
        byte[] sized = new byte[256];
        int length = Math.min(256, signature.length);
        System.arraycopy(signature, signature.length - length, sized, 256 - length, length);
        return Keys.base64(sized);
    }

    /** The DigestInfo of RS256 as it must be (RFC 8017 §9.2). */
    static byte[] digestInfo(String input) {
        byte[] prefix = {0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, (byte) 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20};
        byte[] digestInfo = Arrays.copyOf(prefix, prefix.length + 32);
        System.arraycopy(sha256(input), 0, digestInfo, prefix.length, 32);
        return digestInfo;
    }

    static byte[] sha256(String ascii) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(ascii.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** What a JWS turns into when parts of it are changed or left out, by Wycheproof's names; none may be accepted. */
    static Map<String, String> spoiled(String header, String payload, String signature) {
        String jws = header + "." + payload + "." + signature;
        String json = new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("rejectsModifiedSignature", header + "." + payload + ".X" + signature.substring(1));
        all.put("rejectsMissingSignature", header + "." + payload + ".");
        all.put("rejectsMissingSignatureAndSeparator", header + "." + payload);
        all.put("rejectsModifiedPayload", header + ".WG9v." + signature);
        all.put("rejectsMissingPayload", header + ".." + signature);
        all.put("rejectsMissingPayloadAndSeparator", header + "." + signature);
        all.put(
                "rejectsModifiedHeader",
                Keys.base64(json.replace("\"kid-", "\"Xid-")) + "." + payload + "." + signature);
        all.put("rejectsMissingHeader", "." + payload + "." + signature);
        all.put("rejectsMissingHeaderAndSeparator", payload + "." + signature);
        all.put("rejectsMissingHeaderAndSignature", "." + payload + ".");
        all.put("rejectsMissingHeaderSignatureAndSeparators", payload);
        all.put("rejectsEmptyString", "");
        all.put("rejectsExtraEmptyComponent", jws + ".");
        all.put("rejectsExtraComponent", jws + ".foo");
        all.put(
                "rejectsNoneAlgorithmAndMissingSignature",
                Keys.base64(json.replaceAll("\"alg\":\"[^\"]*\"", "\"alg\":\"none\"")) + "." + payload + ".");
        all.put(
                "rejectsValidJsonSerialization",
                "{\"payload\":\"" + payload + "\",\"signatures\":[{\"protected\":\"" + header
                        + "\",\"header\":{\"unknown\":\"untrustworthy\"},\"signature\":\"" + signature + "\"}]}");
        return all;
    }

    /** Whether a JWS is taken by the way that every JWT goes, with the keys of a server. */
    static boolean accepts(String jws, String... jwks) {
        ResponseRules rules =
                ResponseRules.of("JWS", AlgorithmRule.ofAccessTokens().only(PUBLIC_KEY_ALGORITHMS), type -> true);
        return accepts(jws, rules, Keys.set(jwks));
    }

    /** The same with a secret that is shared, which may be of any bytes here. */
    static boolean acceptsMac(String jws, byte[] secret, String algorithm) {
        try {
            CompactJwt jwt = CompactJwt.parse(jws);
            VerificationAlgorithm named =
                    VerificationAlgorithm.named(jwt.header().algorithm());
            boolean holds = named != null
                    && SignatureCheck.secret(secret, algorithm, null).holds(named, jwt.signingInput(), jwt);
            jwt.part(1);
            return holds;
        } catch (JoseFault e) {
            return false;
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean accepts(String jws, ResponseRules rules, String set) {
        try {
            VerificationKeys keys = VerificationKeys.parse(ByteBuffer.wrap(set.getBytes(StandardCharsets.UTF_8)), null);
            Verification.verify(jws, rules, SERVER, () -> keys);
            throw new AssertionError("The payload is no JSON object");
        } catch (JoseFault e) {
            // The payloads are no claims, which is seen only after the signature was found to hold. Any other exception
            // is a finding.
            return e.problem().startsWith("has bad claims");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
