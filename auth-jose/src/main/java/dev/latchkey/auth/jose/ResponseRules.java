package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one kind of JWT must be like: its type, its algorithms, and whether it is encrypted. Immutable. */
final class ResponseRules {

    private final String name;
    private final Predicate<String> types;
    private final String algorithmsInMetadata;
    private final @Nullable Set<String> algorithms;
    private final @Nullable Decryption decryption;
    private final boolean encrypted;
    private final @Nullable VerificationKeys secret;
    private final @Nullable String repeatedClaim;

    private ResponseRules(
            String name,
            Predicate<String> types,
            String algorithmsInMetadata,
            @Nullable Set<String> algorithms,
            @Nullable Decryption decryption,
            boolean encrypted,
            @Nullable VerificationKeys secret,
            @Nullable String repeatedClaim) {
        this.name = name;
        this.types = types;
        this.algorithmsInMetadata = algorithmsInMetadata;
        this.algorithms = algorithms;
        this.decryption = decryption;
        this.encrypted = encrypted;
        this.secret = secret;
        this.repeatedClaim = repeatedClaim;
    }

    /**
     * Rules of a kind of JWT.
     *
     * @param name what it is called in messages
     * @param algorithmsInMetadata the member of the server's metadata that lists the algorithms
     * @param types accepts the {@code typ}, in lower case and without its prefix; empty if there is none
     */
    static ResponseRules of(String name, String algorithmsInMetadata, Predicate<String> types) {
        return new ResponseRules(name, types, algorithmsInMetadata, null, null, false, null, null);
    }

    /** A JWT that says to be of no type, or of no particular one (RFC 8725 §3.11): not one that is meant for something else. */
    static boolean isPlain(String type) {
        return !type.endsWith("+jwt");
    }

    ResponseRules withAlgorithms(List<String> names) {
        for (String each : names) {
            VerificationAlgorithm algorithm = VerificationAlgorithm.named(each);
            if (algorithm == null || algorithm.isSymmetric()) {
                throw new ConfigurationException(
                        "algorithms",
                        JoseFault.printable(each) + " is no algorithm of public keys that can be verified; a shared"
                                + " secret is given with signedWithSecret(…)");
            }
        }
        if (names.isEmpty()) {
            throw new ConfigurationException("algorithms", "names none");
        }
        return new ResponseRules(
                name, types, algorithmsInMetadata, Set.copyOf(names), decryption, encrypted, secret, repeatedClaim);
    }

    ResponseRules withSecret(VerificationKey key, String algorithm) {
        return new ResponseRules(
                name,
                types,
                algorithmsInMetadata,
                Set.of(algorithm),
                decryption,
                encrypted,
                VerificationKeys.of(key),
                repeatedClaim);
    }

    ResponseRules withDecryption(Decryption with, boolean always) {
        return new ResponseRules(name, types, algorithmsInMetadata, algorithms, with, always, secret, repeatedClaim);
    }

    ResponseRules withRepeatedClaim(String claim) {
        return new ResponseRules(name, types, algorithmsInMetadata, algorithms, decryption, encrypted, secret, claim);
    }

    /** The claim that may be there more than once, if it says the same each time; or null. */
    @Nullable
    String repeatedClaim() {
        return repeatedClaim;
    }

    String name() {
        return name;
    }

    boolean allowsType(String type) {
        return types.test(type);
    }

    @Nullable
    Decryption decryption() {
        return decryption;
    }

    /** Whether what is not encrypted is refused. */
    boolean isAlwaysEncrypted() {
        return encrypted;
    }

    /** The shared secret, which is used in place of the server's keys; or null. */
    @Nullable
    VerificationKeys secret() {
        return secret;
    }

    /** Whether the application itself named the algorithm. */
    boolean isAllowed(String algorithm) {
        return algorithms != null && algorithms.contains(algorithm);
    }

    /** The algorithms that were registered, or else the server's that use public keys, or else RS256. */
    Set<String> algorithms(AuthorizationServerMetadata server) {
        if (algorithms != null) {
            return algorithms;
        }
        if (server.member(algorithmsInMetadata).isEmpty()) {
            return Set.of("RS256");
        }
        Set<String> supported = new LinkedHashSet<>();
        for (String each : server.texts(algorithmsInMetadata)) {
            VerificationAlgorithm algorithm = VerificationAlgorithm.named(each);
            if (algorithm != null && !algorithm.isSymmetric()) {
                supported.add(each);
            }
        }
        return supported;
    }
}
