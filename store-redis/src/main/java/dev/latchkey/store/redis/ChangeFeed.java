package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;

/** Tells listeners of what is published, by one reader that runs as long as there are any. */
final class ChangeFeed {

    private final UnifiedJedis client;
    private final String channel;
    private final AtomicReference<State> state = new AtomicReference<>(new State(List.of(), null));

    ChangeFeed(UnifiedJedis client, String channel) {
        this.client = client;
        this.channel = channel;
    }

    /** Adds a listener, and waits a moment for the server to confirm, so that what is written next is told. */
    Subscription add(Consumer<StoreKey> listener) {
        Listener own = new Listener(listener);
        ChangeReader reader = null;
        while (true) {
            State before = state.get();
            ChangeReader running = before.reader;
            if (running == null) {
                reader = reader == null ? new ChangeReader(client, channel, this::tell) : reader;
                running = reader;
            }
            if (state.compareAndSet(before, new State(plus(before.listeners, own), running))) {
                if (before.reader == null) {
                    start(running, own);
                }
                running.awaitFirstSubscription();
                return () -> remove(own);
            }
        }
    }

    private void start(ChangeReader reader, Listener first) {
        try {
            reader.start();
        } catch (Throwable e) {
            // No memory for a thread, for one: the next listener must be able to start it.
            remove(first);
            throw e;
        }
    }

    private void remove(Listener listener) {
        while (true) {
            State before = state.get();
            List<Listener> left = new ArrayList<>(before.listeners);
            if (!left.remove(listener)) {
                return;
            }
            State after = new State(left, left.isEmpty() ? null : before.reader);
            if (state.compareAndSet(before, after)) {
                if (after.reader == null && before.reader != null) {
                    before.reader.stop();
                }
                return;
            }
        }
    }

    void close() {
        State before = state.getAndSet(new State(List.of(), null));
        if (before.reader != null) {
            before.reader.stop();
        }
    }

    private void tell(String message) {
        RedisKeys.changed(message).ifPresent(key -> {
            for (Listener listener : state.get().listeners) {
                listener.tell(key);
            }
        });
    }

    private static List<Listener> plus(List<Listener> listeners, Listener listener) {
        List<Listener> more = new ArrayList<>(listeners);
        more.add(listener);
        return more;
    }

    /** Who listens, and the reader, which is there exactly if somebody does. */
    private static final class State {

        private final List<Listener> listeners;
        private final @Nullable ChangeReader reader;

        private State(List<Listener> listeners, @Nullable ChangeReader reader) {
            this.listeners = List.copyOf(listeners);
            this.reader = reader;
        }
    }

    /** Has an identity of its own, so that the same listener subscribed twice is two subscriptions. */
    private static final class Listener {

        private final Consumer<StoreKey> listener;

        private Listener(Consumer<StoreKey> listener) {
            this.listener = listener;
        }

        private void tell(StoreKey key) {
            try {
                listener.accept(key);
            } catch (Throwable e) {
                // Errors as well: one that escaped would leave the connection subscribed and give it back to the pool.
                System.getLogger(ChangeFeed.class.getName()).log(System.Logger.Level.DEBUG, "A listener failed", e);
            }
        }
    }
}
