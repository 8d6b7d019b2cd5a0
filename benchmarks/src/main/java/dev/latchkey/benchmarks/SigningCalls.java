package dev.latchkey.benchmarks;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One key, and what is signed with it: by the bare JCA, as a DPoP proof, as a client's assertion. */
final class SigningCalls {

    private static final URI RESOURCE = URI.create("https://api.example.com/orders/4711");
    private static final AuthorizationServerMetadata SERVER = AuthorizationServerMetadata.builder(
                    "https://as.example.com")
            .tokenEndpoint(URI.create("https://as.example.com/token"))
            .build();

    private final String algorithm;
    private final KeyPair pair;
    private final @Nullable Provider provider;
    private final JwsSigner signer;

    private SigningCalls(String algorithm, KeyPair pair, @Nullable Provider provider) {
        this.algorithm = algorithm;
        this.pair = pair;
        this.provider = provider;
        SigningKey.Builder key = SigningKey.of(pair).algorithm(algorithm);
        this.signer = (provider == null ? key : key.provider(provider)).build();
    }

    static SigningCalls of(String algorithm) throws GeneralSecurityException {
        return new SigningCalls(algorithm, pair(algorithm), null);
    }

    /** The same key, and another provider that signs with it. */
    SigningCalls by(Provider other) {
        return new SigningCalls(algorithm, pair, other);
    }

    /** A signature as bare as the JCA has it: looked up and prepared once, over as many bytes as a proof has. */
    Callable<Object> bare() throws Exception {
        byte[] input = signingInput(proof());
        Signature signature =
                provider == null ? Signature.getInstance(jcaName()) : Signature.getInstance(jcaName(), provider);
        signature.initSign(pair.getPrivate());
        if (algorithm.startsWith("PS")) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        return () -> {
            signature.update(input);
            return signature.sign();
        };
    }

    /** A proof for a resource, with the token's hash and a nonce. */
    Callable<Object> proof() throws IOException {
        TokenBinding binding = Dpop.of(new OneKey()).algorithms(algorithm).create(SERVER);
        AccessToken token = AccessToken.of("a".repeat(800), TokenType.DPOP, null, Scopes.of("orders"));
        return () -> binding.prove("GET", RESOURCE, token, "eyJ7S_zG.eyJH0-Z.HX4w-7v")
                .first("DPoP")
                .orElseThrow();
    }

    /** An assertion for the token endpoint. */
    Callable<Object> assertion() {
        ClientAuthentication authentication = JwtAuthentication.privateKey(signer);
        URI endpoint = SERVER.tokenEndpoint().orElseThrow();
        return () -> {
            RequestDraft draft =
                    RequestDraft.of(RequestKind.TOKEN, endpoint, SERVER, ClientId.of("app"), Parameters.NONE);
            authentication.authenticate(draft);
            return draft.parameters().first("client_assertion").orElseThrow();
        };
    }

    private static byte[] signingInput(Callable<Object> jwt) throws Exception {
        String text = (String) jwt.call();
        return text.substring(0, text.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    }

    private String jcaName() {
        switch (algorithm) {
            case "ES256":
                return "SHA256withECDSA";
            case "PS256":
                return provider == null ? "RSASSA-PSS" : "SHA256withRSAandMGF1";
            case "RS256":
                return "SHA256withRSA";
            default:
                return algorithm;
        }
    }

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        if (algorithm.startsWith("E")) {
            boolean curve25519 = !algorithm.equals("ES256");
            KeyPairGenerator generator = KeyPairGenerator.getInstance(curve25519 ? algorithm : "EC");
            if (!curve25519) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    /** The key of every session: this one. */
    private final class OneKey implements SessionKeys {

        @Override
        public JwsSigner create(String wanted) {
            return signer;
        }

        @Override
        public byte[] save(JwsSigner key) throws IOException {
            throw new IOException("No session is saved here");
        }

        @Override
        public JwsSigner restore(byte[] saved) throws IOException {
            throw new IOException("No session is saved here");
        }
    }
}
