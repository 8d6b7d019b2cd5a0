package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;

class ReplicasTest {

    private static RedisServer primary;
    private static RedisServer replica;

    private final UnifiedJedis redis = primary.client();
    private final TokenStore plain = RedisTokenStore.over(redis);
    private final TokenStore patient = RedisTokenStore.builder(redis)
            .waitForReplicas(1, Duration.ofSeconds(8))
            .build();
    private final TokenStore store = RedisTokenStore.builder(redis)
            .named("Redis at cache.example.com")
            .waitForReplicas(1, Duration.ofMillis(200))
            .build();

    @BeforeAll
    static void start() throws Exception {
        primary = RedisServer.start("--repl-diskless-sync-delay", "0");
        replica = RedisServer.start("--replicaof", RedisServer.HOST + " " + primary.port());
        RedisServer.await(
                "the replica follows",
                () -> primary.command(Command.INFO, "replication").contains("state=online"));
    }

    @AfterAll
    static void stop() {
        if (replica != null) {
            replica.close();
        }
        if (primary != null) {
            primary.close();
        }
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    @AfterEach
    void disconnect() {
        redis.close();
    }

    @Test
    void aWriteThatAReplicaHasSucceeds() throws Exception {
        RecordVersion first = Records.create(patient, Records.KEY, Records.record("a"));
        RecordVersion second =
                patient.replace(Records.KEY, first, Records.record("b")).orElseThrow();

        try (UnifiedJedis atReplica = replica.client()) {
            String name = "latchkey:{" + Records.KEY.partition() + "}:" + Records.KEY.name();
            assertThat(atReplica.get(name)).endsWith("b");
            assertThat(patient.remove(Records.KEY, second)).isTrue();
            assertThat(atReplica.get(name)).isNull();
        }
    }

    @Test
    void aServerThatHasForgottenTheScriptsIsGivenThemAgain() throws Exception {
        redis.scriptFlush();

        RecordVersion version = Records.create(patient, Records.KEY, Records.record("a"));

        assertThat(plain.find(Records.KEY).orElseThrow().version()).isEqualTo(version);
    }

    /** WAIT on another connection of the pool would count the replica, which has seen what that one wrote: nothing. */
    @Test
    void aWriteThatNoReplicaHasIsAFailureThatSaysSo() throws Exception {
        RecordVersion version = Records.create(patient, Records.KEY, Records.record("a"));
        replica.signal("STOP");
        try {
            assertThatThrownBy(() -> store.replace(Records.KEY, version, Records.record("b")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessage(
                            "The record was written, but 0 of 1 replicas of Redis at cache.example.com had that within"
                                    + " 200 ms: a failover may lose it. Read it again; look at the replicas");
            assertThat(Records.found(plain, Records.KEY)).contains("b");

            RecordVersion second = plain.find(Records.KEY).orElseThrow().version();
            assertThat(store.replace(Records.KEY, version, Records.record("conflict")))
                    .as("a conflict is none of the replicas' business")
                    .isEmpty();
            assertThatThrownBy(() -> store.remove(Records.KEY, second))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageStartingWith("The record was removed, but 0 of 1 replicas");
            assertThat(plain.find(Records.KEY)).isEmpty();
        } finally {
            replica.signal("CONT");
        }
    }

    @Test
    void aReplicaTakesNoWrites() throws Exception {
        try (UnifiedJedis atReplica = replica.client()) {
            TokenStore wrong = RedisTokenStore.over(atReplica);

            assertThatThrownBy(() -> wrong.replace(Records.KEY, RecordVersion.ABSENT, Records.record("a")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("READONLY; this is a replica: have the client find the primary");
            assertThatThrownBy(() -> wrong.find(Records.KEY))
                    .as("what it says may be old")
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("READONLY; this is a replica");
        }
    }

    @Test
    void waitsInAClusterAsWell() throws Exception {
        try (RedisCluster cluster = RedisCluster.start(2);
                UnifiedJedis client = cluster.client()) {
            TokenStore inCluster = RedisTokenStore.builder(client)
                    .waitForReplicas(1, Duration.ofMillis(10))
                    .build();

            assertThatThrownBy(() -> inCluster.replace(Records.KEY, RecordVersion.ABSENT, Records.record("a")))
                    .hasMessageContaining("0 of 1 replicas");
            assertThat(Records.found(inCluster, Records.KEY)).contains("a");
        }
    }
}
