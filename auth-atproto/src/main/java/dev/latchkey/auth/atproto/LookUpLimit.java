package dev.latchkey.auth.atproto;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many handles may be looked up at once: in all, and under one domain, whose owner can have any number of handles that never
 * answer and must not take everybody's place. Whoever comes when there is no place waits for one, as far as there are not too many
 * of the same domain already. Safe for use by any number of threads.
 */
final class LookUpLimit {

    static final int MOST = 64;
    static final int MOST_OF_A_DOMAIN = 8;
    static final int MOST_WAITING_OF_A_DOMAIN = 64;

    // Where registries of countries sell names below. Not every one of them everywhere, which costs nothing: whoever
    // has such a
    // name has more places than others, and not all.
    private static final Set<String> SHARED = Set.of("ac", "co", "com", "edu", "gov", "ne", "net", "or", "org");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private final Map<String, Domain> domains = new HashMap<>();
    private int inside;

    /**
     * Waits for a place.
     *
     * @param deadline until when, by {@link System#nanoTime}
     * @return whether there was one, which must be given back then
     */
    boolean enter(Handle handle, long deadline) throws InterruptedException {
        String name = domain(handle);
        lock.lockInterruptibly();
        try {
            Domain domain = domains.computeIfAbsent(name, each -> new Domain());
            if (isFull(domain) && domain.waiting == MOST_WAITING_OF_A_DOMAIN) {
                return false;
            }
            domain.waiting++;
            try {
                while (isFull(domain)) {
                    long patience = deadline - System.nanoTime();
                    if (patience <= 0) {
                        return false;
                    }
                    // What it returns is known by the next look at the time.
                    var unused = left.await(patience, TimeUnit.NANOSECONDS);
                }
                domain.inside++;
                inside++;
                return true;
            } finally {
                domain.waiting--;
                forget(name, domain);
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(Handle handle) {
        String name = domain(handle);
        lock.lock();
        try {
            Domain domain = domains.get(name);
            if (domain != null) {
                domain.inside--;
                inside--;
                forget(name, domain);
                left.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many domains are remembered, as tests ask. */
    int domains() {
        lock.lock();
        try {
            return domains.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean isFull(Domain domain) {
        return inside == MOST || domain.inside == MOST_OF_A_DOMAIN;
    }

    private void forget(String name, Domain domain) {
        if (domain.inside == 0 && domain.waiting == 0) {
            domains.remove(name);
        }
    }

    /** What somebody can have bought, as far as that can be told without a list of all suffixes: the last two labels, or three. */
    static String domain(Handle handle) {
        String[] labels = handle.toString().split("\\.", -1);
        int last = labels.length - 1;
        boolean shared = last > 1 && labels[last].length() == 2 && SHARED.contains(labels[last - 1]);
        String two = labels[last - 1] + "." + labels[last];
        return shared ? labels[last - 2] + "." + two : two;
    }

    private static final class Domain {

        private int inside;
        private int waiting;
    }
}
