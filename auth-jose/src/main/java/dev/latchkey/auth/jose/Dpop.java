package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Binds the tokens of every session to a key of its own by DPoP (RFC 9449).
 *
 * <p>The algorithm is the first of one's own preference that the server names in
 * {@code dpop_signing_alg_values_supported}. A server that refuses a proof, and whose clock tells another time than the proof did,
 * gets its own time from then on: up to twelve hours off, in memory, and no other server hears of it. Immutable: each change gives a new object. Safe for use by any number of
 * threads at once.
 *
 * <pre>{@code
 * OAuthClient.builder(transport).binding(Dpop.create())…
 * }</pre>
 */
public final class Dpop implements TokenBinding.Factory {

    // What a profile of high security accepts (FAPI 2.0 §5.4.1), under both names that Ed25519 goes by.
    private static final List<String> POSSIBLE = List.of("ES256", "Ed25519", "EdDSA", "PS256");

    private final SessionKeys keys;
    private final List<String> algorithms;
    private final Clock clock;
    private final SecureRandom random;
    private final ServerClocks clocks;

    private Dpop(SessionKeys keys, List<String> algorithms, Clock clock, SecureRandom random, ServerClocks clocks) {
        this.keys = keys;
        this.algorithms = algorithms;
        this.clock = clock;
        this.random = random;
        this.clocks = clocks;
    }

    /**
     * Binds tokens to keys in memory, which are saved with their session as bytes: {@code ES256}, or what else the server
     * accepts of {@code Ed25519} (where the runtime has it) and {@code PS256}.
     *
     * @return the factory
     */
    public static Dpop create() {
        List<String> available = new ArrayList<>();
        for (String each : POSSIBLE) {
            if (JcaSignature.has(Algorithm.of(each), null)) {
                available.add(each);
            }
        }
        return new Dpop(
                SoftwareSessionKeys.create(),
                List.copyOf(available),
                Clock.systemUTC(),
                new SecureRandom(),
                new ServerClocks());
    }

    /**
     * Binds tokens to keys that come from elsewhere, such as a vault: {@code ES256}, unless {@link #algorithms} says more.
     *
     * @param keys makes, saves and restores the keys
     * @return the factory
     */
    public static Dpop of(SessionKeys keys) {
        return new Dpop(
                Objects.requireNonNull(keys, "keys"),
                List.of("ES256"),
                Clock.systemUTC(),
                new SecureRandom(),
                new ServerClocks());
    }

    /**
     * Says which algorithms the keys may have.
     *
     * @param byPreference of {@code ES256}, {@code Ed25519}, {@code EdDSA} and {@code PS256}, best first
     * @return a new factory
     * @throws ConfigurationException if there is none, or another
     */
    public Dpop algorithms(String... byPreference) {
        List<String> chosen = Arrays.asList(byPreference.clone());
        if (chosen.isEmpty() || !POSSIBLE.containsAll(chosen)) {
            throw new ConfigurationException("alg", "of DPoP proofs must be of " + POSSIBLE);
        }
        return new Dpop(keys, List.copyOf(chosen), clock, random, clocks);
    }

    /**
     * Says what time it is; the system's clock by default.
     *
     * @param clock the clock
     * @return a new factory
     */
    public Dpop clock(Clock clock) {
        return new Dpop(keys, algorithms, Objects.requireNonNull(clock, "clock"), random, new ServerClocks());
    }

    /**
     * Says where the proofs' identifiers come from; the runtime's default {@link SecureRandom} by default.
     *
     * @param random the generator
     * @return a new factory
     */
    public Dpop random(SecureRandom random) {
        return new Dpop(keys, algorithms, clock, Objects.requireNonNull(random, "random"), clocks);
    }

    @Override
    public String kind() {
        return "dpop";
    }

    @Override
    public Optional<String> signingAlgorithm() {
        return Optional.of(algorithms.get(0));
    }

    @Override
    public TokenBinding create(AuthorizationServerMetadata server) throws IOException {
        String algorithm = algorithm(server.texts("dpop_signing_alg_values_supported"));
        JwsSigner key;
        try {
            key = keys.create(algorithm);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("alg", "the session keys cannot make a key for " + algorithm, null, e);
        }
        return bound(key);
    }

    @Override
    public TokenBinding restore(byte[] saved) throws IOException {
        return bound(keys.restore(saved));
    }

    private TokenBinding bound(JwsSigner key) {
        return new DpopBinding(key, keys, clock, random, clocks);
    }

    private String algorithm(List<String> supported) {
        if (supported.isEmpty()) {
            return algorithms.get(0);
        }
        for (String each : algorithms) {
            if (supported.contains(each)) {
                return each;
            }
        }
        throw new ConfigurationException(
                "dpop_signing_alg_values_supported",
                "the server accepts " + supported + ", and the proofs may have " + algorithms);
    }

    @Override
    public String toString() {
        return "Dpop" + algorithms;
    }
}
