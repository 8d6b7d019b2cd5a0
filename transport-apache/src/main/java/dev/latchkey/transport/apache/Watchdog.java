package dev.latchkey.transport.apache;

import dev.latchkey.auth.spi.TransportException.Kind;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends exchanges whose time is up or whose thread was interrupted, on one daemon thread that lives while there are any.
 *
 * <p>A call costs an entry in a concurrent set. It wakes the thread only if its deadline is nearer than the next look.
 */
final class Watchdog implements Runnable {

    private static final long NANOS_BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long NANOS_IDLE_BEFORE_END = TimeUnit.SECONDS.toNanos(2);

    private final Set<ApacheExchange> watched = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile long nextLook;
    private volatile boolean closed;

    /** Watches over an exchange; false if this watchdog was closed. */
    boolean watch(ApacheExchange exchange) {
        watched.add(exchange);
        if (closed) {
            watched.remove(exchange);
            return false;
        }
        Thread running = thread.get();
        if (running == null) {
            start();
        } else if (exchange.nanosLeft(nextLook) < 0) {
            LockSupport.unpark(running);
        }
        return true;
    }

    void forget(ApacheExchange exchange) {
        watched.remove(exchange);
    }

    void close() {
        closed = true;
        watched.forEach(exchange -> exchange.abort(Kind.CLOSED));
        LockSupport.unpark(thread.get());
    }

    private void start() {
        Thread starting = new Thread(null, this, "latchkey-transport-apache", 0, false);
        starting.setDaemon(true);
        // A thread that outlives a plugin must not hold on to its classes.
        starting.setContextClassLoader(null);
        if (thread.compareAndSet(null, starting)) {
            try {
                starting.start();
            } catch (Throwable e) {
                // No memory for a thread, for one: the next exchange must be able to start it.
                thread.set(null);
                throw e;
            }
        }
    }

    @Override
    public void run() {
        long lastUse = System.nanoTime();
        while (true) {
            long now = System.nanoTime();
            // Whoever comes during the look may be missed by it, and therefore wakes this thread for another.
            nextLook = now + Long.MAX_VALUE / 2;
            if (!watched.isEmpty()) {
                lastUse = now;
            } else if ((closed || now - lastUse > NANOS_IDLE_BEFORE_END) && hasEnded()) {
                return;
            }
            long pause = look(now);
            nextLook = now + pause;
            LockSupport.parkNanos(this, pause);
        }
    }

    private boolean hasEnded() {
        Thread self = Thread.currentThread();
        thread.set(null);
        // Somebody who came before the line above has not started another thread: then this one goes on.
        return watched.isEmpty() || !thread.compareAndSet(null, self);
    }

    private long look(long now) {
        long pause = NANOS_BETWEEN_LOOKS;
        for (ApacheExchange exchange : watched) {
            long left = exchange.nanosLeft(now);
            if (left > 0 && !exchange.isInterrupted()) {
                pause = Math.min(pause, left);
                continue;
            }
            try {
                exchange.abort(left <= 0 ? Kind.DEADLINE : Kind.INTERRUPTED);
            } catch (RuntimeException e) {
                // Forgotten already: whatever one connection does when it is closed, the others' deadlines hold.
                pause = Math.min(pause, NANOS_BETWEEN_LOOKS);
            }
        }
        return pause;
    }
}
