package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A client secret that signs (RFC 7518 §3.2): its UTF-8 bytes are the key (OpenID Connect Core §10.1). */
final class HmacSecret {

    private static final Map<String, Integer> BYTES = Map.of("HS256", 32, "HS384", 48, "HS512", 64);

    private final Supplier<ClientSecret> supplier;
    private final String algorithm;
    private final int minimum;

    HmacSecret(Supplier<ClientSecret> supplier, String algorithm) {
        this.supplier = Objects.requireNonNull(supplier, "secret");
        this.algorithm = algorithm;
        Integer bytes = BYTES.get(algorithm);
        if (bytes == null) {
            throw new ConfigurationException("alg", "is not one of HS256, HS384 and HS512");
        }
        this.minimum = bytes;
    }

    /** Refuses a secret that is shorter than the hash (RFC 7518 §3.2). */
    byte[] requireStrong(ClientSecret secret) {
        byte[] key = secret.reveal().getBytes(StandardCharsets.UTF_8);
        if (key.length < minimum) {
            throw new ConfigurationException(
                    "client_secret", "has " + key.length + " bytes; " + algorithm + " needs at least " + minimum);
        }
        return key;
    }

    byte[] sign(byte[] input) throws IOException {
        return mac(algorithm, requireStrong(supplier.get()), input);
    }

    static byte[] mac(String algorithm, byte[] key, byte[] input) throws IOException {
        try {
            String name = "HmacSHA" + algorithm.substring(2);
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(key, name));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IOException("This runtime cannot sign with " + algorithm, e);
        }
    }
}
