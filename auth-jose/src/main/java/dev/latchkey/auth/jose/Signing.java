package dev.latchkey.auth.jose;

import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Base64;

/**
 * Makes signed JWTs in compact form (RFC 7515 §3.1) with one signer and one header, which is encoded once.
 *
 * <p>Safe for use by any number of threads at once.
 */
final class Signing {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** What turns the signing input into a signature. */
    @FunctionalInterface
    interface Function {
        byte[] sign(byte[] signingInput) throws IOException;
    }

    private final Function function;
    private final byte[] header;

    private Signing(Function function, JsonText header) {
        this.function = function;
        byte[] encoded = BASE64.encode(header.bytes());
        this.header = new byte[encoded.length + 1];
        System.arraycopy(encoded, 0, this.header, 0, encoded.length);
        this.header[encoded.length] = '.';
    }

    static Signing of(Function function, JsonText header) {
        return new Signing(function, header);
    }

    /** Signs with a key that may live anywhere; a signature that is not of the JWS format is not sent. */
    static Signing of(JwsSigner signer, JsonText header) {
        Algorithm algorithm = requireStrong(signer);
        int length = algorithm.signatureLength(signer.publicKey());
        return new Signing(
                input -> {
                    byte[] signature = signer.sign(input);
                    if (signature.length != length) {
                        throw new IOException("The signer gave " + signature.length + " bytes, and a signature with "
                                + algorithm + " has " + length
                                + (algorithm.kind() == Algorithm.Kind.EC
                                        ? " (r and s side by side, not DER: RFC 7518 §3.4)"
                                        : ""));
                    }
                    return signature;
                },
                header);
    }

    /** Refuses a signer whose key is weak or does not fit its algorithm, whoever wrote it. */
    static Algorithm requireStrong(JwsSigner signer) {
        PublicKey key = signer.publicKey();
        return Algorithm.of(signer.algorithm()).requireFit(key);
    }

    /** Starts a header. */
    static JsonText header(String type, String algorithm) {
        return new JsonText().member("typ", type).member("alg", algorithm);
    }

    String sign(JsonText claims) throws IOException {
        byte[] payload = BASE64.encode(claims.bytes());
        byte[] input = new byte[header.length + payload.length];
        System.arraycopy(header, 0, input, 0, header.length);
        System.arraycopy(payload, 0, input, header.length, payload.length);
        byte[] signature = BASE64.encode(function.sign(input));
        byte[] token = new byte[input.length + 1 + signature.length];
        System.arraycopy(input, 0, token, 0, input.length);
        token[input.length] = '.';
        System.arraycopy(signature, 0, token, input.length + 1, signature.length);
        return new String(token, StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "Signing[redacted]";
    }
}
