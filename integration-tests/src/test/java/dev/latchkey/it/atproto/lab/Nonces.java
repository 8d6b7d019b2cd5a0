package dev.latchkey.it.atproto.lab;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server's nonces: a new one every few proofs, and the one before it holds as well. */
final class Nonces {

    /** Who gave which, over all servers of a lab. */
    private final Map<String, String> givers;

    private final String server;
    private int every = 3;
    private int proofs;
    private String before = "";
    private String current;
    private boolean never;

    private Nonces(Map<String, String> givers, String server) {
        this.givers = givers;
        this.server = server;
        this.current = fresh();
    }

    static Map<String, String> registry() {
        return new ConcurrentHashMap<>();
    }

    static Nonces of(String server, Map<String, String> givers) {
        return new Nonces(givers, server);
    }

    synchronized void every(int number) {
        every = number;
    }

    /** No nonce is good enough any more. */
    synchronized void never(boolean whether) {
        never = whether;
    }

    synchronized String current() {
        return current;
    }

    /** Accepts the nonce, or demands another one. Counts the proof. */
    synchronized void check(String nonce) throws Refusal {
        boolean good = !never && !nonce.isEmpty() && (nonce.equals(current) || nonce.equals(before));
        if (!good && !givers.getOrDefault(nonce, server).equals(server)) {
            throw Refusal.foreignNonce();
        }
        proofs++;
        if (proofs % every == 0) {
            before = current;
            current = fresh();
        }
        if (!good) {
            throw Refusal.nonce();
        }
    }

    /** What was given so far is worth nothing any more. */
    synchronized void rotate() {
        before = "";
        current = fresh();
    }

    private String fresh() {
        String nonce = Ids.random();
        givers.put(nonce, server);
        return nonce;
    }
}
