package dev.latchkey.auth.authorize;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a resource demands beyond the token that it got: a stronger or a more recent authentication (RFC 9470 §3), or
 * claims.
 *
 * <p>Where there are claims, a token source may get them without the user, with
 * {@link dev.latchkey.auth.token.TokenOptions#claims}; otherwise, and if that fails, the user must be asked, with
 * {@link AuthorizationRequest.Builder#stepUp}. Immutable.
 */
public final class StepUp {

    private final List<String> acrValues;
    private final @Nullable Duration maxAge;
    private final @Nullable String claims;

    private StepUp(List<String> acrValues, @Nullable Duration maxAge, @Nullable String claims) {
        this.acrValues = List.copyOf(Objects.requireNonNull(acrValues, "acrValues"));
        this.maxAge = maxAge;
        this.claims = claims;
    }

    /**
     * Demands an authentication.
     *
     * @param acrValues the authentication context classes of which one must be met, possibly none
     * @param maxAge how long ago the user may have been asked, or null
     * @return the demand
     */
    public static StepUp authentication(List<String> acrValues, @Nullable Duration maxAge) {
        return new StepUp(acrValues, maxAge, null);
    }

    /**
     * Demands claims.
     *
     * @param claims a JSON object as text (OpenID Connect Core §5.5)
     * @return the demand
     */
    public static StepUp claims(String claims) {
        return new StepUp(List.of(), null, Objects.requireNonNull(claims, "claims"));
    }

    /**
     * Tells the authentication context classes of which one must be met.
     *
     * @return the classes, in the order of preference; possibly none
     */
    public List<String> acrValues() {
        return acrValues;
    }

    /**
     * Tells how long ago the user may have been asked.
     *
     * @return the age, or nothing
     */
    public Optional<Duration> maxAge() {
        return Optional.ofNullable(maxAge);
    }

    /**
     * Tells the claims.
     *
     * @return a JSON object as text, or nothing
     */
    public Optional<String> claims() {
        return Optional.ofNullable(claims);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StepUp
                && acrValues.equals(((StepUp) other).acrValues)
                && Objects.equals(maxAge, ((StepUp) other).maxAge)
                && Objects.equals(claims, ((StepUp) other).claims);
    }

    @Override
    public int hashCode() {
        return Objects.hash(acrValues, maxAge, claims);
    }

    @Override
    public String toString() {
        return "StepUp[" + acrValues + ", " + maxAge + (claims == null ? "" : ", claims") + "]";
    }
}
