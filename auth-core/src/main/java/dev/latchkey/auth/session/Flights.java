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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on by itself, on the executor, whatever becomes of those who wait for it.
 *
 * <p>Of one kind of work for one session there is one flight at a time, which everybody joins; flights of one session
 * that are of different kinds follow each other, so that a refresh token is never redeemed twice at once. A flight that the
 * executor does not start as long as somebody waits for it is given up, and never runs. Safe for use by any number of
 * threads; no lock is held while a flight runs.
 */
public final class Flights {

    private final Executor executor;
    private final ConcurrentMap<Object, Flight<?>> flights = new ConcurrentHashMap<>();
    private final ConcurrentMap<Object, Flight<?>> tails = new ConcurrentHashMap<>();
    // Those that the executor has and that have not ended, joined or not.
    private final Set<Flight<?>> underWay = ConcurrentHashMap.newKeySet();
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
        Flight<T> mine = new Flight<>(work, key);
        @SuppressWarnings("unchecked") // Of one key all flights give the same type.
        Flight<T> theirs = (Flight<T>) flights.putIfAbsent(key, mine);
        if (theirs != null) {
            return theirs;
        }
        Flight<?> before = tails.put(session, mine);
        if (before == null) {
            start(mine);
        } else {
            mine.before = before;
            // Only starts it: nothing runs on the thread that ended the flight before.
            var unused = before.landed.whenComplete((nothing, never) -> {
                mine.before = null;
                start(mine);
            });
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
        Flight<T> mine = new Flight<>(work, null);
        start(mine);
        return mine;
    }

    /**
     * Waits for a flight. Whoever gives up, or is interrupted, leaves a flight that has started as it is.
     *
     * @param <T> what it gives
     * @param flight the flight
     * @param patience how long to wait
     * @return the flight's outcome
     */
    public static <T> T await(CompletableFuture<T> flight, Duration patience) {
        Flight<?> waiting = flight instanceof Flight ? ((Flight<?>) flight).thatWaitsForTheExecutor() : null;
        try {
            return flight.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (TimeoutException e) {
            boolean lost = waiting != null && waiting.giveUp(patience);
            throw new TemporaryFailureException(
                    "The time-out of " + patience.toMillis() + " ms passed; "
                            + (lost
                                    ? "the executor did not even start the work, and nothing was sent: it has too few"
                                            + " threads, or was shut down"
                                    : "the work goes on, and asking again joins it"),
                    true,
                    null,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException(
                    "Interrupted while waiting; the work goes on, and asking again joins it", true, null, e);
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        if (e.getCause() instanceof OAuthException) {
            // Each waiter gets its own, with its own stack.
            return ((OAuthException) e.getCause()).again();
        }
        if (e.getCause() instanceof RuntimeException) {
            return (RuntimeException) e.getCause();
        }
        if (e.getCause() instanceof Error) {
            throw (Error) e.getCause();
        }
        return new IllegalStateException("A flight ended with a checked exception", e.getCause());
    }

    /**
     * Lets no further flight start, and waits for those under way, since one may hold a rotated refresh token.
     *
     * @param patience how long to wait
     * @return how many have not ended
     */
    public int close(Duration patience) {
        closed = true;
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            for (Flight<?> each : underWay) {
                try {
                    each.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    // What became of it is told to those who wait for it; here only its end matters.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return remaining();
                }
            }
            int remaining = remaining();
            // One that came too late is in the set for a moment, until it sees that it is refused.
            if (remaining == 0 || System.nanoTime() >= end) {
                return remaining;
            }
        }
    }

    private int remaining() {
        // One that has ended may still be about to leave the set.
        return (int) underWay.stream().filter(each -> !each.isDone()).count();
    }

    /**
     * Tells whether further flights are refused.
     *
     * @return true after {@link #close}
     */
    public boolean isClosed() {
        return closed;
    }

    private void start(Flight<?> flight) {
        // First into the set, then the look: either closing sees the flight, or the flight sees that it is closed.
        underWay.add(flight);
        if (closed) {
            flight.fail(new ConfigurationException("client", "is closed"));
            return;
        }
        flight.state.compareAndSet(State.WAITING, State.HANDED_OVER);
        try {
            executor.execute(flight);
        } catch (Throwable e) {
            // Whatever it is, a full pool or no memory for a thread: a flight that never starts must not be waited for.
            flight.fail(
                    new TemporaryFailureException("The executor took no more work; nothing was sent", true, null, e));
        }
    }

    /** How far a flight has come. */
    private enum State {
        /** Another one of its session is before it. */
        WAITING,
        /** The executor has it. */
        HANDED_OVER,
        /** It runs, or has ended. */
        STARTED
    }

    /** One flight: its outcome, and what the executor runs. */
    private final class Flight<T> extends CompletableFuture<T> implements Runnable {

        private final Supplier<T> work;
        private final @Nullable FlightKey key;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        // Completed when the next one of the session may start.
        private final CompletableFuture<@Nullable Void> landed = new CompletableFuture<>();
        private volatile @Nullable Flight<?> before;

        Flight(Supplier<T> work, @Nullable FlightKey key) {
            this.work = work;
            this.key = key;
        }

        @Override
        public void run() {
            // Once, whatever the executor makes of it.
            if (!begins()) {
                return;
            }
            try {
                T result = work.get();
                leave();
                complete(result);
            } catch (Throwable e) {
                leave();
                completeExceptionally(e);
            } finally {
                end();
            }
        }

        /** Ends a flight that has not begun. */
        boolean fail(OAuthException reason) {
            if (!begins()) {
                return false;
            }
            leave();
            completeExceptionally(reason);
            end();
            return true;
        }

        /** The flight that the executor ought to start next, this one or one before it; null if that has started. */
        @Nullable
        Flight<?> thatWaitsForTheExecutor() {
            Flight<?> each = this;
            for (Flight<?> next = before; next != null; next = each.before) {
                each = next;
            }
            return each.state.get() == State.HANDED_OVER ? each : null;
        }

        boolean giveUp(Duration patience) {
            return fail(new TemporaryFailureException(
                    "The executor did not start the work within " + patience.toMillis()
                            + " ms, and nothing was sent: it has too few threads, or was shut down",
                    true,
                    null,
                    null));
        }

        private boolean begins() {
            return state.getAndSet(State.STARTED) != State.STARTED;
        }

        // Whoever comes from now on starts another one.
        private void leave() {
            if (key != null) {
                flights.remove(key, this);
            }
        }

        private void end() {
            underWay.remove(this);
            if (key != null) {
                tails.remove(key.session, this);
            }
            landed.complete(null);
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
