package dev.latchkey.it.provider;

import com.google.gson.Gson;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.jose.DecryptionKeys;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.JoseIdTokensBuilder;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.registration.ClientRegistrations;
import dev.latchkey.auth.registration.RegisteredClient;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Registers clients with the provider (RFC 7591), and has their keys. */
final class Applicant {

    static final URI REDIRECT = URI.create("https://app.example.com/callback");

    private final HttpTransport transport;
    private final SigningKey key;
    private final KeyPair encryption = pair("RSA", null);
    private final List<JWK> jwks = new ArrayList<>();

    private Applicant(HttpTransport transport, SigningKey key, JWK signing) {
        this.transport = transport;
        this.key = key;
        jwks.add(signing);
        jwks.add(new RSAKey.Builder((RSAPublicKey) encryption.getPublic())
                .keyID("encryption")
                .keyUse(KeyUse.ENCRYPTION)
                .algorithm(JWEAlgorithm.RSA_OAEP_256)
                .build());
    }

    /** One who signs with ES256. */
    static Applicant es256(HttpTransport transport) {
        return signingBy("ES256", transport);
    }

    static Applicant signingBy(String algorithm, HttpTransport transport) {
        KeyPair pair;
        JWK published;
        switch (algorithm) {
            case "ES256":
                pair = pair("EC", "secp256r1");
                published = new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                        .keyID("signing")
                        .keyUse(KeyUse.SIGNATURE)
                        .build();
                break;
            case "PS256":
                pair = pair("RSA", null);
                published = new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                        .keyID("signing")
                        .keyUse(KeyUse.SIGNATURE)
                        .build();
                break;
            default:
                pair = pair("Ed25519", null);
                byte[] encoded = pair.getPublic().getEncoded();
                published = new OctetKeyPair.Builder(
                                Curve.Ed25519,
                                Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
                        .keyID("signing")
                        .keyUse(KeyUse.SIGNATURE)
                        .build();
        }
        SigningKey key =
                SigningKey.of(pair).algorithm(algorithm).keyId("signing").build();
        return new Applicant(transport, key, published);
    }

    private static KeyPair pair(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (curve != null) {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no keys of " + algorithm, e);
        }
    }

    /** Adds a certificate to its key set, as who certifies himself does (RFC 8705 §2.2.2). */
    Applicant certified(X509Certificate certificate) {
        try {
            jwks.add(new ECKey.Builder(Curve.P_256, (ECPublicKey) certificate.getPublicKey())
                    .keyID("certificate")
                    .x509CertChain(List.of(Base64.encode(certificate.getEncoded())))
                    .build());
            return this;
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }

    SigningKey key() {
        return key;
    }

    /** What every registration says: one redirect URI, the keys, codes and refresh tokens. */
    ClientMetadata.Builder metadata() {
        List<Object> keys = new ArrayList<>();
        jwks.forEach(each -> keys.add(each.toPublicJWK().toJSONObject()));
        return ClientMetadata.builder()
                .clientName("Latchkey's tests")
                .redirectUris(REDIRECT)
                .grantTypes("authorization_code", "refresh_token")
                .member("response_types", List.of("code"))
                .member("jwks", new Gson().fromJson(new Gson().toJson(Map.of("keys", keys)), Object.class));
    }

    RegisteredClient register(String issuer, ClientMetadata metadata) {
        return ClientRegistrations.over(transport).register(AuthorizationServer.openId(issuer), metadata);
    }

    /** A client that signs its assertions. */
    OAuthClientBuilder signing(String issuer, ClientMetadata.Builder metadata) {
        metadata.tokenEndpointAuthMethod("private_key_jwt");
        metadata.member("token_endpoint_auth_signing_alg", key.algorithm());
        return client(issuer, register(issuer, metadata.build()), JwtAuthentication.privateKey(key));
    }

    /** A client that is registered, and believes what it is registered for. */
    OAuthClientBuilder client(String issuer, RegisteredClient registered, ClientAuthentication authentication) {
        JoseIdTokensBuilder idTokens = JoseIdTokens.builder(ServerKeys.fetchedOver(transport))
                .decryptionKeys(
                        DecryptionKeys.builder().add("encryption", encryption).build());
        Object algorithm =
                registered.metadata().member("id_token_signed_response_alg").orElse("RS256");
        if (algorithm.equals("HS256")) {
            idTokens.signedWithSecret(registered.clientSecret().orElseThrow(), "HS256");
        }
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(issuer))
                .client(registered.clientId(), authentication)
                .idTokens(idTokens.registration(registered.metadata().asMap()).build());
    }
}
