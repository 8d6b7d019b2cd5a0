package dev.latchkey.auth.error;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** One challenge of a {@code WWW-Authenticate} header (RFC 9110 §11.6.1). Immutable. */
public final class Challenge {

    private final String scheme;
    private final Map<String, String> parameters;

    private Challenge(String scheme, Map<String, String> parameters) {
        this.scheme = Objects.requireNonNull(scheme, "scheme");
        Map<String, String> copy = new LinkedHashMap<>();
        parameters.forEach((name, value) -> copy.put(name.toLowerCase(Locale.ROOT), value));
        this.parameters = Collections.unmodifiableMap(copy);
    }

    /**
     * Makes a challenge.
     *
     * @param scheme the authentication scheme
     * @param parameters its parameters
     * @return the challenge
     */
    public static Challenge of(String scheme, Map<String, String> parameters) {
        return new Challenge(scheme, parameters);
    }

    /**
     * Tells the scheme, which is compared without regard to case.
     *
     * @return the scheme as the server wrote it
     */
    public String scheme() {
        return scheme;
    }

    /**
     * Finds a parameter.
     *
     * @param name its name, in any case
     * @return its value, or nothing
     */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Gives all parameters.
     *
     * @return an unmodifiable map, with names in lower case
     */
    public Map<String, String> parameters() {
        return parameters;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Challenge
                && scheme.equalsIgnoreCase(((Challenge) other).scheme)
                && parameters.equals(((Challenge) other).parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme.toLowerCase(Locale.ROOT), parameters);
    }

    @Override
    public String toString() {
        return "Challenge[" + scheme + " " + parameters.keySet() + "]";
    }
}
