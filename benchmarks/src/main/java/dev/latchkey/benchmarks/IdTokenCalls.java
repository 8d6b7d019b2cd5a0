package dev.latchkey.benchmarks;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.Nonce;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.IdToken;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One ID token, and who validates it: the bare JCA, which looks at the signature alone, Latchkey, and Nimbus's own
 * processor with the same claims checked (issuer, audience, nonce, times). Both have the keys at hand.
 */
final class IdTokenCalls {

    private static final String ISSUER = "https://as.example.com";
    private static final String NONCE = "n-0S6_WzA2Mj";

    private final JWK key;
    private final PublicKey publicKey;
    private final String algorithm;
    private final SignedJWT token;
    private final String text;

    private IdTokenCalls(JWK key, PublicKey publicKey, JWSSigner signer, String algorithm) throws Exception {
        this.key = key;
        this.publicKey = publicKey;
        this.algorithm = algorithm;
        Instant now = Instant.now();
        this.token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.parse(algorithm)).keyID("1").build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .subject("248289761001")
                        .audience("app")
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(36_000)))
                        .claim("auth_time", now.getEpochSecond())
                        .claim("nonce", NONCE)
                        .claim("sid", "08a5019c-17e1-4977-8f42-65a12843ea02")
                        .claim("name", "Jane Doe")
                        .claim("preferred_username", "j.doe")
                        .claim("email", "janedoe@example.com")
                        .claim("email_verified", true)
                        .build());
        token.sign(signer);
        this.text = token.serialize();
    }

    static IdTokenCalls of(String algorithm) throws Exception {
        if (algorithm.equals("ES256")) {
            ECKey key = new ECKeyGenerator(Curve.P_256).keyID("1").generate();
            return new IdTokenCalls(key.toPublicJWK(), key.toECPublicKey(), new ECDSASigner(key), algorithm);
        }
        RSAKey key = new RSAKeyGenerator(2048).keyID("1").generate();
        return new IdTokenCalls(key.toPublicJWK(), key.toRSAPublicKey(), new RSASSASigner(key), algorithm);
    }

    /** A verification as bare as the JCA has it: looked up and prepared once. */
    Callable<Object> bare(@Nullable Provider provider) throws Exception {
        String name = algorithm.equals("ES256") ? "SHA256withECDSA" : "SHA256withRSA";
        byte[] input = text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
        byte[] decoded = token.getSignature().decode();
        byte[] signed = algorithm.equals("ES256") ? ECDSA.transcodeSignatureToDER(decoded) : decoded;
        Signature signature = provider == null ? Signature.getInstance(name) : Signature.getInstance(name, provider);
        signature.initVerify(publicKey);
        return () -> {
            signature.update(input);
            if (!signature.verify(signed)) {
                throw new IllegalStateException("The signature does not hold");
            }
            return signed;
        };
    }

    /** Latchkey: the verifier with its keys fetched already, and then the claims as a sign-in checks them. */
    Callable<Object> latchkey(@Nullable Provider provider) throws Exception {
        AtomicInteger fetches = new AtomicInteger();
        byte[] set = new JWKSet(key).toString().getBytes(StandardCharsets.UTF_8);
        HttpTransport host = request -> {
            if (fetches.incrementAndGet() > 1) {
                throw new IllegalStateException("The keys were at hand");
            }
            return TransportResponse.of(
                    200,
                    TransportHeaders.builder()
                            .set("content-type", "application/jwk-set+json")
                            .build(),
                    new ByteArrayInputStream(set),
                    () -> {});
        };
        ServerKeys.Builder keys = ServerKeys.builder(host);
        JoseIdTokens verifier = JoseIdTokens.builder((provider == null ? keys : keys.provider(provider)).build())
                .algorithms(algorithm)
                .build();
        AuthorizationServerMetadata server = AuthorizationServerMetadata.builder(ISSUER)
                .jwksUri(URI.create(ISSUER + "/jwks"))
                .build();
        ClientId client = ClientId.of("app");
        Clock clock = Clock.systemUTC();
        Nonce nonce = Nonce.of(NONCE);
        return () -> {
            IdTokenClaims claims = verifier.verify(IdToken.of(text), server, client);
            if (!claims.issuer().equals(ISSUER)) {
                throw new IllegalStateException("Another issuer");
            }
            IdTokenChecks checks = new IdTokenChecks(claims, "as.example.com", clock.instant(), Duration.ofMinutes(1));
            checks.audienceAndTimes("app");
            checks.nonce(nonce);
            return claims.subject();
        };
    }

    /** Nimbus JOSE+JWT's own processor. */
    Callable<Object> nimbus() {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.parse(algorithm), new ImmutableJWKSet<>(new JWKSet(key))));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                "app",
                new JWTClaimsSet.Builder().issuer(ISSUER).claim("nonce", NONCE).build(),
                Set.of("sub", "iat", "exp")));
        return () -> processor.process(text, null).getSubject();
    }
}
