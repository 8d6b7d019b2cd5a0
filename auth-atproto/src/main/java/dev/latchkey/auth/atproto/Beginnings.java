package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Begins sign-ins at their servers, and takes note of how they end: one that has failed may have begun where its account was, and not
 * where it is, so that nothing that was remembered of it counts for the next one. Safe for use by any number of threads.
 */
final class Beginnings {

    // As long as a sign-in may take.
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int MOST = 5_000;

    private final ServerBook book;
    private final ServerClients clients;
    private final Clock clock;
    // By the names of their cookies, of which each sign-in has its own. A hint, of which many are never asked for:
    // those of sign-ins that were given up, or that end at another node.
    private final BoundedCache<String, Begun> begun;

    Beginnings(ServerBook book, ServerClients clients, Clock clock) {
        this.book = book;
        this.clients = clients;
        this.clock = clock;
        this.begun = new BoundedCache<>(clock, PATIENCE, MOST);
    }

    /** Finds the server that a sign-in begins at. */
    Beginning of(AtprotoRequest request, AuthorizationRequest.Builder checked, AtprotoStart start) {
        Begun place = new Begun(start);
        boolean well = false;
        try {
            String issuer = book.at(start, request.isFresh()).issuer();
            well = true;
            return new Beginning(place, issuer, request.startingAt(start, checked));
        } finally {
            if (!well) {
                place.doubt(true);
            }
        }
    }

    void ended(BrowserBinding binding) {
        begun.remove(binding.cookieName());
    }

    /** An account that moves has its former server refuse it, or contradicts it. Who says no does so at a server that is as it was. */
    void failed(BrowserBinding binding, Throwable failure) {
        Begun place = begun.get(binding.cookieName());
        begun.remove(binding.cookieName());
        if (place != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            place.doubt(cause instanceof InvalidResponseException || cause instanceof TemporaryFailureException);
        }
    }

    /** How many sign-ins have begun here and not ended, as tests ask. */
    int size() {
        return begun.size();
    }

    /** Where a sign-in has begun. Whole documents would be too much: anybody may begin one. */
    private final class Begun {

        private final @Nullable Did did;
        private final URI server;

        private Begun(AtprotoStart start) {
            this.did = start.identity().map(AtprotoIdentity::did).orElse(null);
            this.server = start.server();
        }

        void doubt(boolean server) {
            if (did != null) {
                book.doubt(did);
            }
            if (server) {
                book.doubt(this.server);
            }
        }
    }

    /** A sign-in whose request needs only be pushed. */
    final class Beginning {

        private final Begun place;
        private final String issuer;
        private final AuthorizationRequest request;

        private Beginning(Begun place, String issuer, AuthorizationRequest request) {
            this.place = place;
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
                    place.doubt(true);
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
                    place.doubt(true);
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
            begun.put(pending.browserBinding().cookieName(), place, clock.instant());
            return pending;
        }

        /** Only now: a server that takes no request is not remembered. */
        private PendingAuthorization kept(OAuthClient fresh, PendingAuthorization pending) {
            clients.keep(issuer, fresh);
            return pending;
        }
    }
}
