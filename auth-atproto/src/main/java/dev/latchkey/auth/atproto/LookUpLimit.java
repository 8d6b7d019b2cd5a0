package dev.latchkey.auth.atproto;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many handles may be looked up at once: in all, and under one domain, whose owner can have any number of handles that never
 * answer and must not take everybody's place. A domain may have half of what the others leave, so that a large host has room while
 * nothing else is looked up, and gives it back as others come. Whoever comes when there is no place waits for one, in the order of
 * arrival, as far as there are not too many of the same domain already. Safe for use by any number of threads.
 */
final class LookUpLimit {

    static final int MOST = 64;
    static final int MOST_WAITING_OF_A_DOMAIN = 64;

    // Where registries of countries sell names below. Not every one of them everywhere, which costs nothing: whoever
    // has such a
    // name has more places than others, and not all.
    private static final Set<String> SHARED = Set.of("ac", "co", "com", "edu", "gov", "ne", "net", "or", "org");

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Domain> domains = new HashMap<>();
    // None of them could have a place now: each place that is given back goes to the first one who may have it.
    private final Set<Waiter> waiters = new LinkedHashSet<>();
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
            if (!isFull(domain)) {
                take(domain);
                return true;
            }
            if (domain.waiting == MOST_WAITING_OF_A_DOMAIN) {
                return false;
            }
            return await(new Waiter(domain, lock.newCondition()), name, deadline);
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Waiter waiter, String name, long deadline) throws InterruptedException {
        waiters.add(waiter);
        waiter.domain.waiting++;
        try {
            while (!waiter.hasPlace) {
                long patience = deadline - System.nanoTime();
                if (patience <= 0) {
                    return false;
                }
                // What it returns is known by the next look at the time.
                var unused = waiter.called.await(patience, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            if (waiter.hasPlace) {
                release(name);
            }
            throw e;
        } finally {
            waiters.remove(waiter);
            waiter.domain.waiting--;
            forget(name, waiter.domain);
        }
    }

    void leave(Handle handle) {
        lock.lock();
        try {
            release(domain(handle));
        } finally {
            lock.unlock();
        }
    }

    private void release(String name) {
        Domain domain = domains.get(name);
        if (domain == null) {
            return;
        }
        domain.inside--;
        inside--;
        forget(name, domain);
        // Once through is enough: whoever enters leaves the others less.
        for (Waiter each : waiters) {
            if (!each.hasPlace && !isFull(each.domain)) {
                each.hasPlace = true;
                take(each.domain);
                each.called.signal();
            }
        }
    }

    private void take(Domain domain) {
        domain.inside++;
        inside++;
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
        int leftByOthers = MOST - (inside - domain.inside);
        return inside == MOST || domain.inside >= Math.max(1, leftByOthers / 2);
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

    private static final class Waiter {

        private final Domain domain;
        private final Condition called;
        private boolean hasPlace;

        Waiter(Domain domain, Condition called) {
            this.domain = domain;
            this.called = called;
        }
    }
}
