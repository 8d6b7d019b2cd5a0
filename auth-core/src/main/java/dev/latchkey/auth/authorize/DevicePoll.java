package dev.latchkey.auth.authorize;

import dev.latchkey.auth.identity.SignIn;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one poll for a device's tokens found (RFC 8628 §3.5). A refusal is an exception, not a poll. Immutable. */
public final class DevicePoll {

    /** The user has not finished yet. */
    public static final DevicePoll PENDING = new DevicePoll("pending", null);

    /** The user has not finished yet, and five seconds must be added to the interval of all further polls. */
    public static final DevicePoll SLOW_DOWN = new DevicePoll("slow down", null);

    private final String outcome;
    private final @Nullable SignIn signIn;

    private DevicePoll(String outcome, @Nullable SignIn signIn) {
        this.outcome = outcome;
        this.signIn = signIn;
    }

    /**
     * The user approved.
     *
     * @param signIn the sign-in
     * @return the poll
     */
    public static DevicePoll granted(SignIn signIn) {
        return new DevicePoll("granted", Objects.requireNonNull(signIn, "signIn"));
    }

    /**
     * Gives the sign-in.
     *
     * @return the sign-in if the user approved, or nothing to poll again
     */
    public Optional<SignIn> signIn() {
        return Optional.ofNullable(signIn);
    }

    @Override
    public String toString() {
        return "DevicePoll[" + outcome + "]";
    }
}
