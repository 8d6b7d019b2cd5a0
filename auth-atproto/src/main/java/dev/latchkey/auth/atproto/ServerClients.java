package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The clients of the servers that sessions are at, one each. Of more than so many, the one that was not used for the longest is closed; whoever
 * uses it at that moment gets its successor. Safe for use by any number of threads.
 */
final class ServerClients implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ReentrantLock lock = new ReentrantLock();
    // By what was used last, and by no clock: one that is set back must not make two clients of one server.
    private final Map<String, OAuthClient> byIssuer = new LinkedHashMap<>(16, 0.75f, true);
    // Those that had to go and could not end: one of them may hold the only copy of a refresh token that no store would
    // take.
    private final Set<OAuthClient> retired = ConcurrentHashMap.newKeySet();
    private final Function<String, OAuthClient> maker;
    private final int most;
    private volatile boolean closed;

    ServerClients(Function<String, OAuthClient> maker, int most) {
        this.maker = maker;
        this.most = most;
    }

    @Nullable
    OAuthClient known(String issuer) {
        lock.lock();
        try {
            return byIssuer.get(issuer);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a client that nobody else knows, for a server that may not deserve to be remembered. */
    OAuthClient fresh(String issuer) {
        return maker.apply(issuer);
    }

    /** Does something with a server's client: with another one if the first was closed meanwhile. */
    <T> T with(String issuer, Function<OAuthClient, T> work) {
        OAuthClient client = of(issuer);
        try {
            return work.apply(client);
        } catch (ConfigurationException e) {
            OAuthClient successor = of(issuer);
            if (successor == client) {
                throw e;
            }
            return work.apply(successor);
        }
    }

    /** Does the same with work that goes on by itself. */
    <T> CompletableFuture<T> start(String issuer, Function<OAuthClient, CompletableFuture<T>> work) {
        OAuthClient client = of(issuer);
        CompletableFuture<T> answer = new CompletableFuture<>();
        tell(work.apply(client), answer, failure -> {
            OAuthClient successor = failure instanceof ConfigurationException ? of(issuer) : client;
            if (successor == client) {
                answer.completeExceptionally(failure);
            } else {
                tell(work.apply(successor), answer, answer::completeExceptionally);
            }
        });
        return answer;
    }

    private static <T> void tell(CompletableFuture<T> from, CompletableFuture<T> to, Consumer<Throwable> failed) {
        var unused = from.whenComplete((result, failure) -> {
            if (failure == null) {
                to.complete(result);
                return;
            }
            try {
                failed.accept(
                        failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure);
            } catch (RuntimeException e) {
                // The client as a whole was closed meanwhile.
                to.completeExceptionally(e);
            }
        });
    }

    /** Before anybody is asked anything, so that nobody is told to wait. */
    void requireOpen() {
        if (closed) {
            throw new ConfigurationException("client", "is closed");
        }
    }

    OAuthClient of(String issuer) {
        requireOpen();
        OAuthClient known = known(issuer);
        return known != null ? known : keep(issuer, fresh(issuer));
    }

    /** Keeps a client for its server. If somebody else was quicker, or all is closed, this one ends when its work has ended. */
    OAuthClient keep(String issuer, OAuthClient client) {
        List<OAuthClient> gone = new ArrayList<>();
        OAuthClient kept;
        lock.lock();
        try {
            OAuthClient known = byIssuer.get(issuer);
            kept = known == null ? client : known;
            if (closed || kept != client) {
                gone.add(client);
            } else {
                byIssuer.put(issuer, client);
                Iterator<OAuthClient> oldest = byIssuer.values().iterator();
                for (int surplus = byIssuer.size() - most; surplus > 0; surplus--) {
                    gone.add(oldest.next());
                    oldest.remove();
                }
            }
            retired.addAll(gone);
        } finally {
            lock.unlock();
        }
        gone.forEach(this::retire);
        return kept;
    }

    /** Ends a client that nobody else knows, when its work has ended. */
    void drop(OAuthClient client) {
        retired.add(client);
        retire(client);
    }

    // Closing waits for what is under way, and whoever signs in at another server must not wait for that.
    private void retire(OAuthClient client) {
        Thread thread = new Thread(
                null,
                () -> {
                    // What it alone has is written as soon as the store is back; the end tries a last time.
                    while (!isEnded(client) && !closed) {
                        LockSupport.parkNanos(PAUSE.toNanos());
                    }
                },
                "latchkey-atproto-retire",
                0,
                false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    private boolean isEnded(OAuthClient client) {
        try {
            client.close();
            retired.remove(client);
            return true;
        } catch (OAuthException e) {
            return false;
        }
    }

    int size() {
        lock.lock();
        try {
            return byIssuer.size();
        } finally {
            lock.unlock();
        }
    }

    int retiring() {
        return retired.size();
    }

    /** Closes all, even if one cannot end; the first failure is thrown then. */
    @Override
    public void close() {
        List<OAuthClient> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            all.addAll(byIssuer.values());
        } finally {
            lock.unlock();
        }
        all.addAll(retired);
        OAuthException first = null;
        for (OAuthClient each : all) {
            try {
                each.close();
                retired.remove(each);
            } catch (OAuthException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
