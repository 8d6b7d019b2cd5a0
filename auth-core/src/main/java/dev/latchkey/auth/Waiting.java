package dev.latchkey.auth;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.session.Flights;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Starts work as flights, and lets callers wait for it, each until the client's time-out. */
final class Waiting {

    private final Flights flights;
    private final Duration timeout;

    Waiting(Flights flights, Duration timeout) {
        this.flights = flights;
        this.timeout = timeout;
    }

    /** Waits for work that may be done again. */
    <T> T repeatably(Supplier<T> work) {
        return Flights.await(flights.start(work), timeout);
    }

    /** Starts work that goes on whoever waits for it. */
    <T> CompletableFuture<T> start(Supplier<T> work) {
        return flights.start(work);
    }

    /** Waits for a part of such work. */
    <T> T patiently(CompletableFuture<T> part) {
        return Flights.await(part, timeout);
    }

    /** Waits for work that nobody can join a second time, because it uses something up. */
    <T> T once(Supplier<T> work) {
        CompletableFuture<T> flight = flights.start(work);
        try {
            return Flights.await(flight, timeout);
        } catch (TemporaryFailureException e) {
            if (flight.isDone()) {
                throw e;
            }
            throw new TemporaryFailureException(
                    (Thread.currentThread().isInterrupted()
                                    ? "Interrupted"
                                    : "The time-out of " + timeout.toMillis() + " ms passed")
                            + " while waiting; the work goes on and may still end in a session, so that doing it again"
                            + " may do harm",
                    false,
                    null,
                    e.getCause());
        }
    }

    void requireOpen() {
        if (flights.isClosed()) {
            throw new ConfigurationException("client", "is closed");
        }
    }
}
