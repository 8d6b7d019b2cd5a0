package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Runs the scripts that write, and says what is known of their outcome. */
final class Writes {

    private static final Duration KEPT = Duration.ofMinutes(1);

    /** How long the server knows what it has written, in milliseconds. */
    static final String RECEIPTS_KEPT = Long.toString(KEPT.toMillis());

    private final UnifiedJedis client;
    private final String server;
    private final int replicas;
    private final Duration replicaTimeout;
    private final Script replace = Script.load("replace");
    private final Script remove = Script.load("remove");

    Writes(UnifiedJedis client, String server, int replicas, Duration replicaTimeout) {
        this.client = client;
        this.server = server;
        this.replicas = replicas;
        this.replicaTimeout = replicaTimeout;
    }

    boolean replace(List<byte[]> keys, List<byte[]> arguments) throws TokenStoreException {
        return write(replace, "write a record", "written", keys, arguments);
    }

    boolean remove(List<byte[]> keys, List<byte[]> arguments) throws TokenStoreException {
        return write(remove, "remove a record", "removed", keys, arguments);
    }

    private boolean write(Script script, String what, String done, List<byte[]> keys, List<byte[]> arguments)
            throws TokenStoreException {
        String unknown = "; it may or may not have been " + done + ", read it again";
        long start = System.nanoTime();
        boolean written;
        long acknowledged = replicas;
        try {
            if (replicas == 0) {
                written = isOne(script.run(client, keys, arguments));
            } else {
                Script.Replicated result =
                        script.runAndWait(client, keys, arguments, replicas, replicaTimeout.toMillis());
                written = isOne(result.answer());
                acknowledged = result.replicas();
            }
        } catch (JedisException | IllegalStateException e) {
            throw RedisFailure.of(server, what, unknown, e);
        }
        if (!written && System.nanoTime() - start >= KEPT.toNanos()) {
            // The client may have sent it more than once, and the server has forgotten the first time.
            throw new TokenStoreException(server + " took more than a minute to " + what + unknown, null);
        }
        if (written && acknowledged < replicas) {
            throw new TokenStoreException(
                    "The record was " + done + ", but " + acknowledged + " of " + replicas + " replicas of " + server
                            + " had that within " + replicaTimeout.toMillis()
                            + " ms: a failover may lose it. Read it again; look at the replicas",
                    null);
        }
        return written;
    }

    private static boolean isOne(Object answer) {
        return Long.valueOf(1).equals(answer);
    }
}
