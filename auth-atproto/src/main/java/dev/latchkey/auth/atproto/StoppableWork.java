package dev.latchkey.auth.atproto;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Work on a thread of somebody's executor that may be stopped from outside: before it begins it does not begin, and while it goes on its
 * thread is interrupted. The thread is as it was when it goes back. Safe for use by any number of threads.
 */
final class StoppableWork {

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread runner;
    private boolean stopped;

    /**
     * Does the work.
     *
     * @return what it gives, or nothing if it was stopped before
     */
    <T> Optional<T> run(Work<T> work) throws IOException {
        if (!begins()) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.run());
        } finally {
            end();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (runner != null) {
                runner.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean begins() {
        lock.lock();
        try {
            if (!stopped) {
                runner = Thread.currentThread();
            }
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            runner = null;
            if (stopped) {
                // The interrupt was for this work, and not for what the thread does next.
                var unused = Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What can be stopped. */
    interface Work<T> {

        T run() throws IOException;
    }
}
