package dev.latchkey.auth.spi.exchange;

import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sends over a client that blocks, and cuts off the calls whose time is up, whose thread was interrupted, or whose transport
 * was closed.
 *
 * <p>Most clients know time-outs for each read only, and blocking reads cannot be interrupted. So one daemon thread watches
 * over the calls that are under way: it ends them at their deadlines, and within a twentieth of a second when their thread
 * is interrupted. It starts with a call, and ends two seconds after the last one or with {@link #close()}. A transport
 * has one watch of its own. A call costs an entry in a concurrent set, and wakes the thread only if its deadline is nearer
 * than the next look.
 *
 * <pre>{@code
 * public TransportResponse send(TransportRequest request) throws TransportException {
 *     return watch.send(request, exchange -> {
 *         Call call = client.newCall(encode(request, exchange::writeBody));
 *         exchange.cancelBy(call::cancel);
 *         Response response = call.execute();
 *         return exchange.response(response.code(), headers(response), response.stream(), call::cancel);
 *     });
 * }
 * }</pre>
 *
 * <p>Safe for use by any number of threads at once.
 */
public final class ExchangeWatch implements AutoCloseable {

    /** Sends one request over the client that an adapter is built around. */
    @FunctionalInterface
    public interface Sender {

        /**
         * Sends, blocking until the response's headers have arrived.
         *
         * @param exchange the request's body and time-out, and the maker of the response
         * @return what {@link Exchange#response} made
         * @throws IOException whatever the client throws; it is classified by {@link ExchangeFailure}
         */
        TransportResponse send(Exchange exchange) throws IOException;
    }

    private static final long NANOS_BETWEEN_LOOKS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long NANOS_IDLE_BEFORE_END = TimeUnit.SECONDS.toNanos(2);

    private final Set<Exchange> watched = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private final String threadName;
    private volatile long nextLook;
    private volatile boolean closed;

    private ExchangeWatch(String threadName) {
        this.threadName = Objects.requireNonNull(threadName, "threadName");
    }

    /**
     * Makes a watch, without a thread yet.
     *
     * @param threadName what its thread will be called
     * @return the watch
     */
    public static ExchangeWatch named(String threadName) {
        return new ExchangeWatch(threadName);
    }

    /**
     * Sends a request on the caller's thread.
     *
     * @param request what to send
     * @param sender sends it
     * @return the response; from now on, whoever has it closes it
     * @throws TransportException if there is no response; also instead of what else the sender throws
     */
    public TransportResponse send(TransportRequest request, Sender sender) throws TransportException {
        String host = request.uri().getHost();
        if (Thread.currentThread().isInterrupted()) {
            throw new TransportException(
                    Kind.INTERRUPTED, Delivery.NOT_SENT, "Interrupted before sending to " + host, null);
        }
        Exchange exchange = new Exchange(request, System.nanoTime() + nanos(request.timeout()), this);
        if (!watch(exchange)) {
            throw new TransportException(Kind.CLOSED, Delivery.NOT_SENT, "The transport is closed", null);
        }
        try {
            return sender.send(exchange);
        } catch (IOException | RuntimeException e) {
            exchange.end(exchange::cancel);
            throw exchange.classify(e);
        } finally {
            exchange.unblocked();
        }
    }

    private static long nanos(Duration timeout) {
        // Half the range, so that differences of two points in time never overflow.
        Duration longest = Duration.ofNanos(Long.MAX_VALUE / 2);
        return timeout.compareTo(longest) > 0 ? Long.MAX_VALUE / 2 : timeout.toNanos();
    }

    private boolean watch(Exchange exchange) {
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

    void forget(Exchange exchange) {
        watched.remove(exchange);
    }

    /** Ends the calls that are under way, and refuses every later one. */
    @Override
    public void close() {
        closed = true;
        watched.forEach(exchange -> exchange.abort(Kind.CLOSED));
        LockSupport.unpark(thread.get());
    }

    private void start() {
        Thread starting = new Thread(null, this::watch, threadName, 0, false);
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

    private void watch() {
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
        for (Exchange exchange : watched) {
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
