package dev.latchkey.auth.jose;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.Documents;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A server's keys, fetched from its {@code jwks_uri} when they are needed and held for a while.
 *
 * <p>At most one fetch is under way; it runs on the executor, and nobody holds a lock meanwhile. Keys that will expire soon
 * are fetched anew in the background. Keys that have expired are used only while fetching fails, and only for so long.
 */
final class RemoteKeys implements KeySource {

    private static final List<String> TYPES = List.of("application/jwk-set+json", "application/json");

    private final URI location;
    private final Documents documents;
    private final ServerKeys.Timing timing;
    private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
    private final AtomicReference<@Nullable CompletableFuture<Held>> flight = new AtomicReference<>();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Search> search = new AtomicReference<>();

    RemoteKeys(URI location, Documents documents, ServerKeys.Timing timing) {
        this.location = location;
        this.documents = documents;
        this.timing = timing;
    }

    @Override
    public VerificationKeys keys() throws IOException {
        Held now = held.get();
        long instant = timing.nanos();
        if (now == null) {
            requireNoRecentFailure(instant);
            return await(fetch(null)).keys;
        }
        long age = instant - now.fetchedAt;
        if (age < timing.timeToLive) {
            if (age >= timing.timeToLive - timing.refreshAhead && !hasFailedWithin(timing.failureFloor, instant)) {
                var unused = fetch(now);
            }
            return now.keys;
        }
        boolean outageLasts = age < timing.timeToLive + timing.outage;
        if (outageLasts && hasFailedWithin(timing.searchFloor, instant)) {
            // It was seen lately that the host does not answer: nobody waits to see it again.
            if (!hasFailedWithin(timing.failureFloor, instant)) {
                var unused = fetch(now);
            }
            return now.keys;
        }
        requireNoRecentFailure(instant);
        try {
            return await(fetch(now)).keys;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException | OAuthException e) {
            if (outageLasts) {
                return now.keys;
            }
            throw e;
        }
    }

    @Override
    public VerificationKeys keysAfter(VerificationKeys seen) throws IOException {
        while (true) {
            Held now = held.get();
            if (now == null || now.keys != seen) {
                return keys();
            }
            long instant = timing.nanos();
            Search last = search.get();
            if (last != null && instant - last.startedAt < last.floor) {
                return await(last.outcome).keys;
            }
            Search mine = new Search(instant, timing.searchFloor);
            if (search.compareAndSet(last, mine)) {
                CompletableFuture<Held> fetched = fetch(now);
                var unused = fetched.whenComplete((keys, problem) -> {
                    if (keys != null) {
                        mine.floor = keys.keys.hasOtherThan(seen) ? timing.rotationFloor : timing.searchFloor;
                        mine.outcome.complete(keys);
                    } else {
                        mine.floor = timing.failureFloor;
                        mine.outcome.completeExceptionally(problem);
                    }
                });
                return await(fetched).keys;
            }
        }
    }

    /** Joins the fetch that is under way, or starts one. */
    private CompletableFuture<Held> fetch(@Nullable Held seen) {
        CompletableFuture<Held> mine = new CompletableFuture<>();
        CompletableFuture<Held> theirs = flight.compareAndExchange(null, mine);
        if (theirs != null) {
            return theirs;
        }
        Held now = held.get();
        if (now != null && now != seen) {
            // Another fetch ended between the look and the decision.
            land(mine);
            mine.complete(now);
            return mine;
        }
        try {
            timing.executor.execute(() -> run(mine));
        } catch (Throwable e) {
            // Whatever it is: a fetch that never starts must not be waited for.
            fail(
                    mine,
                    new TemporaryFailureException("The executor took no more work; nothing was sent", true, null, e));
        }
        return mine;
    }

    private void run(CompletableFuture<Held> mine) {
        try {
            long startedAt = timing.nanos();
            VerificationKeys keys;
            try {
                keys = VerificationKeys.parse(
                        documents.fetch(location, "jwks_uri", TYPES, VerificationKeys.MAX_BYTES, timing.timeout),
                        timing.provider);
            } catch (JoseFault e) {
                throw new InvalidResponseException("jwks_uri", location.getHost(), e.problem());
            }
            Held fetched = new Held(keys, startedAt);
            held.set(fetched);
            failure.set(null);
            land(mine);
            mine.complete(fetched);
        } catch (Throwable e) {
            fail(mine, e);
        }
    }

    private void fail(CompletableFuture<Held> mine, Throwable problem) {
        failure.set(new Failure(problem, timing.nanos()));
        land(mine);
        mine.completeExceptionally(problem);
    }

    private void land(CompletableFuture<Held> mine) {
        flight.compareAndSet(mine, null);
    }

    private boolean hasFailedWithin(long nanos, long instant) {
        Failure last = failure.get();
        return last != null && instant - last.at < nanos;
    }

    private void requireNoRecentFailure(long instant) throws IOException {
        Failure last = failure.get();
        if (last != null && instant - last.at < timing.failureFloor) {
            throw unavailable(last.problem);
        }
    }

    private Held await(CompletableFuture<Held> fetched) throws IOException {
        Duration patience = timing.timeout.plus(timing.timeout.dividedBy(10));
        try {
            return fetched.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw unavailable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    "No keys from " + location.getHost() + " within " + patience.toMillis()
                            + " ms; the fetch goes on, and asking again joins it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for the keys of " + location.getHost());
        }
    }

    /** The failure of a fetch as each of those who waited sees it: what passes by itself is an I/O matter. */
    private IOException unavailable(Throwable problem) {
        if (problem instanceof TemporaryFailureException) {
            return new IOException("No keys from " + location.getHost() + " now: " + problem.getMessage(), problem);
        }
        if (problem instanceof OAuthException) {
            throw ((OAuthException) problem).again();
        }
        return new IOException("No keys from " + location.getHost() + " now", problem);
    }

    /** Keys, and when the request for them was sent. */
    private static final class Held {

        private final VerificationKeys keys;
        private final long fetchedAt;

        Held(VerificationKeys keys, long fetchedAt) {
            this.keys = keys;
            this.fetchedAt = fetchedAt;
        }
    }

    /** The latest fetch, if it failed. */
    private static final class Failure {

        private final Throwable problem;
        private final long at;

        Failure(Throwable problem, long at) {
            this.problem = problem;
            this.at = at;
        }
    }

    /** The latest fetch because of a key that was not there. */
    private static final class Search {

        private final long startedAt;
        private final CompletableFuture<Held> outcome = new CompletableFuture<>();
        // How long nobody searches again: as long as it lasts, and then by what came of it.
        private volatile long floor;

        Search(long startedAt, long floor) {
            this.startedAt = startedAt;
            this.floor = floor;
        }
    }
}
