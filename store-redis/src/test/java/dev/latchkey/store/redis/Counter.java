package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.StoreEntry;
import java.nio.charset.StandardCharsets;
import redis.clients.jedis.RedisClient;

/** A process of its own that counts up by compare-and-set. */
final class Counter {

    private Counter() {}

    /** Counts in the server at a port, so many times. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        try (RedisClient client = RedisClient.create(RedisServer.HOST, port)) {
            RedisTokenStore store = RedisTokenStore.over(client);
            for (int counted = 0; counted < Integer.parseInt(arguments[1]); ) {
                StoreEntry entry = store.find(Records.KEY).orElseThrow();
                int count = Integer.parseInt(new String(entry.record().content(), StandardCharsets.UTF_8));
                if (store.replace(Records.KEY, entry.version(), Records.record(Integer.toString(count + 1)))
                        .isPresent()) {
                    counted++;
                }
            }
        }
    }
}
