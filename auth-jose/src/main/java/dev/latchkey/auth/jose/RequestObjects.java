package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signs authorization requests as request objects (JAR, RFC 9101), for one server and for five minutes.
 *
 * <p>Immutable: each change gives a new object. Safe for use by any number of threads at once; never printed.
 */
public final class RequestObjects implements RequestObjectSigner {

    private static final Duration MAX_LIFETIME = Duration.ofMinutes(60);

    // What the object says of itself is not the request's to say; and no request object has another in it (RFC 9101
    // §4).
    private static final Set<String> FORBIDDEN =
            Set.of("request", "request_uri", "iss", "sub", "aud", "exp", "nbf", "iat", "jti");

    // JSON already, and not a text with JSON in it (OpenID Connect Core §6.1, RFC 9396 §2).
    private static final Set<String> STRUCTURED = Set.of("claims", "authorization_details", "registration");

    private final JwsSigner signer;
    private final Signing signing;
    private final Duration lifetime;
    private final Clock clock;
    private final SecureRandom random;

    private RequestObjects(JwsSigner signer, Duration lifetime, Clock clock, SecureRandom random) {
        this.signer = signer;
        this.lifetime = lifetime;
        this.clock = clock;
        this.random = random;
        JsonText header = Signing.header("oauth-authz-req+jwt", signer.algorithm());
        signer.keyId().ifPresent(id -> header.member("kid", id));
        this.signing = Signing.of(signer, header);
    }

    /**
     * Signs with a private key.
     *
     * @param signer signs with the key, wherever it lives
     * @return the signer of request objects
     * @throws ConfigurationException if the key is weak or does not fit its algorithm
     */
    public static RequestObjects signedBy(JwsSigner signer) {
        Signing.requireStrong(signer);
        return new RequestObjects(signer, Duration.ofMinutes(5), Clock.systemUTC(), new SecureRandom());
    }

    /**
     * Says how long a request object is good for; five minutes by default.
     *
     * @param lifetime at least a second and at most an hour (FAPI 2.0 Message Signing §5.3.1)
     * @return a new object
     * @throws ConfigurationException if it is outside these bounds
     */
    public RequestObjects lifetime(Duration lifetime) {
        if (lifetime.toSeconds() < 1 || lifetime.compareTo(MAX_LIFETIME) > 0) {
            throw new ConfigurationException("lifetime", "must be from one second to 60 minutes");
        }
        return new RequestObjects(signer, lifetime, clock, random);
    }

    /**
     * Says what time it is; the system's clock by default.
     *
     * @param clock the clock
     * @return a new object
     */
    public RequestObjects clock(Clock clock) {
        return new RequestObjects(signer, lifetime, Objects.requireNonNull(clock, "clock"), random);
    }

    /**
     * Says where the objects' identifiers come from; the runtime's default {@link SecureRandom} by default.
     *
     * @param random the generator
     * @return a new object
     */
    public RequestObjects random(SecureRandom random) {
        return new RequestObjects(signer, lifetime, clock, Objects.requireNonNull(random, "random"));
    }

    @Override
    public String algorithm() {
        return signer.algorithm();
    }

    @Override
    public String sign(Parameters parameters, ClientId client, AuthorizationServerMetadata server) throws IOException {
        long now = clock.instant().getEpochSecond();
        JsonText claims = new JsonText()
                .member("iss", client.value())
                .member("aud", server.issuer())
                .member("iat", now)
                .member("nbf", now)
                .member("exp", now + lifetime.toSeconds())
                .member("jti", JwtId.from(random))
                .member("client_id", client.value());
        for (Map.Entry<String, List<String>> each : parameters.asMap().entrySet()) {
            add(claims, each.getKey(), each.getValue(), client);
        }
        return signing.sign(claims);
    }

    private static void add(JsonText claims, String name, List<String> values, ClientId client) {
        String first = values.get(0);
        if (FORBIDDEN.contains(name)) {
            throw new ConfigurationException(name, "must not be a parameter of a request that is signed");
        }
        if (name.equals("client_id")) {
            if (!values.equals(List.of(client.value()))) {
                throw new ConfigurationException(name, "must be the client's own in a request that is signed");
            }
        } else if (values.size() > 1) {
            claims.member(name, values);
        } else if (STRUCTURED.contains(name)) {
            claims.json(name, checkedJson(name, first));
        } else if (name.equals("max_age") && first.matches("[0-9]{1,18}")) {
            claims.member(name, Long.parseLong(first));
        } else {
            claims.member(name, first);
        }
    }

    /** What is no JSON would make an object that says something else than was asked for. */
    private static String checkedJson(String name, String text) {
        Map<String, @Nullable Object> wrapped;
        try {
            wrapped = Json.object(("{\"value\":" + text + "}").getBytes(StandardCharsets.UTF_8));
        } catch (JsonFault e) {
            throw new ConfigurationException(name, "is not JSON: " + e.problem());
        }
        Object value = wrapped.get("value");
        if (wrapped.size() != 1 || !(value instanceof Map || value instanceof List)) {
            throw new ConfigurationException(name, "must be a JSON object or array");
        }
        return text;
    }

    @Override
    public String toString() {
        return "RequestObjects[" + signer.algorithm() + "]";
    }
}
