package dev.latchkey.auth.jose;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one kind of JWT must be like: its type, its algorithms, and whether it is encrypted. Immutable. */
final class ResponseRules {

    private final String name;
    private final Predicate<String> types;
    private final AlgorithmRule algorithms;
    private final @Nullable Decryption decryption;
    private final boolean encrypted;
    private final @Nullable VerificationKeys secret;
    private final @Nullable String repeatedClaim;

    private ResponseRules(
            String name,
            Predicate<String> types,
            AlgorithmRule algorithms,
            @Nullable Decryption decryption,
            boolean encrypted,
            @Nullable VerificationKeys secret,
            @Nullable String repeatedClaim) {
        this.name = name;
        this.types = types;
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
     * @param algorithms which it may be signed with
     * @param types accepts the {@code typ}, in lower case and without its prefix; empty if there is none
     */
    static ResponseRules of(String name, AlgorithmRule algorithms, Predicate<String> types) {
        return new ResponseRules(name, types, algorithms, null, false, null, null);
    }

    /** A JWT that says to be of no type, or of no particular one (RFC 8725 §3.11): not one that is meant for something else. */
    static boolean isPlain(String type) {
        return !type.endsWith("+jwt");
    }

    ResponseRules withAlgorithms(List<String> names) {
        return with(algorithms.named(names));
    }

    ResponseRules withProfile(Set<String> allowed) {
        return with(algorithms.within(allowed));
    }

    private ResponseRules with(AlgorithmRule rule) {
        return new ResponseRules(name, types, rule, decryption, encrypted, secret, repeatedClaim);
    }

    ResponseRules withSecret(VerificationKey key, String algorithm) {
        return new ResponseRules(
                name,
                types,
                algorithms.only(Set.of(algorithm)),
                decryption,
                encrypted,
                VerificationKeys.of(key),
                repeatedClaim);
    }

    ResponseRules withDecryption(Decryption with, boolean always) {
        return new ResponseRules(name, types, algorithms, with, always, secret, repeatedClaim);
    }

    ResponseRules withRepeatedClaim(String claim) {
        return new ResponseRules(name, types, algorithms, decryption, encrypted, secret, claim);
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
        return algorithms.isNamed(algorithm);
    }

    AlgorithmRule algorithms() {
        return algorithms;
    }
}
