package dev.latchkey.auth.atproto;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Ends what an account has left behind: a session at another issuer is another session, which no sign-in replaces and which
 * would live on at a server that speaks for nobody any more.
 *
 * <p>After a sign-in and in the background: whoever signs in does not wait for it. Nothing that was seen before counts, since an
 * account may have moved back meanwhile: a session is ended only if a look at that moment contradicts its issuer. Where that cannot
 * be found out, or the session cannot be removed, it stays until the next sign-in, or its own next refresh. Safe for use by any number
 * of threads.
 */
final class MovedSessions {

    private final ServerBook book;
    private final OAuthClient everywhere;
    private final ServerClients clients;
    private final Consumer<Consumer<AuthListener>> listener;
    private final Consumer<Account> forget;
    // By the sign-ins that they follow.
    private final ConcurrentMap<Object, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();

    MovedSessions(
            ServerBook book,
            OAuthClient everywhere,
            ServerClients clients,
            Consumer<Consumer<AuthListener>> listener,
            Consumer<Account> forget) {
        this.book = book;
        this.everywhere = everywhere;
        this.clients = clients;
        this.listener = listener;
        this.forget = forget;
    }

    /** Starts to look for what somebody who has just signed in has left behind. */
    void lookBehind(Account signedIn) {
        // Closing sees it before it begins.
        Object mine = new Object();
        CompletableFuture<?> end = new CompletableFuture<>();
        underWay.put(mine, end);
        // No flight waits for another: one thread is enough.
        var unused = everywhere
                .async()
                .ofSubject(signedIn.subject())
                .thenCompose(all -> endedOf(all.stream()
                        .filter(each -> !each.issuer().equals(signedIn.issuer()))
                        .collect(Collectors.toList())))
                .whenComplete((nothing, failure) -> {
                    // What it could not do is done another time.
                    underWay.remove(mine);
                    end.complete(null);
                });
    }

    private CompletableFuture<?> endedOf(List<Account> others) {
        if (others.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return everywhere
                .async()
                .call(() -> contradicted(others))
                .thenCompose(left -> CompletableFuture.allOf(left.entrySet().stream()
                        .map(each -> ended(each.getKey(), each.getValue()))
                        .toArray(CompletableFuture[]::new)));
    }

    /** One look for each issuer. The first that comes to nothing is the last: the others would ask the same servers. */
    private Map<Account, String> contradicted(List<Account> others) {
        Map<String, Optional<String>> looks = new HashMap<>();
        Map<Account, String> left = new LinkedHashMap<>();
        try {
            for (Account each : others) {
                Optional<String> look = looks.get(each.issuer());
                if (look == null) {
                    look = book.contradiction(each, each.issuer());
                    looks.put(each.issuer(), look);
                }
                look.ifPresent(contradiction -> left.put(each, contradiction));
            }
        } catch (OAuthException e) {
            return left;
        }
        return left;
    }

    private CompletableFuture<?> ended(Account former, String contradiction) {
        forget.accept(former);
        try {
            return clients.start(former.issuer(), client -> client.async().remove(former, SignOut.AND_AT_SERVER))
                    .whenComplete((result, failure) -> tell(former, contradiction, result, failure));
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
            CompletableFuture.allOf(underWay.values().toArray(CompletableFuture[]::new))
                    .get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It is done another time.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
