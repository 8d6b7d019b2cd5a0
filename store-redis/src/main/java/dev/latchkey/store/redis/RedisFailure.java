package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.TokenStoreException;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Says what failed, where, and what to do about it: never a key's content, and never what the server quotes of a command. */
final class RedisFailure {

    // An error's first word is its code; what follows may quote the command.
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("NOAUTH", "give the client a user and password"),
            Map.entry("WRONGPASS", "correct the client's user and password"),
            Map.entry(
                    "NOPERM",
                    "allow the client's user the scripts, the keys below the prefix and the channel, as the documentation"
                            + " of RedisTokenStore lists them"),
            Map.entry("OOM", "give the server more memory, or look for what else fills it"),
            Map.entry("READONLY", "this is a replica: have the client find the primary, by Sentinel or Cluster"),
            Map.entry("MISCONF", "the server cannot save to its disk: look at its log"),
            Map.entry("NOREPLICAS", "the server wants more replicas than it has (min-replicas-to-write)"),
            Map.entry("CLUSTERDOWN", "the cluster does not cover this key's slot at the moment"),
            Map.entry("MASTERDOWN", "the replica has lost its primary"),
            Map.entry("LOADING", "the server is still starting"),
            Map.entry("BUSY", "another script keeps the server busy"),
            Map.entry("WRONGTYPE", "something else uses keys below this prefix: choose another one"),
            Map.entry("MOVED", "the cluster is moving slots: try again"),
            Map.entry("ASK", "the cluster is moving slots: try again"),
            Map.entry("TRYAGAIN", "the cluster is moving slots: try again"));

    private RedisFailure() {}

    /**
     * Describes a failure.
     *
     * @param what what was to be done, such as "replace a record"
     * @param outcome what the caller must reckon with, such as "it may or may not have been replaced"
     */
    static TokenStoreException of(String server, String what, String outcome, RuntimeException failure) {
        StringBuilder message = new StringBuilder(server).append(" could not ").append(what);
        int before = message.length();
        boolean connection = false;
        for (Throwable each : chain(failure)) {
            if (each instanceof JedisConnectionException && !connection) {
                connection = true;
                message.append(": ").append(each.getMessage());
            } else if (each instanceof JedisDataException) {
                String code = code(each);
                message.append(": the server said ").append(code);
                String remedy = REMEDIES.get(code);
                message.append(remedy == null ? "" : "; " + remedy);
            } else if (each instanceof InterruptedException) {
                // Jedis has taken the flag down.
                Thread.currentThread().interrupt();
                message.append(": interrupted");
            }
        }
        if (message.length() == before && failure instanceof JedisException) {
            // Of the client's own making, such as a pool that has no connection to spare.
            message.append(": ").append(failure.getMessage());
        }
        if (connection) {
            message.append(" (check address, network and the client's time-outs)");
        }
        return new TokenStoreException(message.append(outcome).toString(), failure);
    }

    private static Set<Throwable> chain(Throwable failure) {
        Set<Throwable> chain = new LinkedHashSet<>();
        collect(failure, chain);
        return chain;
    }

    // Jedis hangs the last attempt's failure onto "No more attempts left" as a suppressed one.
    private static void collect(Throwable failure, Set<Throwable> chain) {
        if (chain.add(failure)) {
            if (failure.getCause() != null) {
                collect(failure.getCause(), chain);
            }
            for (Throwable suppressed : failure.getSuppressed()) {
                collect(suppressed, chain);
            }
        }
    }

    private static String code(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        // Of what a script may not do, Redis 7.0 and later ones speak like this.
        if (message.startsWith("ERR The user executing the script can't") || message.startsWith("ERR ACL failure")) {
            return "NOPERM";
        }
        int end = 0;
        while (end < message.length() && message.charAt(end) >= 'A' && message.charAt(end) <= 'Z') {
            end++;
        }
        return end == 0 ? "an error" : message.substring(0, end);
    }
}
