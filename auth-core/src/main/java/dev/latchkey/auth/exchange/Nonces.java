package dev.latchkey.auth.exchange;

import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.TokenProof;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The latest DPoP nonce of each server for each key (RFC 9449 §8): learned from every response, successes too, and kept by
 * origin, so that no server sees another one's. Bounded; what was used longest ago goes first. Safe for use by any number
 * of threads.
 *
 * <p>Most servers give the same nonce to all keys, and a new one every few minutes, while a token lives an hour. So a key that has
 * been idle begins with what the server gave to another one a moment ago. A server that refuses that, since it gives each key its own,
 * is asked with the key's own from then on, until it refuses one of those while it gave others newer ones.
 */
public final class Nonces {

    private static final String HEADER = "dpop-nonce";
    private static final int MAX_LENGTH = 1_024;
    // By how much a neighbour's must be newer than the key's own, to be worth the risk.
    private static final long CLEARLY = TimeUnit.SECONDS.toNanos(30);
    // The AT Protocol's reference server takes each nonce for two to three minutes. An older one of a neighbour says
    // nothing about the server when it is refused.
    private static final long YOUNG = TimeUnit.MINUTES.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Given> latest;
    private final Map<String, Given> latestOfServers;
    private final LongSupplier ticker;

    /**
     * Starts without any.
     *
     * @param capacity how many are kept
     * @param ticker monotonic nanoseconds
     */
    public Nonces(int capacity, LongSupplier ticker) {
        this.ticker = ticker;
        this.latest = bounded(capacity);
        this.latestOfServers = bounded(capacity);
    }

    private static Map<String, Given> bounded(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Given> eldest) {
                return size() > capacity;
            }
        };
    }

    /**
     * Finds the nonce for the next proof.
     *
     * @param key the key of the proof
     * @param uri where the proof goes
     * @return the nonce, or null if the server has not given one
     */
    public @Nullable String find(TokenProof key, URI uri) {
        lock.lock();
        try {
            Given own = latest.get(name(key, uri));
            return own == null ? null : own.nonce;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds a nonce to begin with: the key's own, or the latest that the server gave to any key if the key has none or an older one.
     *
     * @param key the key of the proof
     * @param uri where the proof goes
     * @return the nonce, or null if the server has not given one
     */
    public @Nullable String findToBegin(TokenProof key, URI uri) {
        String origin = Origin.of(uri);
        lock.lock();
        try {
            Given own = latest.get(name(key, origin));
            Given any = latestOfServers.get(origin);
            if (own == null || any == null) {
                return own != null ? own.nonce : any != null ? any.nonce : null;
            }
            boolean neighbours = !any.ownFirst && any.isClearlyNewerThan(own) && any.isYoung(ticker.getAsLong());
            return neighbours ? any.nonce : own.nonce;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a nonce from a response.
     *
     * @param key the key of the request's proof
     * @param uri where the request went
     * @param headers the response's headers
     * @param used the nonce of the request's proof, or null if it had none
     * @param demanded whether the response refuses that nonce
     * @return true if there is another nonce now than the one that was used; one that is not well-formed, or not the only
     *     one, is no nonce (RFC 9449 §8.1), since it would go into a header again
     */
    public boolean learn(TokenProof key, URI uri, TransportHeaders headers, @Nullable String used, boolean demanded) {
        List<String> values = headers.all(HEADER);
        if (values.size() != 1 || !isNonce(values.get(0))) {
            return false;
        }
        String nonce = values.get(0);
        String origin = Origin.of(uri);
        lock.lock();
        try {
            Given own = given(latest, name(key, origin));
            Given any = given(latestOfServers, origin);
            long now = ticker.getAsLong();
            if (demanded && used != null) {
                any.refused(used, own);
            }
            own.give(nonce, now);
            any.give(nonce, now);
        } finally {
            lock.unlock();
        }
        return !nonce.equals(used);
    }

    // Not by computeIfAbsent: its function would be made anew for each response.
    private static Given given(Map<String, Given> all, String name) {
        Given known = all.get(name);
        if (known == null) {
            known = new Given();
            all.put(name, known);
        }
        return known;
    }

    /**
     * Takes a nonce that was kept with a session, unless a newer one is known. It is older than all that was heard here.
     *
     * @param key the session's key
     * @param uri the authorization server
     * @param nonce the nonce, or null
     */
    public void offer(TokenProof key, URI uri, @Nullable String nonce) {
        if (nonce == null || !isNonce(nonce)) {
            return;
        }
        lock.lock();
        try {
            Given own = given(latest, name(key, uri));
            if (own.nonce == null) {
                own.nonce = nonce;
            }
        } finally {
            lock.unlock();
        }
    }

    private static String name(TokenProof key, URI uri) {
        return name(key, Origin.of(uri));
    }

    private static String name(TokenProof key, String origin) {
        return key.thumbprint() + ' ' + origin;
    }

    // RFC 9449 §8.1: 1*NQCHAR. Anything else could end the header that it is sent back in.
    private static boolean isNonce(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '!' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    /** What was given last, to a key or by a server; changed in place, since each response brings one. Guarded by the lock. */
    private static final class Given {

        private @Nullable String nonce;
        private long at;
        // Not if it was kept with a session: then nobody knows when it was given.
        private boolean heard;
        // Of a server: it has refused to one key what it gave to another.
        private boolean ownFirst;

        void give(String nonce, long now) {
            this.nonce = nonce;
            this.at = now;
            this.heard = true;
        }

        boolean isClearlyNewerThan(Given own) {
            return !own.heard || at - own.at > CLEARLY;
        }

        boolean isYoung(long now) {
            return now - at <= YOUNG;
        }

        /** Hears, of a server, that it refused a nonce to a key that had this one of its own, if any. */
        void refused(String used, Given own) {
            if (own.nonce == null || !heard) {
                return;
            }
            if (!used.equals(own.nonce)) {
                ownFirst |= used.equals(nonce);
            } else if (isClearlyNewerThan(own)) {
                ownFirst = false;
            }
        }
    }
}
