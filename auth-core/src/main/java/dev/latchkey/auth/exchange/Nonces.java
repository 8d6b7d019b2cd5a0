package dev.latchkey.auth.exchange;

import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.TokenProof;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The latest DPoP nonce of each server for each key (RFC 9449 §8): learned from every response, successes too, and kept by
 * origin, so that no server sees another one's. Bounded; what was used longest ago goes first. Safe for use by any number
 * of threads.
 */
public final class Nonces {

    private static final String HEADER = "dpop-nonce";
    private static final int MAX_LENGTH = 1_024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, String> latest;
    private final Map<String, String> latestOfServers;

    /**
     * Starts without any.
     *
     * @param capacity how many are kept
     */
    public Nonces(int capacity) {
        this.latest = bounded(capacity);
        this.latestOfServers = bounded(capacity);
    }

    private static Map<String, String> bounded(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
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
            return latest.get(name(key, uri));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds a nonce to begin with: the key's own, or else the latest that the server gave to any key. A server that gives
     * each key its own demands another one then, as it would have done without any.
     *
     * @param key the key of the proof
     * @param uri where the proof goes
     * @return the nonce, or null if the server has not given one
     */
    public @Nullable String findToBegin(TokenProof key, URI uri) {
        lock.lock();
        try {
            String own = latest.get(name(key, uri));
            return own != null ? own : latestOfServers.get(Origin.of(uri));
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
     * @return true if there is another nonce now than the one that was used; one that is not well-formed, or not the only
     *     one, is no nonce (RFC 9449 §8.1), since it would go into a header again
     */
    public boolean learn(TokenProof key, URI uri, TransportHeaders headers, @Nullable String used) {
        List<String> values = headers.all(HEADER);
        if (values.size() != 1 || !isNonce(values.get(0))) {
            return false;
        }
        put(key, uri, values.get(0));
        return !values.get(0).equals(used);
    }

    /**
     * Takes a nonce that was kept with a session, unless a newer one is known.
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
            latest.putIfAbsent(name(key, uri), nonce);
        } finally {
            lock.unlock();
        }
    }

    private void put(TokenProof key, URI uri, String nonce) {
        lock.lock();
        try {
            latest.put(name(key, uri), nonce);
            latestOfServers.put(Origin.of(uri), nonce);
        } finally {
            lock.unlock();
        }
    }

    private static String name(TokenProof key, URI uri) {
        return key.thumbprint() + ' ' + Origin.of(uri);
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
}
