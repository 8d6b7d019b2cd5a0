package dev.latchkey.auth.session;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on by itself, on the executor, whatever becomes of those who wait for it.
 *
 * <p>Of one kind of work for one session there is one flight at a time, which everybody joins; flights of one session
 * that are of different kinds follow each other, so that a refresh token is never redeemed twice at once. Safe for use
 * by any number of threads; no lock is held while a flight runs.
 */
public final class Flights {

    private final Executor executor;
    private final ConcurrentMap<Object, CompletableFuture<?>> flights = new ConcurrentHashMap<>();
    private final ConcurrentMap<Object, CompletableFuture<@Nullable Void>> tails = new ConcurrentHashMap<>();
    // Those that the executor has and that have not ended, joined or not.
    private final Set<CompletableFuture<?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes an empty sky.
     *
     * @param executor runs the flights
     */
    public Flights(Executor executor) {
        this.executor = executor;
    }

    /**
     * Joins the flight for some work of a session, or starts it after the session's other flights.
     *
     * @param <T> what it gives
     * @param session whose work it is; equal for every session that is the same
     * @param what which work of that session; equal for work that gives the same
     * @param work runs on the executor
     * @return the flight's outcome
     */
    public <T> CompletableFuture<T> join(Object session, Object what, Supplier<T> work) {
        FlightKey key = new FlightKey(session, what);
        CompletableFuture<T> mine = new CompletableFuture<>();
        @SuppressWarnings("unchecked") // Of one key all flights give the same type.
        CompletableFuture<T> theirs = (CompletableFuture<T>) flights.putIfAbsent(key, mine);
        if (theirs != null) {
            return theirs;
        }
        CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> before = tails.put(session, done);
        Runnable flight = () -> {
            try {
                run(mine, work, () -> flights.remove(key, mine));
            } finally {
                tails.remove(session, done);
                done.complete(null);
            }
        };
        if (before == null) {
            start(flight, mine);
        } else {
            // Only starts it: nothing runs on the thread that ended the flight before.
            var unused = before.whenComplete((nothing, never) -> start(flight, mine));
        }
        return mine;
    }

    /**
     * Starts a flight that nobody joins.
     *
     * @param <T> what it gives
     * @param work runs on the executor
     * @return the flight's outcome
     */
    public <T> CompletableFuture<T> start(Supplier<T> work) {
        CompletableFuture<T> mine = new CompletableFuture<>();
        start(() -> run(mine, work, () -> {}), mine);
        return mine;
    }

    /**
     * Waits for a flight. Whoever gives up, or is interrupted, leaves the flight as it is.
     *
     * @param <T> what it gives
     * @param flight the flight
     * @param patience how long to wait
     * @return the flight's outcome
     */
    public static <T> T await(CompletableFuture<T> flight, Duration patience) {
        try {
            return flight.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OAuthException) {
                // Each waiter gets its own, with its own stack.
                throw ((OAuthException) e.getCause()).again();
            }
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            if (e.getCause() instanceof Error) {
                throw (Error) e.getCause();
            }
            throw new IllegalStateException("A flight ended with a checked exception", e.getCause());
        } catch (TimeoutException e) {
            throw new TemporaryFailureException(
                    "The time-out of " + patience.toMillis()
                            + " ms passed; the work goes on, and asking again joins it",
                    true,
                    null,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException(
                    "Interrupted while waiting; the work goes on, and asking again joins it", true, null, e);
        }
    }

    /**
     * Lets no further flight start, and waits for those under way, since one may hold a rotated refresh token.
     *
     * @param patience how long to wait
     * @return true if all have ended
     */
    public boolean close(Duration patience) {
        closed = true;
        long end = System.nanoTime() + patience.toNanos();
        for (CompletableFuture<?> each : underWay) {
            try {
                each.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // What became of it is told to those who wait for it; here only its end matters.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return haveEnded();
            }
        }
        return haveEnded();
    }

    // One that has ended may still be about to leave the set.
    private boolean haveEnded() {
        return underWay.stream().allMatch(CompletableFuture::isDone);
    }

    /**
     * Tells whether further flights are refused.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }

    private <T> void start(Runnable flight, CompletableFuture<T> outcome) {
        if (closed) {
            outcome.completeExceptionally(new ConfigurationException("client", "is closed"));
            flight.run();
            return;
        }
        underWay.add(outcome);
        try {
            executor.execute(flight);
        } catch (Throwable e) {
            // Whatever it is, a full pool or no memory for a thread: a flight that never starts must not be waited for.
            outcome.completeExceptionally(
                    new TemporaryFailureException("The executor took no more work; nothing was sent", true, null, e));
            flight.run();
        }
    }

    // A flight whose outcome is there already only cleans up.
    @SuppressWarnings("CollectionUndefinedEquality") // Each flight is itself and no other: identity is what is meant.
    private <T> void run(CompletableFuture<T> outcome, Supplier<T> work, Runnable landed) {
        try {
            if (!outcome.isDone()) {
                T result = work.get();
                landed.run();
                outcome.complete(result);
            }
        } catch (Throwable e) {
            landed.run();
            outcome.completeExceptionally(e);
        } finally {
            landed.run();
            underWay.remove(outcome);
        }
    }

    private static final class FlightKey {

        private final Object session;
        private final Object what;

        FlightKey(Object session, Object what) {
            this.session = session;
            this.what = what;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FlightKey
                    && session.equals(((FlightKey) other).session)
                    && what.equals(((FlightKey) other).what);
        }

        @Override
        public int hashCode() {
            return 31 * session.hashCode() + what.hashCode();
        }
    }
}
