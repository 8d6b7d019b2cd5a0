package dev.latchkey.auth.session;

import java.time.Duration;

/** Waits between two attempts; another one in tests, which do not wait. */
@FunctionalInterface
public interface Pause {

    /**
     * Waits.
     *
     * @param duration for how long
     * @throws InterruptedException if the thread was interrupted
     */
    void pause(Duration duration) throws InterruptedException;

    /**
     * Waits, and ends the wait when the thread is interrupted, which stays so.
     *
     * @param duration for how long
     */
    default void atMost(Duration duration) {
        try {
            pause(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
