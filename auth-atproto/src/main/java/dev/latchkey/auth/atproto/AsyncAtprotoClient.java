package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.TokenOptions;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * The same client for those who do not want to wait. All work but the application's own runs on the builder's executor, and what is begun
 * there does not wait for other work of it, so that one thread is enough.
 *
 * <p>A future fails with the {@link OAuthException} that the blocking call would throw, but for the time-out of a waiter, which is the
 * caller's own to set. Cancelling a future changes nothing for anybody else. What hangs on a future runs on the thread that
 * completes it unless an executor is named: nothing there should block. Safe for use by any number of threads at once.
 */
public final class AsyncAtprotoClient {

    private final AtprotoClient client;

    AsyncAtprotoClient(AtprotoClient client) {
        this.client = client;
    }

    /**
     * Begins a sign-in, with the client's first redirect URI and all its scopes.
     *
     * @param input a handle, a DID, or the address of a server
     * @return where to send the browser, and the cookie that ties the callback to it
     * @see AtprotoClient#authorize(String)
     */
    public CompletableFuture<PendingAuthorization> authorize(String input) {
        return authorize(AtprotoRequest.of(input));
    }

    /**
     * Begins a sign-in that asks for more. A handle for whose look-up there is no place at the moment fails as temporary at once.
     *
     * @param request by whom, and how
     * @return where to send the browser, and the cookie that ties the callback to it
     * @see AtprotoClient#authorize(AtprotoRequest)
     */
    public CompletableFuture<PendingAuthorization> authorize(AtprotoRequest request) {
        Objects.requireNonNull(request, "request");
        return started(() -> beginning(request)).thenCompose(Beginnings.Beginning::start);
    }

    private CompletableFuture<Beginnings.Beginning> beginning(AtprotoRequest request) {
        client.clients().requireOpen();
        AtprotoIdentities identities = client.parts().identities();
        AuthorizationRequest.Builder checked = request.checkedBy(client.metadata());
        client.forgetStart(request);
        return identities
                .start(request.input())
                .thenCompose(did -> flight(
                        () -> client.beginnings().of(request, checked, identities.resolve(request.input(), did))));
    }

    /**
     * Completes a sign-in.
     *
     * @param callback all parameters that the browser brought
     * @param browserBinding the cookie that the browser brought
     * @return who signed in
     * @see AtprotoClient#complete(AuthorizationCallback, BrowserBinding)
     */
    public CompletableFuture<SignIn> complete(AuthorizationCallback callback, BrowserBinding browserBinding) {
        Objects.requireNonNull(callback, "callback");
        Objects.requireNonNull(browserBinding, "browserBinding");
        // A copy: whoever cancels its future must not keep this one from being heard.
        return started(() -> completing(callback, browserBinding))
                .whenComplete((signIn, failure) -> {
                    if (failure == null) {
                        client.ended(browserBinding, signIn);
                    } else {
                        client.ended(browserBinding, failure);
                    }
                })
                .copy();
    }

    private CompletableFuture<SignIn> completing(AuthorizationCallback callback, BrowserBinding browserBinding) {
        ServerClients clients = client.clients();
        Optional<String> issuer = client.issuer(callback);
        if (issuer.isEmpty()) {
            return client.everywhere().async().complete(callback, browserBinding);
        }
        if (clients.known(issuer.get()) != null) {
            return clients.start(issuer.get(), known -> known.async().complete(callback, browserBinding));
        }
        OAuthClient fresh = clients.fresh(issuer.get());
        return fresh.async().complete(callback, browserBinding).whenComplete((signIn, failure) -> {
            if (failure == null) {
                var unused = client.kept(fresh, signIn);
            } else {
                clients.drop(fresh);
            }
        });
    }

    /**
     * Signs somebody out.
     *
     * @param account who
     * @param how whether the session ends at its server too
     * @return whether there was a session, and what the server made of it
     * @see AtprotoClient#signOut(Account, SignOut)
     */
    public CompletableFuture<SignOutResult> signOut(Account account, SignOut how) {
        Objects.requireNonNull(how, "how");
        client.forget(account);
        return started(() ->
                client.clients().start(account.issuer(), each -> each.async().remove(account, how)));
    }

    /**
     * Calls an account's server, on a thread of its own: what the work waits for, such as a refresh after its token was refused, runs on
     * the builder's executor, which must not be waiting for the work.
     *
     * @param account who signed in
     * @param work makes calls, and may block for as long as they take
     * @param <T> what it gives
     * @return what came of it; it fails with whatever the work throws
     * @see AtprotoClient#calls(Account)
     */
    public <T> CompletableFuture<T> call(Account account, Work<T> work) {
        return call(account, work, task -> {
            Thread thread = new Thread(task, "latchkey-atproto-call");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * Calls an account's server on an executor of the caller's choice.
     *
     * @param account who signed in
     * @param work makes calls, and may block for as long as they take
     * @param executor runs the work. With threads to spare, if it is the builder's too: whoever waits for a refresh holds one, and the
     *     refresh needs one
     * @param <T> what it gives
     * @return what came of it; it fails with whatever the work throws
     * @see AtprotoClient#calls(Account)
     */
    public <T> CompletableFuture<T> call(Account account, Work<T> work, Executor executor) {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(executor, "executor");
        // First the token, so that the work need not wait for one.
        return started(() -> client.tokens(account).getAsync(TokenOptions.NONE))
                .thenCompose(token -> flight(executor, () -> work.with(client.calls(account))));
    }

    private static <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> work) {
        try {
            return work.get();
        } catch (OAuthException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> CompletableFuture<T> flight(Callable<T> work) {
        return flight(client.parts().executor(), work);
    }

    private static <T> CompletableFuture<T> flight(Executor executor, Callable<T> work) {
        CompletableFuture<T> flight = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    flight.complete(work.call());
                } catch (Throwable e) {
                    flight.completeExceptionally(e);
                }
            });
        } catch (Throwable e) {
            flight.completeExceptionally(
                    new TemporaryFailureException("The executor took no more work; nothing was sent", true, null, e));
        }
        return flight;
    }

    /**
     * What is to be done with an account's server.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Work<T> {

        /**
         * Makes calls.
         *
         * @param calls to the server, in the account's name
         * @return what came of them
         * @throws IOException if a call could not be made, or its answer not be read
         */
        T with(Xrpc calls) throws IOException;
    }

    @Override
    public String toString() {
        return "AsyncAtprotoClient[" + client.metadata().clientId() + "]";
    }
}
