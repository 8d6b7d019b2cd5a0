package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.GetExParams;

/** Runs the scripts that read, and understands their answers. */
final class Reads {

    private final UnifiedJedis client;
    private final String server;
    private final Script find = Script.load("find");
    // Set once a server has said that it does not know the command, so that it is not asked each time.
    private volatile boolean beforeRedis62;
    private final Script list = Script.load("keys");

    Reads(UnifiedJedis client, String server) {
        this.client = client;
        this.server = server;
    }

    Optional<StoreEntry> find(byte[] key) throws TokenStoreException {
        byte[] value = get(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordLayout.decode(value));
        } catch (IllegalArgumentException e) {
            throw new TokenStoreException(
                    server + " has something else where a record should be, " + text(key)
                            + ": choose another prefix, or remove it",
                    e);
        }
    }

    /**
     * Reads a string at the primary. GETEX that sets nothing is a GET which counts as a write: clients that cache or read from
     * replicas leave it alone, and a replica refuses it. A script, which takes the server longer, is for where there is no such
     * command, and for a primary that may write nothing just now.
     */
    private byte @Nullable [] get(byte[] key) throws TokenStoreException {
        if (!beforeRedis62) {
            try {
                return client.getEx(key, new GetExParams());
            } catch (JedisDataException e) {
                String said = String.valueOf(e.getMessage());
                beforeRedis62 = said.startsWith("ERR unknown command");
                if (!beforeRedis62 && !said.startsWith("MISCONF") && !said.startsWith("NOREPLICAS")) {
                    throw RedisFailure.of(server, "find a record", "", e);
                }
            } catch (JedisException | IllegalStateException e) {
                throw RedisFailure.of(server, "find a record", "", e);
            }
        }
        return (byte[]) run(find, "find a record", List.of(key), List.of());
    }

    KeyPage list(String partition, List<byte[]> keys, List<byte[]> arguments) throws TokenStoreException {
        List<?> page = (List<?>) run(list, "list keys", keys, arguments);
        List<StoreKey> found = new ArrayList<>();
        for (Object name : page.subList(1, page.size())) {
            found.add(StoreKey.of(partition, text(name)));
        }
        String next = text(page.get(0));
        return next.isEmpty() ? KeyPage.last(found) : KeyPage.of(found, next);
    }

    private Object run(Script script, String what, List<byte[]> keys, List<byte[]> arguments)
            throws TokenStoreException {
        try {
            return script.run(client, keys, arguments);
        } catch (JedisException | IllegalStateException e) {
            throw RedisFailure.of(server, what, "", e);
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }
}
