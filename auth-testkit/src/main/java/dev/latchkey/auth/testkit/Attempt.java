package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import dev.latchkey.auth.spi.TransportException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** A call on a thread of its own. */
final class Attempt {

    private final Thread thread;
    private volatile @Nullable Throwable thrown;
    private volatile boolean interrupted;

    private Attempt(Executable call) {
        this.thread = new Thread(() -> run(call), "attempt");
    }

    static Attempt start(Executable call) {
        Attempt attempt = new Attempt(call);
        attempt.thread.setDaemon(true);
        attempt.thread.start();
        return attempt;
    }

    private void run(Executable call) {
        try {
            call.execute();
        } catch (Throwable e) {
            thrown = e;
        } finally {
            interrupted = Thread.currentThread().isInterrupted();
        }
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Tells how the call failed; null if it did not. */
    @Nullable
    Throwable outcome(Duration longest) {
        try {
            thread.join(longest.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            fail("The call has not ended within " + longest);
        }
        return thrown;
    }

    TransportException failure(Duration longest) {
        return assertInstanceOf(TransportException.class, outcome(longest));
    }

    boolean endedInterrupted() {
        return interrupted;
    }
}
