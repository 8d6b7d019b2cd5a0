package dev.latchkey.auth.atproto;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Work that counts no more. It may go on to its end, so that whoever is asked sees one question and its end; but it keeps a thread, so
 * that of more than so many the oldest is stopped. Safe for use by any number of threads.
 */
final class Stragglers {

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<StoppableWork> all = new LinkedHashSet<>();
    private final int most;

    Stragglers(int most) {
        this.most = most;
    }

    void add(StoppableWork work) {
        StoppableWork oldest = added(work);
        if (oldest != null) {
            oldest.stop();
        }
    }

    private @Nullable StoppableWork added(StoppableWork work) {
        lock.lock();
        try {
            all.add(work);
            if (all.size() <= most) {
                return null;
            }
            StoppableWork oldest = all.iterator().next();
            all.remove(oldest);
            return oldest;
        } finally {
            lock.unlock();
        }
    }

    void remove(StoppableWork work) {
        lock.lock();
        try {
            all.remove(work);
        } finally {
            lock.unlock();
        }
    }
}
