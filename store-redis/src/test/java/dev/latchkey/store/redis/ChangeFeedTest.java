package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStore.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

class ChangeFeedTest {

    private static final String CHANNEL = "latchkey:changes";

    private static RedisServer server;

    private final UnifiedJedis redis = server.client();
    private final UnifiedJedis others = server.client();
    private final RedisTokenStore store = RedisTokenStore.over(redis);
    private final TokenStore other = RedisTokenStore.over(others);
    private final List<StoreKey> told = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    @AfterEach
    void disconnect() {
        store.close();
        redis.close();
        others.close();
        RedisServer.await("no reader is left", () -> readers().isEmpty());
    }

    @Test
    void tellsOfWhatAnotherClientWritesAndRemoves() throws Exception {
        store.changes(told::add);

        RecordVersion version = Records.create(other, Records.KEY, Records.record("a"));
        RedisServer.await("told of the creation", () -> told.equals(List.of(Records.KEY)));
        assertThat(other.remove(Records.KEY, version)).isTrue();
        RedisServer.await("told of the removal", () -> told.equals(List.of(Records.KEY, Records.KEY)));
    }

    @Test
    void tellsNothingOfRefusedWrites() throws Exception {
        Records.create(other, Records.KEY, Records.record("a"));
        store.changes(told::add);

        assertThat(other.replace(Records.KEY, RecordVersion.ABSENT, Records.record("b")))
                .isEmpty();
        assertThat(other.remove(Records.KEY, RecordVersion.of("1"))).isFalse();
        StoreKey last = StoreKey.of("partition", "last");
        Records.create(other, last, Records.record("c"));

        RedisServer.await("told of the last", () -> told.contains(last));
        assertThat(told).containsExactly(last);
    }

    @Test
    void goesOnAfterTheConnectionWasKilled() throws Exception {
        store.changes(told::add);
        for (int round = 0; round < 3; round++) {
            assertThat(server.command(Command.CLIENT, "KILL", "TYPE", "pubsub")).isEqualTo("1");

            awaitSubscribers(1);
            StoreKey key = StoreKey.of("partition", "after-" + round);
            Records.create(other, key, Records.record("a"));
            RedisServer.await("told again", () -> told.contains(key));
        }
    }

    @Test
    void allListenersShareOneReaderWhichEndsWithTheLastOfThem() throws Exception {
        assertThat(readers()).isEmpty();
        Subscription first = store.changes(told::add).orElseThrow();
        Subscription second = store.changes(told::add).orElseThrow();
        assertThat(readers()).hasSize(1).allMatch(Thread::isDaemon);
        assertThat(readers()).allMatch(thread -> thread.getContextClassLoader() == null);

        first.close();
        first.close();
        Records.create(other, Records.KEY, Records.record("a"));
        RedisServer.await("the second is told", () -> told.equals(List.of(Records.KEY)));

        second.close();
        RedisServer.await("the reader has ended", () -> readers().isEmpty());
        awaitSubscribers(0);
    }

    /** Otherwise an answer of the subscription's would be taken for that of somebody else's command. */
    @Test
    void givesTheConnectionBackAsItWas() throws Exception {
        ConnectionPoolConfig two = new ConnectionPoolConfig();
        two.setMaxTotal(2);
        try (RedisClient client = RedisClient.builder()
                .hostAndPort(server.address())
                .clientConfig(RedisServer.config())
                .poolConfig(two)
                .build()) {
            RedisTokenStore small = RedisTokenStore.over(client);
            for (int round = 0; round < 20; round++) {
                Subscription subscription = small.changes(told::add).orElseThrow();
                RecordVersion version = Records.create(small, Records.KEY, Records.record("round " + round));
                subscription.close();
                small.close();
                assertThat(Records.found(small, Records.KEY)).contains("round " + round);
                assertThat(client.ping()).isEqualTo("PONG");
                assertThat(small.remove(Records.KEY, version)).isTrue();
            }
        }
    }

    @Test
    void aListenerThatFailsSpoilsNothing() throws Exception {
        store.changes(key -> {
            throw new LinkageError("on purpose");
        });
        store.changes(told::add);

        for (int i = 0; i < 3; i++) {
            StoreKey key = StoreKey.of("partition", "key-" + i);
            Records.create(other, key, Records.record("a"));
            RedisServer.await("the other listener is told", () -> told.contains(key));
        }
    }

    @Test
    void whatSomebodyElsePublishesIsIgnored() throws Exception {
        store.changes(told::add);

        for (String message : List.of("", "/", "a", "a/", "/b", "a/b/c", "ä/b")) {
            redis.publish(CHANNEL, message);
        }
        Records.create(other, Records.KEY, Records.record("a"));

        RedisServer.await("told of the record", () -> told.contains(Records.KEY));
        assertThat(told).containsExactly(Records.KEY);
    }

    @Test
    void anotherPrefixIsAnotherFeed() throws Exception {
        store.changes(told::add);

        Records.create(
                RedisTokenStore.builder(others).prefix("latchkey2").build(), Records.KEY, Records.record("elsewhere"));
        StoreKey last = StoreKey.of("partition", "last");
        Records.create(other, last, Records.record("here"));

        RedisServer.await("told of the last", () -> told.contains(last));
        assertThat(told).containsExactly(last);
    }

    @Test
    void aStoreCanBeListenedToAgainAfterItWasClosed() throws Exception {
        store.changes(told::add);
        store.close();
        store.close();
        RedisServer.await("the reader has ended", () -> readers().isEmpty());

        store.changes(told::add);
        Records.create(other, Records.KEY, Records.record("a"));

        RedisServer.await("told", () -> told.equals(List.of(Records.KEY)));
    }

    private void awaitSubscribers(int count) {
        RedisServer.await(
                count + " subscribers",
                () -> server.command(Command.CLIENT, "LIST", "TYPE", "pubsub")
                                .lines()
                                .filter(line -> line.contains("sub=1"))
                                .count()
                        == count);
    }

    private static List<Thread> readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("latchkey-store-redis"))
                .collect(Collectors.toList());
    }
}
