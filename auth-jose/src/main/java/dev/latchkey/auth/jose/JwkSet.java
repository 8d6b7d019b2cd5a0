package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.JwsSigner;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The public keys of a client (RFC 7517 §5), to be registered as {@code jwks} or served at its {@code jwks_uri}. Immutable.
 *
 * <p>During a change of keys it holds the old one and the new one.
 */
public final class JwkSet {

    private final String json;

    private JwkSet(String json) {
        this.json = json;
    }

    /**
     * Collects the public halves of signing keys.
     *
     * @param signers the keys, of which each has its own {@code kid} if there is more than one
     * @return the set
     * @throws ConfigurationException if there is no key, or if several cannot be told apart
     */
    public static JwkSet of(JwsSigner... signers) {
        if (signers.length == 0) {
            throw new ConfigurationException("keys", "must be at least one");
        }
        Set<String> ids = new HashSet<>();
        List<String> keys = new ArrayList<>();
        for (JwsSigner each : signers) {
            String id = each.keyId().orElse("");
            if (signers.length > 1 && (id.isEmpty() || !ids.add(id))) {
                throw new ConfigurationException("kid", "must be there and differ between the keys of a set");
            }
            keys.add(jwk(each));
        }
        return new JwkSet("{\"keys\":[" + String.join(",", keys) + "]}");
    }

    private static String jwk(JwsSigner signer) {
        Signing.requireStrong(signer);
        JsonText text = new JsonText();
        PublicJwk.of(signer.publicKey())
                .toJSONObject()
                .forEach((name, value) -> text.member(name, String.valueOf(value)));
        text.member("use", "sig").member("alg", signer.algorithm());
        signer.keyId().ifPresent(id -> text.member("kid", id));
        List<X509Certificate> chain = signer.certificateChain();
        if (!chain.isEmpty()) {
            text.member("x5c", JwtAuthentication.encoded(chain))
                    .member("x5t#S256", CertificateThumbprint.of(chain.get(0)));
        }
        return text.text();
    }

    /**
     * Gives the set as JSON.
     *
     * @return a document of the type {@code application/jwk-set+json}
     */
    public String toJson() {
        return json;
    }

    @Override
    public String toString() {
        return json;
    }
}
