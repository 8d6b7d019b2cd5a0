package dev.latchkey.auth.exchange;

import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.TokenProof;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * been idle begins with what the server gave to another one a moment ago, where that is known to be good for it: because the server
 * gave two keys the same, or accepted one key's from another. Where it is not known, it is tried once. A server that gives each key
 * its own so refuses one request for it, however many keys are busy there.
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
            return own == null || own.nonce == null ? null : own.nonce.text();
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
    public @Nullable DpopNonce findToBegin(TokenProof key, URI uri) {
        return findToBegin(key, uri, null);
    }

    /**
     * Finds a nonce to begin with, also among those that the same origin gave to the same key elsewhere: a server that is both gives
     * at its token endpoint what it takes as a resource. Where it does not, that costs one refusal for each new token.
     *
     * @param key the key of the proof
     * @param uri where the proof goes
     * @param elsewhere what was heard elsewhere, or null
     * @return the nonce, or null if the server has not given one
     */
    public @Nullable DpopNonce findToBegin(TokenProof key, URI uri, @Nullable Nonces elsewhere) {
        String origin = Origin.of(uri);
        String name = name(key, origin);
        Given theirs = elsewhere == null ? null : elsewhere.copy(name);
        lock.lock();
        try {
            Given own = latest.get(name);
            if (theirs != null && (own == null || theirs.isClearlyNewerThan(own))) {
                own = theirs;
            }
            Given any = latestOfServers.get(origin);
            if (own == null || any == null) {
                return own != null ? own.nonce : any != null ? any.nonce : null;
            }
            boolean better = any.isClearlyNewerThan(own) && any.isYoung(ticker.getAsLong());
            return better && any.mayServeOthers() ? any.nonce : own.nonce;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Given copy(String name) {
        lock.lock();
        try {
            Given given = latest.get(name);
            return given == null ? null : new Given(given);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds a nonce for a request that uses a grant up, such as a refresh: nothing is tried with it.
     *
     * <p>The AT Protocol's reference server looks at the proof first: a nonce that it refuses costs a request and no token. Of
     * another server nobody knows, and there a refusal may cost the session. So what the server gave to this very key goes first,
     * also what came with the session and is of any age: a server that uses tokens up so will have its nonces live as long. Only
     * what is known to be older than the reference server takes it gives way, and only to what is known to be good for all keys.
     *
     * @param key the key of the proof
     * @param uri where the proof goes
     * @return the nonce, or null if the server has not given one
     */
    public @Nullable DpopNonce findToSpend(TokenProof key, URI uri) {
        String origin = Origin.of(uri);
        lock.lock();
        try {
            Given own = latest.get(name(key, origin));
            Given any = latestOfServers.get(origin);
            if (own == null || any == null) {
                return own != null ? own.nonce : any != null ? any.nonce : null;
            }
            long now = ticker.getAsLong();
            boolean tooOld = own.heard && !own.isYoung(now);
            return tooOld && any.shared && any.isClearlyNewerThan(own) && any.isYoung(now) ? any.nonce : own.nonce;
        } finally {
            lock.unlock();
        }
    }

    /** What an answer says of the nonce in the request's proof. */
    public enum Verdict {
        /** The server demands another one. */
        REFUSED,
        /** The server did what it was asked for. */
        ACCEPTED,
        /** Nothing: something else was wrong. */
        NONE;

        /**
         * Reads an answer.
         *
         * @param status its status
         * @param demanded whether it demands another nonce
         * @return the verdict
         */
        public static Verdict of(int status, boolean demanded) {
            return demanded ? REFUSED : status >= 200 && status < 300 ? ACCEPTED : NONE;
        }
    }

    /**
     * Takes a nonce from a response.
     *
     * @param key the key of the request's proof
     * @param uri where the request went
     * @param headers the response's headers
     * @param used the nonce of the request's proof, or null if it had none
     * @param verdict what the response says of that nonce
     * @return true if there is another nonce now than the one that was used; one that is not well-formed, or not the only
     *     one, is no nonce (RFC 9449 §8.1), since it would go into a header again
     */
    public boolean learn(TokenProof key, URI uri, TransportHeaders headers, @Nullable DpopNonce used, Verdict verdict) {
        String nonce = read(headers).orElse(null);
        String whose = key.thumbprint();
        boolean neighbours = used != null && !used.isOf(whose);
        if (nonce == null && !neighbours) {
            return false;
        }
        String origin = Origin.of(uri);
        lock.lock();
        try {
            Given any = given(latestOfServers, origin);
            long now = ticker.getAsLong();
            if (neighbours && used != null) {
                any.judge(used, verdict, now);
            }
            if (nonce != null) {
                Given own = given(latest, name(key, origin));
                own.give(nonce, whose, now);
                any.giveAs(own, whose);
            }
        } finally {
            lock.unlock();
        }
        return nonce != null && (used == null || !nonce.equals(used.text()));
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
     * Takes a nonce that was kept with a session, unless a newer one is known.
     *
     * @param key the session's key
     * @param uri the authorization server
     * @param nonce the nonce, or null
     */
    public void offer(TokenProof key, URI uri, @Nullable String nonce) {
        offer(key, Origin.of(uri), nonce);
    }

    /**
     * Takes a nonce that was kept with a session, unless a newer one is known. Where the last one was heard here long ago, another node
     * has heard this one since, and has kept it.
     *
     * @param key the session's key
     * @param origin the authorization server's origin
     * @param nonce the nonce, or null
     */
    public void offer(TokenProof key, String origin, @Nullable String nonce) {
        if (nonce == null || !isNonce(nonce)) {
            return;
        }
        lock.lock();
        try {
            Given own = given(latest, name(key, origin));
            if (own.nonce == null || (!own.nonce.text().equals(nonce) && !own.isYoung(ticker.getAsLong()))) {
                own.nonce = new DpopNonce(nonce, key.thumbprint());
                own.heard = false;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads the nonce of a response: one that is not well-formed, or not the only one, is none (RFC 9449 §8.1).
     *
     * @param headers the response's headers
     * @return the nonce, if there is one
     */
    public static Optional<String> read(TransportHeaders headers) {
        List<String> values = headers.all(HEADER);
        return values.size() == 1 && isNonce(values.get(0)) ? Optional.of(values.get(0)) : Optional.empty();
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

        private @Nullable DpopNonce nonce;
        private long at;
        // Not if it was kept with a session: then nobody knows when it was given.
        private boolean heard;
        // Of a server: what it gives to one key is good for all, as it has shown.
        private boolean shared;
        // Of a server: a key has begun with another one's to find that out, although it had one of its own.
        private boolean tried;

        Given() {}

        Given(Given other) {
            this.nonce = other.nonce;
            this.at = other.at;
            this.heard = other.heard;
        }

        void give(String text, String whose, long now) {
            // Most often it is the same one again.
            if (nonce == null || !nonce.text().equals(text)) {
                nonce = new DpopNonce(text, whose);
            }
            at = now;
            heard = true;
        }

        /** Hears, of a server, what it has given to a key. */
        void giveAs(Given own, String whose) {
            DpopNonce given = own.nonce;
            shared |= nonce != null
                    && given != null
                    && !nonce.isOf(whose)
                    && nonce.text().equals(given.text());
            nonce = given;
            at = own.at;
            heard = true;
        }

        boolean isClearlyNewerThan(Given own) {
            return heard && (!own.heard || at - own.at > CLEARLY);
        }

        boolean isYoung(long now) {
            return now - at <= YOUNG;
        }

        /** Tells, of a server, whether its nonces are good for all; whoever asks first is to find that out. */
        boolean mayServeOthers() {
            boolean first = !tried;
            tried = true;
            return shared || first;
        }

        /**
         * Hears, of a server, what it made of one key's nonce in the proof of another; by that nonce, since it may have given many
         * since. Of one that was too old for anybody it tells nothing.
         */
        void judge(DpopNonce used, Verdict verdict, long now) {
            if (verdict == Verdict.ACCEPTED) {
                shared = true;
            } else if (verdict == Verdict.REFUSED && (!used.equals(nonce) || isYoung(now))) {
                shared = false;
            }
        }
    }
}
