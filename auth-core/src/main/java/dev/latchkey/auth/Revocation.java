package dev.latchkey.auth;

import dev.latchkey.auth.error.OAuthException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of revoking a token at the authorization server (RFC 7009). It is told and not thrown: whoever signs out has
 * signed out, whatever the server makes of it. Immutable.
 */
public final class Revocation {

    /** The server was not asked to. */
    public static final Revocation NOT_ASKED = new Revocation(Outcome.NOT_ASKED, null);
    /** There was no token that could have been revoked. */
    public static final Revocation NOTHING = new Revocation(Outcome.NOTHING, null);
    /** The server has revoked the token, or did not know it. */
    public static final Revocation DONE = new Revocation(Outcome.DONE, null);
    /** The server has no revocation endpoint. */
    public static final Revocation NOT_OFFERED = new Revocation(Outcome.NOT_OFFERED, null);

    /** What can become of it. */
    public enum Outcome {
        /** The server was not asked to revoke anything. */
        NOT_ASKED,
        /** There was no token that could have been revoked. */
        NOTHING,
        /** The server answered that the token is of no use any more, which it says of unknown tokens too. */
        DONE,
        /** The server has no revocation endpoint, or revokes no tokens of this type ({@code unsupported_token_type}). */
        NOT_OFFERED,
        /** The server refused or could not be reached: the token may still be good. */
        FAILED
    }

    private final Outcome outcome;
    private final @Nullable OAuthException failure;

    private Revocation(Outcome outcome, @Nullable OAuthException failure) {
        this.outcome = outcome;
        this.failure = failure;
    }

    static Revocation failed(OAuthException failure) {
        return new Revocation(Outcome.FAILED, failure);
    }

    static Revocation unsupported(OAuthException answer) {
        return new Revocation(Outcome.NOT_OFFERED, answer);
    }

    /**
     * Tells what became of it.
     *
     * @return the outcome
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * Tells whether the token is of no use at the server any more. That is the server's word: it has to say so of unknown tokens too (RFC
     * 7009 §2.2), and some say it whatever went wrong, as the AT Protocol's reference server does if it cannot fetch the client's
     * document, or finds the session's key no longer published. A wrong clock alone is noticed here, by the time in the answer. Whoever must
     * know calls a resource with the old access token, which has to be refused, if that resource asks its server about each token.
     *
     * @return true if the server said so
     */
    public boolean isDone() {
        return outcome == Outcome.DONE;
    }

    /**
     * Tells why not, by what to do about it: a {@link dev.latchkey.auth.error.TemporaryFailureException} says how long to
     * wait before it is tried again with {@link OAuthClient#revoke}.
     *
     * @return the failure, or nothing if there was none
     */
    public Optional<OAuthException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String toString() {
        return "Revocation[" + outcome
                + (failure == null ? "" : ", " + failure.getClass().getSimpleName()) + "]";
    }
}
