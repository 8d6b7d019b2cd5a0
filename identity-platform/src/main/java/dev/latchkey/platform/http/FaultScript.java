package dev.latchkey.platform.http;

import dev.latchkey.platform.fault.Fault;
import dev.latchkey.platform.fault.Faults;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** What is still to go wrong, by path. Safe for use by several threads. */
public final class FaultScript implements Faults {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Deque<Fault>> next = new LinkedHashMap<>();
    private final Map<String, Fault> always = new LinkedHashMap<>();
    private final AtomicInteger resets = new AtomicInteger();
    private final AtomicInteger stalls = new AtomicInteger();
    private volatile boolean scripted;

    @Override
    public void next(String path, Fault... faults) {
        lock.lock();
        try {
            next.computeIfAbsent(path, key -> new ArrayDeque<>()).addAll(List.of(faults));
            scripted = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void always(String path, Fault fault) {
        lock.lock();
        try {
            always.put(path, fault);
            scripted = true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void resetConnections(int count) {
        resets.set(count);
    }

    @Override
    public void stallConnections(int count) {
        stalls.set(count);
    }

    @Override
    public void clear() {
        lock.lock();
        try {
            next.clear();
            always.clear();
            resets.set(0);
            stalls.set(0);
            scripted = false;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the fault for this request, if there is one. */
    Optional<Fault> take(String path) {
        if (!scripted) {
            return Optional.empty();
        }
        lock.lock();
        try {
            for (Map.Entry<String, Deque<Fault>> entry : next.entrySet()) {
                if (path.endsWith(entry.getKey()) && !entry.getValue().isEmpty()) {
                    return Optional.of(entry.getValue().removeFirst());
                }
            }
            return always.entrySet().stream()
                    .filter(entry -> path.endsWith(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst();
        } finally {
            lock.unlock();
        }
    }

    boolean takeReset() {
        return take(resets);
    }

    boolean takeStall() {
        return take(stalls);
    }

    private static boolean take(AtomicInteger left) {
        return left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }
}
