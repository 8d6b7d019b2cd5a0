package dev.latchkey.it.atproto.lab;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** All requests of a lab in the order in which they were answered, without those of its own servers. */
public final class LabLog {

    private final List<Seen> all = new CopyOnWriteArrayList<>();

    synchronized void add(Seen seen) {
        all.add(seen);
        notifyAll();
    }

    /** Waits until so many have been seen, and tells all of them; fewer if the time is up. */
    public synchronized List<Seen> awaitSize(int number, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (long left = patience.toMillis(); all.size() < number && left > 0; ) {
                wait(left);
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return all();
    }

    /** All of them. */
    public List<Seen> all() {
        return List.copyOf(all);
    }

    /** Each in one line. */
    public List<String> lines() {
        return all.stream().map(Seen::what).collect(Collectors.toList());
    }

    /** Those to a path of a host. */
    public List<Seen> to(String host, String path) {
        return all.stream()
                .filter(seen -> seen.call()
                        .filter(call -> call.host().equals(host) && call.path().equals(path))
                        .isPresent())
                .collect(Collectors.toList());
    }

    /** Those that broke a rule. */
    public List<Seen> violations() {
        return all.stream().filter(seen -> seen.broken().isPresent()).collect(Collectors.toList());
    }

    /** Those that were sent back for a nonce. */
    public List<Seen> nonceDemands() {
        return all.stream()
                .filter(seen -> seen.note().equals(Refusal.USE_NONCE))
                .collect(Collectors.toList());
    }

    /** Begins anew. */
    public void clear() {
        all.clear();
    }
}
