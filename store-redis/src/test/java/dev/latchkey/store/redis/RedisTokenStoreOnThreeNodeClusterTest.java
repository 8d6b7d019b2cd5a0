package dev.latchkey.store.redis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import redis.clients.jedis.UnifiedJedis;

class RedisTokenStoreOnThreeNodeClusterTest extends RedisContract {

    private static RedisCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = RedisCluster.start(3);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Override
    RedisServer server() {
        return cluster.node(0);
    }

    @Override
    UnifiedJedis client() {
        return cluster.client();
    }
}
