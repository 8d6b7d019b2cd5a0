package dev.latchkey.auth.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A named point at which threads wait until the test lets them pass.
 *
 * <p>One thread at a time is the usual race test: put the gate where the race is, start the call, {@link #awaitArrival},
 * do what must happen in between, {@link #open}. No wait is longer than ten seconds, so a broken test fails and does not
 * hang. Safe for use by any number of threads at once.
 */
public final class Gate {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Semaphore arrivals = new Semaphore(0);
    private final CountDownLatch opened = new CountDownLatch(1);

    private Gate(String name) {
        this.name = name;
    }

    /**
     * Makes a closed gate.
     *
     * @param name tells in a failure which gate it was
     * @return the gate
     */
    public static Gate closed(String name) {
        return new Gate(name);
    }

    /**
     * Arrives at the gate and waits until it is open; passes at once when it is open already.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public void pass() throws InterruptedException {
        arrivals.release();
        // An open gate lets an interrupted thread pass as well.
        if (opened.getCount() != 0 && !opened.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("Nobody opened gate " + name + " within " + PATIENCE);
        }
    }

    /** Waits until one more thread has arrived; called n times, until n threads have. */
    public void awaitArrival() {
        try {
            if (!arrivals.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("Nobody arrived at gate " + name + " within " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for an arrival at gate " + name, e);
        }
    }

    /** Lets everybody pass, now and later. */
    public void open() {
        opened.countDown();
    }

    @Override
    public String toString() {
        return "Gate[" + name + (opened.getCount() == 0 ? ", open" : ", closed") + "]";
    }
}
