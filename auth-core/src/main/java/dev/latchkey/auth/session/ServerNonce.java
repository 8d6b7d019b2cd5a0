package dev.latchkey.auth.session;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last nonce that a token endpoint gave (RFC 9449 §8), as it is kept with the session whose key it was given to. Immutable. */
public final class ServerNonce {

    private final String text;
    private final @Nullable String origin;

    private ServerNonce(String text, @Nullable String origin) {
        this.text = Objects.requireNonNull(text, "text");
        this.origin = origin;
    }

    /**
     * Names a nonce.
     *
     * @param text the nonce
     * @param origin the origin of the endpoint that gave it, or null if that was not kept
     * @return the nonce
     */
    public static ServerNonce of(String text, @Nullable String origin) {
        return new ServerNonce(text, origin);
    }

    /**
     * Gives what goes into a proof.
     *
     * @return the nonce
     */
    public String text() {
        return text;
    }

    /**
     * Gives the origin that it came from and may go to.
     *
     * @return the origin, or nothing if a release before this one kept it
     */
    public Optional<String> origin() {
        return Optional.ofNullable(origin);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ServerNonce
                && text.equals(((ServerNonce) other).text)
                && Objects.equals(origin, ((ServerNonce) other).origin);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, origin);
    }

    @Override
    public String toString() {
        return "ServerNonce[of " + origin + "]";
    }
}
