package dev.latchkey.auth;

import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.TransportException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Asks again and again for the tokens of a user who decides on another device (RFC 8628 §3.5, CIBA Core §11). */
final class Polling {

    private static final String PENDING = "authorization_pending";
    private static final String SLOWER = "slow_down";
    private static final Duration SLOW_DOWN = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Settings settings;
    private final Runnable requireOpen;

    /**
     * Makes one.
     *
     * @param requireOpen throws if the client is closed, after which nobody waits for a user any more
     */
    Polling(Settings settings, Runnable requireOpen) {
        this.settings = settings;
        this.requireOpen = requireOpen;
    }

    /** Asks once. That the user has not decided yet is an outcome, anything else that is refused an exception. */
    static DevicePoll once(Supplier<SignIn> request, Consumer<Duration> retryAfter) {
        try {
            return DevicePoll.granted(request.get());
        } catch (OAuthException e) {
            e.error().flatMap(ServerError::retryAfter).ifPresent(retryAfter);
            if (!isUndecided(e)) {
                throw e;
            }
            return code(e).equals(SLOWER) ? DevicePoll.SLOW_DOWN : DevicePoll.PENDING;
        }
    }

    /** Tells whether the server refused a poll only because the user has not decided yet. */
    static boolean isUndecided(OAuthException refusal) {
        return code(refusal).equals(PENDING) || code(refusal).equals(SLOWER);
    }

    private static String code(OAuthException refusal) {
        return refusal.error().map(ServerError::code).orElse("");
    }

    /** Polls on the caller's thread, which only waits; each poll is a flight. */
    SignIn await(Duration first, Instant expiresAt, Function<Consumer<Duration>, DevicePoll> poll) {
        Duration interval = first;
        AtomicReference<Duration> asked = new AtomicReference<>(Duration.ZERO);
        while (true) {
            pause(longer(interval, asked.getAndSet(Duration.ZERO)), expiresAt);
            requireOpen.run();
            try {
                DevicePoll outcome = poll.apply(asked::set);
                if (outcome.signIn().isPresent()) {
                    return outcome.signIn().get();
                }
                if (outcome == DevicePoll.SLOW_DOWN) {
                    // For good: "for this and all subsequent requests" (RFC 8628 §3.5).
                    interval = interval.plus(SLOW_DOWN);
                }
            } catch (TemporaryFailureException e) {
                // Waiting longer after a failure of the network is what RFC 8628 §3.5 asks for; giving up is not.
                if (Thread.currentThread().isInterrupted() || isAfterTheAnswer(e)) {
                    throw e;
                }
                Duration twice = interval.multipliedBy(2);
                interval = twice.compareTo(LONGEST) > 0 ? interval : twice;
            }
        }
    }

    /** Tells whether the server has answered with tokens, and something failed then: the code is used up. */
    private static boolean isAfterTheAnswer(TemporaryFailureException e) {
        return !e.safeToRetry() && e.error().isEmpty() && !(e.getCause() instanceof TransportException);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void pause(Duration wait, Instant expiresAt) {
        if (!settings.clock.instant().plus(wait).isBefore(expiresAt)) {
            throw new SignInRequiredException(
                    "The code has expired, or would have before the next poll; begin a new authorization", null, null);
        }
        try {
            settings.pause.pause(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException(
                    "Interrupted while waiting for the user; the code is still good", true, null, e);
        }
    }
}
