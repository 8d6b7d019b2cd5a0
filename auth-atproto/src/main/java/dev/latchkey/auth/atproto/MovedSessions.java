package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ends what an account has left behind: a session at another issuer is another session, which no sign-in replaces and which
 * would live on at a server that speaks for nobody any more.
 *
 * <p>After a sign-in and in the background: whoever signs in does not wait for it. Nothing that was seen before counts, since an
 * account may have moved back meanwhile: a session is ended only if a look at that moment contradicts its issuer. Where that cannot
 * be found out, or the session cannot be removed, it stays until the next sign-in, or its own next refresh.
 *
 * <p>An account may have left any number of sessions at a server that takes its time: they are ended one after the other, and once that
 * server has not revoked one, the others are removed here alone. Those at the issuer of the sign-in are
 * not read. What a look has said counts for half a minute, and until the account signs in again. Of all others a hundred are looked at for each sign-in; one sign-in of an account is followed at a time, and sixteen of all
 * accounts; what has no place waits for the next. Safe for use by any number of threads.
 */
final class MovedSessions {

    // Of one account, which may have any number, at each sign-in.
    private static final int MOST_LOOKED_AT = 100;
    // Each may be at servers that take half a minute over an answer.
    private static final int MOST_AT_ONCE = 16;
    // How long what was seen may be gone by.
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final ServerBook book;
    private final OAuthClient everywhere;
    private final ServerClients clients;
    private final Consumer<Consumer<AuthListener>> listener;
    private final Consumer<Account> forget;
    private final Clock clock;
    // By the subjects that have signed in.
    private final ConcurrentMap<String, Following> underWay = new ConcurrentHashMap<>();
    private final Semaphore free = new Semaphore(MOST_AT_ONCE);

    MovedSessions(
            ServerBook book,
            OAuthClient everywhere,
            ServerClients clients,
            Consumer<Consumer<AuthListener>> listener,
            Consumer<Account> forget,
            Clock clock) {
        this.book = book;
        this.everywhere = everywhere;
        this.clients = clients;
        this.listener = listener;
        this.forget = forget;
        this.clock = clock;
    }

    /** Starts to look for what somebody who has just signed in has left behind. */
    void lookBehind(Account signedIn) {
        Following mine = new Following();
        // Nobody takes all places with an account of his own. And closing sees it before it begins.
        Following theirs = underWay.compute(signedIn.subject(), (subject, present) -> {
            if (present != null) {
                present.next = signedIn;
                return present;
            }
            return free.tryAcquire() ? mine : null;
        });
        if (theirs == mine) {
            follow(signedIn, mine);
        }
    }

    private void follow(Account signedIn, Following mine) {
        // No flight waits for another: one thread is enough.
        var unused = everywhere
                .async()
                .elsewhere(signedIn, MOST_LOOKED_AT)
                .thenCompose(others -> endedOf(others, mine))
                // What it could not do is done another time.
                .whenComplete((nothing, failure) -> goOn(signedIn, mine));
    }

    /** Follows the last of those who have signed in meanwhile: it may have been after another move. */
    private void goOn(Account followed, Following mine) {
        AtomicReference<@Nullable Account> next = new AtomicReference<>();
        underWay.compute(followed.subject(), (subject, present) -> {
            next.set(mine.next);
            mine.next = null;
            return next.get() == null ? null : mine;
        });
        Account again = next.get();
        if (again != null) {
            follow(again, mine);
            return;
        }
        free.release();
        mine.end.complete(null);
    }

    private CompletableFuture<?> endedOf(List<Account> others, Following mine) {
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        AtomicReference<Instant> looked = new AtomicReference<>(Instant.MIN);
        return everywhere
                .async()
                .call(() -> {
                    looked.set(clock.instant());
                    return contradicted(others);
                })
                .thenCompose(left -> {
                    Instant until = looked.get().plus(LOOK);
                    // Somebody who signs in may have moved back.
                    BooleanSupplier counts =
                            () -> mine.next == null && clock.instant().isBefore(until);
                    CompletableFuture<?> end = new CompletableFuture<>();
                    endNext(left.entrySet().iterator(), counts, new HashSet<>(), end);
                    return end;
                });
    }

    /** One look for all. */
    private Map<Account, String> contradicted(List<Account> others) {
        Map<String, Optional<String>> looks = book.contradictions(
                others.get(0), others.stream().map(Account::issuer).collect(Collectors.toSet()));
        Map<Account, String> left = new LinkedHashMap<>();
        for (Account each : others) {
            looks.getOrDefault(each.issuer(), Optional.empty())
                    .ifPresent(contradiction -> left.put(each, contradiction));
        }
        return left;
    }

    // In a loop as long as nothing has to be waited for, so that many take no stack.
    private void endNext(
            Iterator<Map.Entry<Account, String>> left,
            BooleanSupplier counts,
            Set<String> unwilling,
            CompletableFuture<?> end) {
        try {
            while (left.hasNext() && counts.getAsBoolean()) {
                Map.Entry<Account, String> each = left.next();
                CompletableFuture<?> one = ended(each.getKey(), each.getValue(), unwilling);
                if (!one.isDone()) {
                    var unused = one.whenComplete((result, failure) -> endNext(left, counts, unwilling, end));
                    return;
                }
            }
            end.complete(null);
        } catch (RuntimeException e) {
            // Or its place would never be free again.
            end.completeExceptionally(e);
        }
    }

    private CompletableFuture<?> ended(Account former, String contradiction, Set<String> unwilling) {
        forget.accept(former);
        SignOut how = unwilling.contains(former.issuer()) ? SignOut.HERE : SignOut.AND_AT_SERVER;
        try {
            return clients.start(former.issuer(), client -> client.async().remove(former, how))
                    .whenComplete((result, failure) -> {
                        if (result == null || result.revocation().failure().isPresent()) {
                            unwilling.add(former.issuer());
                        }
                        tell(former, contradiction, result, failure);
                    });
        } catch (OAuthException e) {
            // All is being closed.
            return CompletableFuture.failedFuture(e);
        }
    }

    private void tell(
            Account former, String contradiction, @Nullable SignOutResult result, @Nullable Throwable failure) {
        if (result != null && result.wasSignedIn()) {
            SignInRequiredException reason =
                    new SignInRequiredException("sub: " + contradiction + "; the user has signed in there", null, null);
            listener.accept(each -> each.sessionEnded(former, reason));
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        // If all is closed, nobody need hear of it.
        if (cause instanceof Exception && !(cause instanceof ConfigurationException)) {
            listener.accept(each -> each.sessionNotSaved(Optional.of(former), (Exception) cause));
        }
    }

    /** Waits for what is under way, which can start nothing more once the clients are closed. */
    void close(Duration patience) {
        try {
            CompletableFuture.allOf(
                            underWay.values().stream().map(each -> each.end).toArray(CompletableFuture[]::new))
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It is done another time.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What goes on for one account. */
    private static final class Following {

        private final CompletableFuture<?> end = new CompletableFuture<>();
        // Taken in the map's own turn.
        private volatile @Nullable Account next;
    }
}
