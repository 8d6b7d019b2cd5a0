package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Authenticates a client by a JWT that it signs (RFC 7523 §2.2): {@code private_key_jwt} and {@code client_secret_jwt}.
 *
 * <p>Every attempt has an assertion of its own, good for 60 seconds, whose audience is the server's issuer and nothing else:
 * a server that somebody else runs cannot pass it on. A server that refuses one with {@code invalid_client}, and whose clock is more than
 * five seconds off what the assertion says, gets its own time from then on, from this client and in memory. Immutable: each change gives a new object. Safe for use by any
 * number of threads at once; never printed.
 *
 * <pre>{@code
 * .client(ClientId.of("my-app"), JwtAuthentication.privateKey(SigningKey.pem(pem).build()))
 * }</pre>
 *
 * @see dev.latchkey.auth.credential.ClientAuthentication#assertion
 */
public final class JwtAuthentication implements ClientAuthentication {

    private static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final int LIFETIME_SECONDS = 60;

    private final Key key;
    private final Options options;
    private final Signing signing;

    private JwtAuthentication(Key key, Options options) {
        this.key = key;
        this.options = options;
        JsonText header = Signing.header(options.type, key.algorithm);
        JwsSigner signer = key.signer;
        if (signer != null) {
            signer.keyId().ifPresent(id -> header.member("kid", id));
            addCertificates(header, signer, options);
        }
        this.signing = signer == null
                ? Signing.of(Objects.requireNonNull(key.secret, "secret")::sign, header)
                : Signing.of(signer, header);
    }

    /**
     * Authenticates by a private key.
     *
     * @param signer signs with the key, wherever it lives
     * @return the method {@code private_key_jwt}
     * @throws ConfigurationException if the key is weak or does not fit its algorithm
     */
    public static JwtAuthentication privateKey(JwsSigner signer) {
        Signing.requireStrong(signer);
        return new JwtAuthentication(new Key("private_key_jwt", signer.algorithm(), signer, null), new Options());
    }

    /**
     * Authenticates by a shared secret that signs with {@code HS256} and is not sent itself.
     *
     * @param secret a secret of at least 32 bytes
     * @return the method {@code client_secret_jwt}
     * @throws ConfigurationException if the secret is shorter
     */
    public static JwtAuthentication secret(ClientSecret secret) {
        HmacSecret hmac = new HmacSecret(() -> secret, "HS256");
        hmac.requireStrong(secret);
        return new JwtAuthentication(new Key("client_secret_jwt", "HS256", null, hmac), new Options());
    }

    /**
     * Authenticates by a shared secret, fetched for every attempt, which signs and is not sent itself.
     *
     * @param secret gives the secret that is valid now; one that is shorter than the hash is refused when it is used
     * @param algorithm {@code HS256}, {@code HS384} or {@code HS512}
     * @return the method {@code client_secret_jwt}
     * @throws ConfigurationException if the algorithm is another one
     */
    public static JwtAuthentication secret(Supplier<ClientSecret> secret, String algorithm) {
        HmacSecret hmac = new HmacSecret(secret, algorithm);
        return new JwtAuthentication(new Key("client_secret_jwt", algorithm, null, hmac), new Options());
    }

    /**
     * Quirk: names the token endpoint as the audience, for servers that do not accept their issuer there. Anybody who can make
     * the client believe in another token endpoint gets an assertion that is good at the real one.
     *
     * @return a new object
     */
    public JwtAuthentication withTokenEndpointAsAudience() {
        Options changed = new Options(options);
        changed.audienceIsTokenEndpoint = true;
        return new JwtAuthentication(key, changed);
    }

    /**
     * Says in the assertion's header that it is for client authentication ({@code client-authentication+jwt}), for servers
     * that know the type. By default it is {@code JWT}.
     *
     * @return a new object
     */
    public JwtAuthentication withExplicitType() {
        Options changed = new Options(options);
        changed.type = "client-authentication+jwt";
        return new JwtAuthentication(key, changed);
    }

    /**
     * Names the key by its certificate's thumbprint, {@code x5t#S256} (RFC 7515 §4.1.8), as Microsoft's identity platform
     * does.
     *
     * @return a new object
     * @throws ConfigurationException if the key has no certificate
     */
    public JwtAuthentication withCertificateThumbprint() {
        Options changed = new Options(options);
        changed.thumbprint = true;
        return new JwtAuthentication(key, changed);
    }

    /**
     * Sends the key's certificates along, {@code x5c} (RFC 7515 §4.1.6), for servers that know the client by its
     * certificate's subject and issuer.
     *
     * @return a new object
     * @throws ConfigurationException if the key has no certificate
     */
    public JwtAuthentication withCertificateChain() {
        Options changed = new Options(options);
        changed.chain = true;
        return new JwtAuthentication(key, changed);
    }

    /**
     * Says what time it is; the system's clock by default. The client's builder must be given the same.
     *
     * @param clock the clock
     * @return a new object
     */
    public JwtAuthentication clock(Clock clock) {
        Options changed = new Options(options);
        changed.clock = Objects.requireNonNull(clock, "clock");
        return new JwtAuthentication(key, changed);
    }

    /**
     * Says where the assertions' identifiers come from; the runtime's default {@link SecureRandom} by default.
     *
     * @param random the generator
     * @return a new object
     */
    public JwtAuthentication random(SecureRandom random) {
        Options changed = new Options(options);
        changed.random = Objects.requireNonNull(random, "random");
        return new JwtAuthentication(key, changed);
    }

    @Override
    public String method() {
        return key.method;
    }

    @Override
    public Optional<String> signingAlgorithm() {
        return Optional.of(key.algorithm);
    }

    @Override
    public void authenticate(RequestDraft request) throws IOException {
        String client = request.clientId().value();
        long now = options.clock.instant().plus(request.clockAhead()).getEpochSecond();
        JsonText claims = new JsonText()
                .member("iss", client)
                .member("sub", client)
                // One string and no array: with two audiences, each could use it at the other (FAPI 2.0 §5.3.3.1).
                .member("aud", audience(request))
                .member("iat", now)
                .member("exp", now + LIFETIME_SECONDS)
                .member("jti", JwtId.from(options.random));
        String assertion = signing.sign(claims);
        request.parameter("client_id", client)
                .parameter("client_assertion_type", ASSERTION_TYPE)
                .parameter("client_assertion", assertion);
    }

    @Override
    public String toString() {
        return "ClientAuthentication[" + key.method + ", " + key.algorithm + "]";
    }

    private String audience(RequestDraft request) {
        if (!options.audienceIsTokenEndpoint) {
            return request.server().issuer();
        }
        return request.server()
                .tokenEndpoint()
                .map(URI::toString)
                .orElseThrow(() -> new ConfigurationException(
                        "token_endpoint", "is not in the server's metadata, and the assertion's audience shall be it"));
    }

    private static void addCertificates(JsonText header, JwsSigner signer, Options options) {
        List<X509Certificate> chain = signer.certificateChain();
        if ((options.thumbprint || options.chain) && chain.isEmpty()) {
            throw new ConfigurationException("certificate", "is missing; the key must be loaded with its certificate");
        }
        if (options.thumbprint) {
            header.member("x5t#S256", CertificateThumbprint.of(chain.get(0)));
        }
        if (options.chain) {
            header.member("x5c", encoded(chain));
        }
    }

    static List<String> encoded(List<X509Certificate> chain) {
        List<String> texts = new ArrayList<>();
        for (X509Certificate each : chain) {
            try {
                texts.add(Base64.getEncoder().encodeToString(each.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new ConfigurationException("certificate", "cannot be encoded", null, e);
            }
        }
        return texts;
    }

    /** What signs: one of signer and secret. */
    private static final class Key {

        private final String method;
        private final String algorithm;
        private final @Nullable JwsSigner signer;
        private final @Nullable HmacSecret secret;

        Key(String method, String algorithm, @Nullable JwsSigner signer, @Nullable HmacSecret secret) {
            this.method = method;
            this.algorithm = algorithm;
            this.signer = signer;
            this.secret = secret;
        }
    }

    /** What an assertion looks like. Changed only before it is shared. */
    private static final class Options {

        private String type = "JWT";
        private boolean audienceIsTokenEndpoint;
        private boolean thumbprint;
        private boolean chain;
        private Clock clock = Clock.systemUTC();
        private SecureRandom random;

        Options() {
            this.random = new SecureRandom();
        }

        Options(Options from) {
            this.type = from.type;
            this.audienceIsTokenEndpoint = from.audienceIsTokenEndpoint;
            this.thumbprint = from.thumbprint;
            this.chain = from.chain;
            this.clock = from.clock;
            this.random = from.random;
        }
    }
}
