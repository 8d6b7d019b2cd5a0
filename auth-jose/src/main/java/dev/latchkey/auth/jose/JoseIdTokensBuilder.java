package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.SignedResponse;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is registered of the JWTs that a server sends; {@link JoseIdTokens#builder} starts one. Not safe for use by
 * several threads.
 */
public final class JoseIdTokensBuilder {

    private final ServerKeys keys;
    private ResponseRules idTokens;
    private final Map<SignedResponse, ResponseRules> responses = new EnumMap<>(SignedResponse.class);
    private @Nullable DecryptionKeys decryptionKeys;
    // Algorithm and method by the kind of response; null stands for the ID token.
    private final Map<@Nullable SignedResponse, String[]> encryption = new HashMap<>();
    private final Set<SignedResponse> required = EnumSet.noneOf(SignedResponse.class);

    JoseIdTokensBuilder(ServerKeys keys) {
        this.keys = Objects.requireNonNull(keys, "keys");
        this.idTokens = ResponseRules.of("id_token", AlgorithmRule.ofIdTokens(), ResponseRules::isPlain);
        responses.put(
                SignedResponse.AUTHORIZATION,
                ResponseRules.of(
                        "response",
                        AlgorithmRule.of("authorization_signing_alg_values_supported", "AUTHORIZATION"),
                        ResponseRules::isPlain));
        responses.put(
                SignedResponse.USERINFO,
                ResponseRules.of(
                        "userinfo",
                        AlgorithmRule.of("userinfo_signing_alg_values_supported", "USERINFO"),
                        ResponseRules::isPlain));
        responses.put(
                SignedResponse.INTROSPECTION,
                ResponseRules.of(
                        "introspection",
                        AlgorithmRule.of("introspection_signing_alg_values_supported", "INTROSPECTION"),
                        "token-introspection+jwt"::equals));
        responses.put(
                SignedResponse.LOGOUT_TOKEN,
                ResponseRules.of(
                        "logout_token",
                        AlgorithmRule.ofLogoutTokens(),
                        type -> type.equals("logout+jwt") || ResponseRules.isPlain(type)));
    }

    /**
     * Says which algorithms ID tokens and logout tokens may be signed with. By default ID tokens may be with those of the server's
     * metadata that use public keys, and logout tokens with RS256 where it is among them, since a client is registered for
     * that one unless it said another (OpenID Connect Registration §2).
     *
     * @param algorithms such as {@code PS256} or {@code ES256}; best the one that is registered for the client
     * @return this builder
     * @throws ConfigurationException if one is unknown, {@code none}, or uses a shared secret
     */
    public JoseIdTokensBuilder algorithms(String... algorithms) {
        idTokens = idTokens.withAlgorithms(List.of(algorithms));
        return responseAlgorithms(SignedResponse.LOGOUT_TOKEN, algorithms);
    }

    /**
     * Says which algorithms another kind of JWT may be signed with; those of the server's metadata that use public keys by default,
     * or of its ID tokens where there is no list for this kind.
     * Userinfo and introspection are then asked for as JWTs, and refused as anything else.
     *
     * @param kind the kind of JWT
     * @param algorithms such as {@code PS256} or {@code ES256}
     * @return this builder
     * @throws ConfigurationException if one is unknown, {@code none}, or uses a shared secret
     */
    public JoseIdTokensBuilder responseAlgorithms(SignedResponse kind, String... algorithms) {
        responses.computeIfPresent(kind, (same, rules) -> rules.withAlgorithms(List.of(algorithms)));
        required.add(kind);
        return this;
    }

    /**
     * Says that ID tokens and logout tokens are authenticated with the client's secret, and with nothing else (OpenID Connect
     * Core §10.1). Whoever knows the secret can make such tokens; a public key is better.
     *
     * @param secret the client's secret, of at least as many bytes as the algorithm's hash
     * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}, as it is registered
     * @return this builder
     * @throws ConfigurationException if the secret is too short or the algorithm another one
     */
    public JoseIdTokensBuilder signedWithSecret(ClientSecret secret, String algorithm) {
        VerificationKey key = VerificationKey.of(secret, algorithm, keys.provider());
        idTokens = idTokens.withSecret(key, algorithm);
        return responseSignedWithSecret(SignedResponse.LOGOUT_TOKEN, secret, algorithm);
    }

    /**
     * Says that another kind of JWT is authenticated with the client's secret, and with nothing else.
     *
     * @param kind the kind of JWT
     * @param secret the client's secret, of at least as many bytes as the algorithm's hash
     * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}, as it is registered
     * @return this builder
     * @throws ConfigurationException if the secret is too short or the algorithm another one
     */
    public JoseIdTokensBuilder responseSignedWithSecret(SignedResponse kind, ClientSecret secret, String algorithm) {
        VerificationKey key = VerificationKey.of(secret, algorithm, keys.provider());
        responses.computeIfPresent(kind, (same, rules) -> rules.withSecret(key, algorithm));
        required.add(kind);
        return this;
    }

    /**
     * Gives the client's keys for JWTs that are encrypted. Those that are not are still accepted, where {@link #encrypted} does not
     * say that they all are.
     *
     * @param decryptionKeys the keys
     * @return this builder
     */
    public JoseIdTokensBuilder decryptionKeys(DecryptionKeys decryptionKeys) {
        this.decryptionKeys = Objects.requireNonNull(decryptionKeys, "decryptionKeys");
        return this;
    }

    /**
     * Says that all ID tokens are encrypted: one that is not is refused.
     *
     * @param algorithm how the key is encrypted, such as {@code RSA-OAEP-256} or {@code ECDH-ES+A128KW}, as it is registered
     * @param method how the content is encrypted, such as {@code A256GCM}
     * @return this builder
     * @throws ConfigurationException if one of them cannot be decrypted here
     */
    public JoseIdTokensBuilder encrypted(String algorithm, String method) {
        encryption.put(null, checked(algorithm, method));
        return this;
    }

    /**
     * Says that all JWTs of another kind are encrypted: one that is not is refused.
     *
     * @param kind the kind of JWT
     * @param algorithm how the key is encrypted, as it is registered
     * @param method how the content is encrypted
     * @return this builder
     * @throws ConfigurationException if one of them cannot be decrypted here
     */
    public JoseIdTokensBuilder responseEncrypted(SignedResponse kind, String algorithm, String method) {
        encryption.put(Objects.requireNonNull(kind, "kind"), checked(algorithm, method));
        required.add(kind);
        return this;
    }

    /**
     * Takes what the client is registered with, by the names of OpenID Connect Registration §2, JARM §3 and RFC 9701 §6: the
     * {@code …_signed_response_alg}, {@code …_encrypted_response_alg} and {@code …_encrypted_response_enc} of ID tokens, userinfo,
     * authorization and introspection.
     *
     * @param registration the client's metadata by name; what else is in it does not matter
     * @return this builder
     * @throws ConfigurationException if something is registered that cannot be verified or decrypted here
     */
    public JoseIdTokensBuilder registration(Map<String, ?> registration) {
        take(registration, "id_token", null);
        take(registration, "userinfo", SignedResponse.USERINFO);
        take(registration, "authorization", SignedResponse.AUTHORIZATION);
        take(registration, "introspection", SignedResponse.INTROSPECTION);
        return this;
    }

    /**
     * Puts up with what a server is known to do wrong. By default nothing is put up with.
     *
     * @param quirk what it does
     * @return this builder
     */
    public JoseIdTokensBuilder quirk(VerifierQuirk quirk) {
        if (quirk == VerifierQuirk.ISSUER_REPEATED_IN_AUTHORIZATION_RESPONSES) {
            responses.computeIfPresent(SignedResponse.AUTHORIZATION, (kind, rules) -> rules.withRepeatedClaim("iss"));
        }
        return this;
    }

    /**
     * Finishes the verifier, without any I/O.
     *
     * @return the verifier
     * @throws ConfigurationException if encryption is registered and there are no keys to decrypt with
     */
    public JoseIdTokens build() {
        if (!encryption.isEmpty() && decryptionKeys == null) {
            throw new ConfigurationException(
                    "decryptionKeys", "are missing: encryption is registered, so give the client's keys");
        }
        Map<SignedResponse, ResponseRules> finished = new EnumMap<>(SignedResponse.class);
        responses.forEach((kind, rules) -> finished.put(kind, decrypting(rules, kind)));
        return new JoseIdTokens(keys, decrypting(idTokens, null), finished, required);
    }

    private ResponseRules decrypting(ResponseRules rules, @Nullable SignedResponse kind) {
        if (decryptionKeys == null) {
            return rules;
        }
        String[] registered = encryption.get(kind);
        return registered == null
                ? rules.withDecryption(new Decryption(decryptionKeys, null, null), false)
                : rules.withDecryption(new Decryption(decryptionKeys, registered[0], registered[1]), true);
    }

    private void take(Map<String, ?> registration, String prefix, @Nullable SignedResponse kind) {
        Object signed = registration.get(prefix + "_signed_response_alg");
        ResponseRules rules = kind == null ? idTokens : responses.get(kind);
        boolean isTheSecrets = rules != null && rules.secret() != null && rules.isAllowed(String.valueOf(signed));
        if (signed instanceof String && !isTheSecrets) {
            if (kind == null) {
                algorithms((String) signed);
            } else {
                responseAlgorithms(kind, (String) signed);
            }
        }
        Object encrypted = registration.get(prefix + "_encrypted_response_alg");
        if (encrypted instanceof String) {
            Object method = registration.get(prefix + "_encrypted_response_enc");
            // What counts if the method is not named (OpenID Connect Registration §2).
            encryption.put(
                    kind, checked((String) encrypted, method instanceof String ? (String) method : "A128CBC-HS256"));
            if (kind != null) {
                required.add(kind);
            }
        }
    }

    private static String[] checked(String algorithm, String method) {
        if (!Decryption.ALGORITHMS.contains(algorithm) && !Decryption.REGISTRABLE.contains(algorithm)) {
            throw new ConfigurationException(
                    "encrypted",
                    JoseFault.printable(algorithm) + " is not decrypted here; register RSA-OAEP-256 or ECDH-ES");
        }
        if (!Decryption.METHODS.containsKey(method)) {
            throw new ConfigurationException(
                    "encrypted", JoseFault.printable(method) + " is not decrypted here; register A256GCM or A128GCM");
        }
        return new String[] {algorithm, method};
    }
}
