package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;

/** What a server or a network can do to a store, and what the store says then. */
class RedisFailuresTest {

    /** As the documentation lists them. */
    private static final String COMMANDS =
            "+evalsha +eval +get +getex +getrange +set +del +pexpire +pexpireat +persist +publish"
                    + " +subscribe +unsubscribe +time +lpush +ltrim +lrange +zadd +zrem +zscore +zrangebylex +zrangebyscore"
                    + " +zrevrange +wait +client +hello +ping";

    private static RedisServer server;

    private final UnifiedJedis redis = server.client();
    private final TokenStore store = RedisTokenStore.over(redis);

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
        redis.close();
    }

    @Test
    void readsFromAServerThatMayWriteNothingJustNow() throws Exception {
        RecordVersion version = Records.create(store, Records.KEY, Records.record("a"));
        redis.configSet("min-replicas-to-write", "1");
        try {
            assertThatThrownBy(() -> store.replace(Records.KEY, version, Records.record("b")))
                    .hasMessageContaining("NOREPLICAS");
            assertThat(Records.found(store, Records.KEY)).contains("a");
        } finally {
            redis.configSet("min-replicas-to-write", "0");
        }
        assertThat(Records.found(store, Records.KEY)).contains("a");
    }

    /** A primary whose disk is full or gone refuses whatever counts as a write, which the quick way to read does. */
    @Test
    void readsFromAServerThatCannotSaveToItsDisk() throws Exception {
        try (RedisServer full = RedisServer.start("--save", "100000 1");
                UnifiedJedis client = full.client()) {
            TokenStore store = RedisTokenStore.over(client);
            RecordVersion version = Records.create(store, Records.KEY, Records.record("a"));
            // A file cannot take the place of a directory.
            Path inTheWay =
                    Files.createDirectory(Path.of(client.configGet("dir").get("dir"), "dump.rdb"));
            full.command(Command.BGSAVE);
            RedisServer.await("saving fails", () -> client.info("persistence").contains("last_bgsave_status:err"));

            assertThatThrownBy(() -> store.replace(Records.KEY, version, Records.record("b")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining(
                            "the server said MISCONF; the server cannot save to its disk: look at its log");
            assertThat(Records.found(store, Records.KEY)).contains("a");
            assertThat(Records.found(store, Records.KEY)).as("again").contains("a");
            assertThat(client.info("errorstats")).contains("errorstat_MISCONF:count=3");

            Files.delete(inTheWay);
            full.command(Command.BGSAVE);
            RedisServer.await(
                    "saving succeeds", () -> client.info("persistence").contains("last_bgsave_status:ok"));
            assertThat(Records.found(store, Records.KEY)).contains("a");
            assertThat(client.info("errorstats")).as("none more").contains("errorstat_MISCONF:count=3");
            assertThat(store.replace(Records.KEY, version, Records.record("b"))).isPresent();
        }
    }

    @Test
    void readsFromAServerThatIsOlderThanItsCommand() throws Exception {
        try (RedisServer old = RedisServer.start("--rename-command", "GETEX", "");
                UnifiedJedis client = old.client()) {
            TokenStore store = RedisTokenStore.over(client);
            Records.create(store, Records.KEY, Records.record("a"));
            assertThat(Records.found(store, Records.KEY)).contains("a");
            String refused = client.info("errorstats");
            assertThat(refused).contains("errorstat_ERR");
            assertThat(Records.found(store, Records.KEY)).contains("a");
            assertThat(client.info("errorstats")).as("asked once").isEqualTo(refused);
        }
    }

    @Test
    void aServerThatHasForgottenTheScriptsIsGivenThemAgain() throws Exception {
        RecordVersion version = Records.create(store, Records.KEY, Records.record("a"));
        redis.scriptFlush();
        assertThat(Records.found(store, Records.KEY)).contains("a");
        redis.scriptFlush();
        RecordVersion next =
                store.replace(Records.KEY, version, Records.record("b")).orElseThrow();
        redis.scriptFlush();
        assertThat(Records.list(store).keys()).containsExactly(Records.KEY);
        redis.scriptFlush();
        assertThat(store.remove(Records.KEY, next)).isTrue();
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws Exception {
        HostAndPort nobody = new HostAndPort(RedisServer.HOST, RedisServer.freePort());
        try (RedisClient client = RedisServer.client(nobody)) {
            TokenStore away = RedisTokenStore.over(client);

            for (ThrowingCallable each : operations(away)) {
                assertThatThrownBy(each)
                        .isInstanceOf(TokenStoreException.class)
                        .hasMessageStartingWith("Redis could not ")
                        .hasMessageContaining(nobody.toString())
                        .hasMessageContaining("check address, network and the client's time-outs");
            }
        }
    }

    @Test
    void aClientThatWasClosedIsAFailureOfTheStore() {
        redis.close();

        for (ThrowingCallable each : operations(store)) {
            assertThatThrownBy(each).isInstanceOf(TokenStoreException.class);
        }
    }

    @Test
    void aPoolWithoutAConnectionToSpareIsNamed() throws Exception {
        ConnectionPoolConfig one = new ConnectionPoolConfig();
        one.setMaxTotal(1);
        one.setMaxWait(Duration.ofMillis(50));
        try (RedisClient client = RedisClient.builder()
                        .hostAndPort(server.address())
                        .clientConfig(RedisServer.config())
                        .poolConfig(one)
                        .build();
                TokenStore small = RedisTokenStore.over(client)) {
            small.changes(key -> {});

            assertThatThrownBy(() -> small.find(Records.KEY))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("could not find a record: Could not get a resource from the pool");
        }
    }

    @Test
    void anInterruptedThreadStaysInterrupted() throws Exception {
        ConnectionPoolConfig one = new ConnectionPoolConfig();
        one.setMaxTotal(1);
        try (RedisClient client = RedisClient.builder()
                        .hostAndPort(server.address())
                        .clientConfig(RedisServer.config())
                        .poolConfig(one)
                        .build();
                TokenStore small = RedisTokenStore.over(client)) {
            small.changes(key -> {});

            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> small.find(Records.KEY))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aFullServerRefusesWritesAndLetsRecordsGo() throws Exception {
        RecordVersion version = Records.create(store, Records.KEY, Records.record("a"));
        redis.configSet("maxmemory-policy", "noeviction");
        redis.configSet("maxmemory", "1");
        try {
            assertThatThrownBy(() -> store.replace(Records.KEY, version, Records.record("b")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("the server said OOM; give the server more memory");
            assertThat(Records.found(store, Records.KEY)).contains("a");
            assertThat(store.remove(Records.KEY, version)).isTrue();
        } finally {
            redis.configSet("maxmemory", "0");
        }
        assertThat(store.find(Records.KEY)).isEmpty();
        assertThat(Records.list(store).keys()).isEmpty();
    }

    @Test
    void theListedPermissionsAreEnough() throws Exception {
        user("granted", COMMANDS, "~latchkey:*", "&latchkey:*");
        redis.scriptFlush();
        List<StoreKey> told = new CopyOnWriteArrayList<>();
        try (RedisClient client = login("granted");
                TokenStore granted = RedisTokenStore.over(client)) {
            granted.changes(told::add);
            RecordVersion first = Records.create(granted, Records.KEY, Records.record("a"));
            RecordVersion second =
                    granted.replace(Records.KEY, first, Records.record("b")).orElseThrow();
            assertThat(Records.found(granted, Records.KEY)).contains("b");
            assertThat(Records.list(granted).keys()).containsExactly(Records.KEY);
            assertThat(granted.remove(Records.KEY, second)).isTrue();
            RedisServer.await("told of three changes", () -> told.size() == 3);
            TokenStore waiting = RedisTokenStore.builder(client)
                    .waitForReplicas(1, Duration.ofMillis(1))
                    .build();
            assertThatThrownBy(() -> Records.create(waiting, Records.KEY, Records.record("c")))
                    .hasMessageContaining("0 of 1 replicas");
        }
    }

    /** Scripts are not rolled back: a permission that is found missing half-way would leave half a write. */
    @Test
    void whoMayNotPublishHasWrittenNothing() throws Exception {
        user("silent", COMMANDS, "~latchkey:*", "resetchannels");
        RecordVersion version = Records.create(store, Records.KEY, Records.record("a"));
        try (RedisClient client = login("silent")) {
            TokenStore silent = RedisTokenStore.over(client);

            assertThatThrownBy(() -> silent.replace(Records.KEY, version, Records.record("b")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageContaining("allow the client's user");
            assertThatThrownBy(() -> silent.remove(Records.KEY, version)).isInstanceOf(TokenStoreException.class);
        }
        assertThat(Records.found(store, Records.KEY)).contains("a");
        assertThat(store.find(Records.KEY).orElseThrow().version()).isEqualTo(version);
    }

    @Test
    void whatSomethingElseWroteIsNotTakenForARecord() {
        redis.set("latchkey:{partition}:key", "something else");

        assertThatThrownBy(() -> store.find(Records.KEY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("latchkey:{partition}:key")
                .hasMessageContaining("choose another prefix");
    }

    @Test
    void anotherTypeUnderTheNameIsAFailure() {
        redis.sadd("latchkey:{partition}:key", "member");

        assertThatThrownBy(() -> store.find(Records.KEY))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("the server said WRONGTYPE");
    }

    @Test
    void prefixesSeparateStores() throws Exception {
        TokenStore elsewhere =
                RedisTokenStore.builder(redis).prefix("a.b:c-d_E").build();
        Records.create(store, Records.KEY, Records.record("here"));

        assertThat(elsewhere.find(Records.KEY)).isEmpty();
        assertThat(Records.list(elsewhere).keys()).isEmpty();
        Records.create(elsewhere, Records.KEY, Records.record("there"));
        assertThat(Records.found(store, Records.KEY)).contains("here");
        assertThat(redis.exists("a.b:c-d_E:{partition}:key")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "a}", "a b", "a*", "ä", "a\n"})
    void refusesAPrefixThatWouldBreakKeysOrPermissions(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisTokenStore.builder(redis).prefix(prefix))
                .withMessageContaining("prefix must have");
    }

    @Test
    void refusesSettingsThatMeanNothing() {
        RedisTokenStore.Builder builder = RedisTokenStore.builder(redis);

        assertThatIllegalArgumentException().isThrownBy(() -> builder.prefix("p".repeat(65)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.waitForReplicas(0, Duration.ofSeconds(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.waitForReplicas(1, Duration.ofNanos(999_999)));
        assertThatNullPointerException().isThrownBy(() -> RedisTokenStore.over(null));
    }

    private static List<ThrowingCallable> operations(TokenStore store) {
        return List.of(
                () -> store.find(Records.KEY),
                () -> store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("a")),
                () -> store.remove(Records.KEY, RecordVersion.of("1")),
                () -> store.keys("partition", "", 10));
    }

    private static void user(String name, String... rules) {
        List<String> all = new ArrayList<>(List.of("SETUSER", name, "reset", "on", ">password"));
        for (String rule : rules) {
            all.addAll(List.of(rule.split(" ")));
        }
        server.command(Command.ACL, all.toArray(new String[0]));
    }

    private static RedisClient login(String user) {
        return RedisClient.builder()
                .hostAndPort(server.address())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .user(user)
                        .password("password")
                        .build())
                .build();
    }
}
