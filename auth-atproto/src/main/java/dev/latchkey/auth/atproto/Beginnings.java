package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Begins sign-ins at their servers, and takes note of how they end: one that has failed may have begun where its account was, and not
 * where it is, so that nothing that was remembered of it counts for the next one. Safe for use by any number of threads.
 */
final class Beginnings {

    // As long as a sign-in may take.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final ServerBook book;
    private final ServerClients clients;
    private final Clock clock;
    // By the names of their cookies, of which each sign-in has its own.
    private final BoundedCache<String, AtprotoStart> begun;

    Beginnings(ServerBook book, ServerClients clients, Clock clock, int most) {
        this.book = book;
        this.clients = clients;
        this.clock = clock;
        this.begun = new BoundedCache<>(clock, PATIENCE, most);
    }

    /** Finds the server that a sign-in begins at. */
    Beginning of(AtprotoRequest request, AuthorizationRequest.Builder checked, AtprotoStart start) {
        return new Beginning(start, book.at(start, request.isFresh()).issuer(), request.startingAt(start, checked));
    }

    void ended(BrowserBinding binding, boolean well) {
        AtprotoStart start = begun.get(binding.cookieName());
        begun.remove(binding.cookieName());
        if (!well && start != null) {
            book.doubt(start);
        }
    }

    /** A sign-in whose request needs only be pushed. */
    final class Beginning {

        private final AtprotoStart start;
        private final String issuer;
        private final AuthorizationRequest request;

        private Beginning(AtprotoStart start, String issuer, AuthorizationRequest request) {
            this.start = start;
            this.issuer = issuer;
            this.request = request;
        }

        PendingAuthorization authorize() {
            boolean well = false;
            try {
                PendingAuthorization pending = push();
                well = true;
                return noted(pending);
            } finally {
                if (!well) {
                    book.doubt(start);
                }
            }
        }

        private PendingAuthorization push() {
            if (clients.known(issuer) != null) {
                return clients.with(issuer, client -> client.authorize(request));
            }
            OAuthClient fresh = clients.fresh(issuer);
            return kept(fresh, fresh.authorize(request));
        }

        CompletableFuture<PendingAuthorization> start() {
            return startToPush().whenComplete((pending, failure) -> {
                if (failure == null) {
                    var unused = noted(pending);
                } else {
                    book.doubt(start);
                }
            });
        }

        private CompletableFuture<PendingAuthorization> startToPush() {
            if (clients.known(issuer) != null) {
                return clients.start(issuer, client -> client.async().authorize(request));
            }
            OAuthClient fresh = clients.fresh(issuer);
            return fresh.async().authorize(request).thenApply(pending -> kept(fresh, pending));
        }

        private PendingAuthorization noted(PendingAuthorization pending) {
            begun.put(pending.browserBinding().cookieName(), start, clock.instant());
            return pending;
        }

        /** Only now: a server that takes no request is not remembered. */
        private PendingAuthorization kept(OAuthClient fresh, PendingAuthorization pending) {
            clients.keep(issuer, fresh);
            return pending;
        }
    }
}
