package dev.latchkey.examples.atproto;

import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import java.io.IOException;
import java.net.URI;
import java.util.Set;

/** What to tell somebody, and what they can do about it. The message of the exception goes along as the reason: it has no secrets. */
final class Advice {

    static final String NOT_THIS_BROWSER =
            "Nobody was signed in: this browser did not begin that sign-in, or more than ten minutes ago. Sign in again.";
    static final String STALE_FORM =
            "That page was too old, or this browser keeps no cookies for this site. Allow them, and try again.";
    static final String UNREADABLE = "That was no request of this page's. Begin again.";
    static final String NEVER_MIND = "You are signed out of that account already.";

    private static final String ENDED = "That session has ended. Sign in again.";
    private static final Set<String> TYPED = Set.of("handle", "did", "server");

    private final int status;
    private final String sentence;
    private final String reason;

    private Advice(int status, String sentence, String reason) {
        this.status = status;
        this.sentence = sentence;
        this.reason = reason;
    }

    static Advice of(int status, String sentence) {
        return new Advice(status, sentence, "");
    }

    /** The exceptions of the library are divided by what one can do. */
    static Advice of(Exception failure) {
        String reason = String.valueOf(failure.getMessage());
        if (failure instanceof ConfigurationException && TYPED.contains(((ConfigurationException) failure).field())) {
            return new Advice(
                    400,
                    "Nobody was found by that name. Check the spelling: a handle looks like alice.bsky.social.",
                    reason);
        }
        if (failure instanceof SignInRequiredException || isRefused(failure)) {
            return new Advice(403, ENDED, reason);
        }
        if (failure instanceof AccessDeniedException) {
            return new Advice(
                    403,
                    "Nobody was signed in: the sign-in was turned down. Begin again if that was a mistake.",
                    reason);
        }
        if (failure instanceof InvalidResponseException) {
            return new Advice(
                    502,
                    "What the other server says cannot be right, so nothing was done. Try again, or ask whoever runs "
                            + ((InvalidResponseException) failure).host() + ".",
                    reason);
        }
        if (failure instanceof TemporaryFailureException
                || failure instanceof XrpcException
                || failure instanceof IOException) {
            return new Advice(503, "The other server does not answer as it should. Try again in a minute.", reason);
        }
        return new Advice(
                500, "That went wrong here, and nothing was changed. Tell whoever runs this application.", "");
    }

    /** A call that the server takes from nobody with such a session. */
    private static boolean isRefused(Exception failure) {
        return failure instanceof XrpcException && ((XrpcException) failure).isUnauthorized();
    }

    /** Signing out always works here; whether the server knows of it is another matter. */
    static Advice of(SignOutResult result, Account account) {
        String host = String.valueOf(URI.create(account.issuer()).getAuthority());
        String out = Pages.name(account) + " is signed out";
        switch (result.revocation().outcome()) {
            case DONE:
                return of(200, out + ", and " + host + " has ended the session.");
            case FAILED:
                return new Advice(
                        200,
                        out + " here, but " + host + " could not be told. To end the session there too, remove this"
                                + " application in the settings of the account.",
                        result.revocation()
                                .failure()
                                .map(failure -> String.valueOf(failure.getMessage()))
                                .orElse(""));
            case NOT_OFFERED:
                return of(200, out + " here. " + host + " ends no sessions when asked; this one runs out by itself.");
            case NOT_ASKED:
            case NOTHING:
            default:
                return of(200, out + "; its session had ended before.");
        }
    }

    int status() {
        return status;
    }

    boolean isToSignIn() {
        return sentence.equals(ENDED);
    }

    boolean isGood() {
        return status == 200 && reason.isEmpty();
    }

    String sentence() {
        return sentence;
    }

    /** For whoever wants to know more; may be empty. */
    String reason() {
        return reason;
    }
}
