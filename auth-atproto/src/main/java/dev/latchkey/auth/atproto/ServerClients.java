package dev.latchkey.auth.atproto;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The clients of the servers that sessions are at, one each. Of more than so many, the one that was not used for the longest is closed; whoever
 * uses it at that moment gets its successor. Safe for use by any number of threads.
 */
final class ServerClients implements AutoCloseable {

    private static final Duration LONG = Duration.ofDays(365);

    private final ReentrantLock lock = new ReentrantLock();
    private final BoundedCache<String, OAuthClient> byIssuer;
    // Those that had to go and could not end: one of them may hold the only copy of a refresh token that no store would
    // take.
    private final Set<OAuthClient> retired = ConcurrentHashMap.newKeySet();
    private final Function<String, OAuthClient> maker;
    private final Clock clock;
    private boolean closed;

    ServerClients(Function<String, OAuthClient> maker, Clock clock, int most) {
        this.byIssuer = new BoundedCache<>(clock, LONG, most);
        this.maker = maker;
        this.clock = clock;
    }

    @Nullable
    OAuthClient known(String issuer) {
        return byIssuer.get(issuer);
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

    private OAuthClient of(String issuer) {
        OAuthClient known = byIssuer.get(issuer);
        return known != null ? known : keep(issuer, fresh(issuer));
    }

    OAuthClient keep(String issuer, OAuthClient client) {
        List<OAuthClient> gone;
        lock.lock();
        try {
            OAuthClient known = byIssuer.get(issuer);
            if (known != null) {
                return known;
            }
            if (closed) {
                throw new ConfigurationException("client", "is closed");
            }
            gone = byIssuer.put(issuer, client, clock.instant());
            retired.addAll(gone);
        } finally {
            lock.unlock();
        }
        gone.forEach(this::retire);
        return client;
    }

    // Closing waits for what is under way, and whoever signs in at another server must not wait for that.
    private void retire(OAuthClient client) {
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        client.close();
                        retired.remove(client);
                    } catch (OAuthException e) {
                        // Tried again at the end.
                        return;
                    }
                },
                "latchkey-atproto-retire",
                0,
                false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }

    int size() {
        return byIssuer.values().size();
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
