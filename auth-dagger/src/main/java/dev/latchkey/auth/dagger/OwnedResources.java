package dev.latchkey.auth.dagger;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What an object graph created itself and therefore closes itself, the latest first. Instances that the application
 * bound are not among it. Safe for use by any number of threads at once.
 *
 * <p>A module that creates something takes this as a parameter and registers it:
 *
 * <pre>{@code
 * @Provides @Singleton
 * static HttpTransport transport(OwnedResources resources) {
 *     return resources.closing(MyTransport.create());
 * }
 * }</pre>
 */
public final class OwnedResources implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();

    /** Starts without anything. */
    public OwnedResources() {}

    /**
     * Registers what this graph created.
     *
     * @param resource closed with the graph
     * @param <T> its type
     * @return the resource itself
     */
    public <T extends AutoCloseable> T closing(T resource) {
        lock.lock();
        try {
            resources.push(resource);
        } finally {
            lock.unlock();
        }
        return resource;
    }

    /**
     * Closes everything, the latest first; one that fails does not keep the others open. May be called more than once.
     *
     * @throws IllegalStateException if one could not be closed, after all were tried
     */
    @Override
    public void close() {
        @Nullable IllegalStateException failure = null;
        for (AutoCloseable next = poll(); next != null; next = poll()) {
            try {
                next.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                if (failure == null) {
                    failure = new IllegalStateException(
                            "Could not close " + next.getClass().getSimpleName(), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable AutoCloseable poll() {
        lock.lock();
        try {
            return resources.poll();
        } finally {
            lock.unlock();
        }
    }
}
