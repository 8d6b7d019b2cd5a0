package dev.latchkey.platform.exchange;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The requests received, oldest first; the oldest are forgotten when the log is full.
 *
 * <p>Safe for use by several threads.
 */
public final class RequestLog {
    private final int capacity;
    private final Deque<ReceivedRequest> requests = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();

    /**
     * An empty log.
     *
     * @param capacity how many requests it keeps; none with zero
     */
    public RequestLog(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Notes a request.
     *
     * @param request the request
     */
    public void add(ReceivedRequest request) {
        if (capacity == 0) {
            return;
        }
        lock.lock();
        try {
            if (requests.size() == capacity) {
                requests.removeFirst();
            }
            requests.addLast(request);
            added.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * All requests.
     *
     * @return the requests, oldest first
     */
    public List<ReceivedRequest> all() {
        return matching(request -> true);
    }

    /**
     * The requests to a path.
     *
     * @param path a whole path, or its end: {@code /token} finds {@code /contoso.example/oauth2/v2.0/token}
     * @return the requests, oldest first
     */
    public List<ReceivedRequest> to(String path) {
        return matching(request -> request.path().endsWith(path));
    }

    /**
     * The latest request to a path.
     *
     * @param path a whole path, or its end
     * @return the request
     * @throws IllegalStateException if there was none
     */
    public ReceivedRequest last(String path) {
        List<ReceivedRequest> found = to(path);
        if (found.isEmpty()) {
            throw new IllegalStateException("no request to " + path + " among " + all());
        }
        return found.get(found.size() - 1);
    }

    /**
     * Waits until a path was asked for a number of times.
     *
     * @param path a whole path, or its end
     * @param count how many requests to wait for
     * @param atMost how long to wait
     * @return the requests, oldest first
     * @throws InterruptedException if the waiting thread is interrupted
     * @throws TimeoutException if they did not come in time
     */
    public List<ReceivedRequest> await(String path, int count, Duration atMost)
            throws InterruptedException, TimeoutException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            List<ReceivedRequest> found = to(path);
            while (found.size() < count) {
                if (left <= 0) {
                    throw new TimeoutException(
                            found.size() + " of " + count + " requests to " + path + " after " + atMost);
                }
                left = added.awaitNanos(left);
                found = to(path);
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all requests. */
    public void clear() {
        lock.lock();
        try {
            requests.clear();
        } finally {
            lock.unlock();
        }
    }

    private List<ReceivedRequest> matching(Predicate<ReceivedRequest> wanted) {
        lock.lock();
        try {
            return requests.stream().filter(wanted).collect(Collectors.toUnmodifiableList());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "RequestLog" + all();
    }
}
