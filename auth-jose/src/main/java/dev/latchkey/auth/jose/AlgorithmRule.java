package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which algorithms one kind of JWT may be signed with: what the application named, or else what follows from the server's metadata. Immutable. */
final class AlgorithmRule {

    private static final String ID_TOKENS = "id_token_signing_alg_values_supported";
    // OpenID Connect Registration §2, JARM §3, RFC 9701 §6: what is registered where nothing was said.
    private static final String USUAL = "RS256";

    private final List<String> lists;
    private final boolean registeredAlone;
    private final String setting;
    private final @Nullable Set<String> named;
    private final @Nullable Set<String> profile;

    private AlgorithmRule(
            List<String> lists,
            boolean registeredAlone,
            String setting,
            @Nullable Set<String> named,
            @Nullable Set<String> profile) {
        this.lists = lists;
        this.registeredAlone = registeredAlone;
        this.setting = setting;
        this.named = named;
        this.profile = profile;
    }

    /** Of the algorithms that the server lists for ID tokens. */
    static AlgorithmRule ofIdTokens() {
        return new AlgorithmRule(List.of(ID_TOKENS), false, "algorithms(%s)", null, null);
    }

    /**
     * RS256 alone where the server lists it for ID tokens: the algorithm of a client that registered no other one. Anybody may
     * post a logout token, so that its signature is all there is (OpenID Connect Back-Channel Logout §2.6).
     */
    static AlgorithmRule ofLogoutTokens() {
        return new AlgorithmRule(List.of(ID_TOKENS), true, "algorithms(%s)", null, null);
    }

    /** Of those in a member that servers may leave out; then, as they have the same keys for all, those of their ID tokens. */
    static AlgorithmRule of(String member, String kind) {
        return new AlgorithmRule(
                List.of(member, ID_TOKENS), false, "responseAlgorithms(SignedResponse." + kind + ", %s)", null, null);
    }

    /** Of those in a member alone. */
    static AlgorithmRule ofAccessTokens() {
        return new AlgorithmRule(
                List.of("access_token_signing_alg_values_supported"), false, "algorithms(%s)", null, null);
    }

    /** Those that the application names. */
    AlgorithmRule named(List<String> names) {
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
        return only(Set.copyOf(names));
    }

    /** Those, whatever they are. */
    AlgorithmRule only(Set<String> names) {
        return new AlgorithmRule(lists, registeredAlone, setting, names, profile);
    }

    /** Unless the application named others, none but those that the client's security profile allows. */
    AlgorithmRule within(Set<String> allowed) {
        return new AlgorithmRule(lists, registeredAlone, setting, named, Set.copyOf(allowed));
    }

    /** Whether the application itself named the algorithm. */
    boolean isNamed(String algorithm) {
        return named != null && named.contains(algorithm);
    }

    /** The algorithms that a signature of this server may have. */
    Set<String> of(AuthorizationServerMetadata server) {
        if (named != null) {
            return named;
        }
        Set<String> listed = listed(server);
        if (profile != null) {
            // Nothing that is registered for a client of such a profile is RS256, although every OpenID provider lists
            // it.
            return listed == null ? profile : retained(listed, profile);
        }
        return listed == null || (registeredAlone && listed.contains(USUAL)) ? Set.of(USUAL) : listed;
    }

    /** Says what was wrong with an algorithm that is none of those, and what to write if it is right nevertheless. */
    String refusal(String algorithm, AuthorizationServerMetadata server) {
        Set<String> allowed = of(server);
        String shown = JoseFault.printable(algorithm);
        if (allowed.isEmpty()) {
            return "is signed with " + shown + "; the server offers no algorithm that public keys verify"
                    + (profile == null ? "" : " and the security profile allows");
        }
        String what = "is signed with " + shown + ", and not with " + String.join(" or ", new TreeSet<>(allowed));
        VerificationAlgorithm known = VerificationAlgorithm.named(algorithm);
        if (named != null || known == null || known.isSymmetric()) {
            return what;
        }
        return profile != null
                ? what + ", which the client's security profile and the server's metadata leave"
                : what + "; if the client is registered for " + shown + ", say "
                        + String.format(setting, "\"" + algorithm + "\"");
    }

    private @Nullable Set<String> listed(AuthorizationServerMetadata server) {
        for (String list : lists) {
            if (server.member(list).isPresent()) {
                Set<String> supported = new LinkedHashSet<>();
                for (String each : server.texts(list)) {
                    VerificationAlgorithm algorithm = VerificationAlgorithm.named(each);
                    if (algorithm != null && !algorithm.isSymmetric()) {
                        supported.add(each);
                    }
                }
                return supported;
            }
        }
        return null;
    }

    private static Set<String> retained(Set<String> listed, Set<String> allowed) {
        Set<String> both = new LinkedHashSet<>(listed);
        both.retainAll(allowed);
        return both;
    }
}
