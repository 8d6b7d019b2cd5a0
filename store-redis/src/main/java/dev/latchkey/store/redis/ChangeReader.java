package dev.latchkey.store.redis;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.UnifiedJedis;

/** A daemon thread with a connection of its own that reads a channel, and connects again when that is lost. */
final class ChangeReader implements Runnable {

    private static final long SHORTEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(30);
    private static final long SECONDS_TO_WAIT = 5;

    private final UnifiedJedis client;
    private final String channel;
    private final Consumer<String> receiver;
    private final Thread thread;
    private final CountDownLatch subscribedOnce = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile @Nullable Connection connection;

    ChangeReader(UnifiedJedis client, String channel, Consumer<String> receiver) {
        this.client = client;
        this.channel = channel;
        this.receiver = receiver;
        this.thread = new Thread(null, this, "latchkey-store-redis", 0, false);
        thread.setDaemon(true);
        // A thread that outlives a plugin must not hold on to its classes.
        thread.setContextClassLoader(null);
    }

    void start() {
        thread.start();
    }

    /** Waits until the server has confirmed, or for five seconds: the thread goes on trying. */
    void awaitFirstSubscription() {
        try {
            if (!subscribedOnce.await(SECONDS_TO_WAIT, TimeUnit.SECONDS)) {
                log("Still not subscribed to changes", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() {
        stopped = true;
        subscribedOnce.countDown();
        LockSupport.unpark(thread);
        Connection open = connection;
        if (open != null) {
            open.stop();
        }
    }

    @Override
    public void run() {
        long pause = SHORTEST_PAUSE;
        while (!stopped) {
            Connection next = new Connection();
            connection = next;
            try {
                client.subscribe(next, channel);
            } catch (RuntimeException e) {
                // Whatever it is, an application that asked to be told of changes wants them once the server is back.
                log("The subscription to changes was lost", e);
            }
            // From here on the connection is somebody else's, or broken.
            next.stopping.set(true);
            connection = null;
            pause = next.subscribed ? SHORTEST_PAUSE : Math.min(LONGEST_PAUSE, pause * 2);
            if (!stopped) {
                LockSupport.parkNanos(this, pause);
            }
        }
    }

    private static void log(String message, @Nullable RuntimeException e) {
        System.getLogger(ChangeReader.class.getName()).log(System.Logger.Level.DEBUG, message, e);
    }

    private final class Connection extends JedisPubSub {

        private final AtomicBoolean stopping = new AtomicBoolean();
        private volatile boolean subscribed;

        // Called by Jedis with each side of this race: whoever stops sees subscribed, or this sees stopped.
        @Override
        public void onSubscribe(String name, int channels) {
            subscribed = true;
            subscribedOnce.countDown();
            if (stopped) {
                stop();
            }
        }

        @Override
        public void onMessage(String name, String message) {
            receiver.accept(Objects.requireNonNull(message, "message"));
        }

        // Once and no more: the answer to a second UNSUBSCRIBE would meet the connection's next user in the pool.
        private void stop() {
            if (subscribed && stopping.compareAndSet(false, true)) {
                try {
                    unsubscribe();
                } catch (RuntimeException e) {
                    log("The connection that read changes is lost already", e);
                }
            }
        }
    }
}
