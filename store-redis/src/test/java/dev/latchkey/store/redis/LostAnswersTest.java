package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;

/** The server has done it, and the answer is lost: with a client that sends again, and with one that does not. */
class LostAnswersTest {

    private static CuttingProxy proxy;
    private static RedisCluster cluster;

    private final UnifiedJedis direct = cluster.node(0).client();
    private final TokenStore other = RedisTokenStore.over(direct);
    private RedisClusterClient retrying;
    private TokenStore store;

    /** A node of a cluster that gives the proxy's port as its own: so the cluster's client comes this way, and sends again. */
    @BeforeAll
    static void start() throws Exception {
        proxy = CuttingProxy.open();
        cluster = RedisCluster.start(1, "--cluster-announce-port", Integer.toString(proxy.port()));
        proxy.to(cluster.node(0));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
        proxy.close();
    }

    @BeforeEach
    void connect() throws Exception {
        direct.flushAll();
        // The scripts are loaded, so that the next answer is a write's.
        RecordVersion warm = other.replace(Records.KEY, RecordVersion.ABSENT, Records.record("warm"))
                .orElseThrow();
        assertThat(other.find(Records.KEY)).isPresent();
        assertThat(other.remove(Records.KEY, warm)).isTrue();
        direct.flushAll();
        retrying = RedisClusterClient.builder()
                .nodes(Set.of(proxy.address()))
                .clientConfig(RedisServer.config())
                .build();
        store = RedisTokenStore.over(retrying);
    }

    @AfterEach
    void disconnect() {
        retrying.close();
        direct.close();
    }

    @Test
    void aCreationThatWasSentAgainIsNoConflict() throws Exception {
        proxy.cutNextAnswer(() -> {});

        Optional<RecordVersion> version = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("mine"));

        assertThat(version).isPresent();
        assertThat(version).isEqualTo(other.find(Records.KEY).map(StoreEntry::version));
        assertCut();
    }

    @Test
    void aReplacementThatWasSentAgainIsNoConflict() throws Exception {
        RecordVersion first = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("first"))
                .orElseThrow();
        proxy.cutNextAnswer(() -> {});

        Optional<RecordVersion> version = store.replace(Records.KEY, first, Records.record("second"));

        assertThat(version).isPresent();
        assertThat(found()).contains("second");
        assertCut();
    }

    @Test
    void aReplacementThatWasFollowedByAnotherBeforeItWasSentAgainIsNoConflict() throws Exception {
        RecordVersion first = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("first"))
                .orElseThrow();
        proxy.cutNextAnswer(() -> overwrite("third"));

        Optional<RecordVersion> second = store.replace(Records.KEY, first, Records.record("second"));

        assertThat(second).isPresent();
        assertThat(found()).contains("third");
        assertThat(store.replace(Records.KEY, second.orElseThrow(), Records.record("fourth")))
                .isEmpty();
        assertCut();
    }

    /** Otherwise a sign-out would be undone by whoever signed in just before. */
    @Test
    void aCreationThatWasSentAgainAfterARemovalDoesNotBringTheRecordBack() throws Exception {
        proxy.cutNextAnswer(this::removeWhatIsThere);

        Optional<RecordVersion> version = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("mine"));

        assertThat(version).isPresent();
        assertThat(found()).isEmpty();
        assertCut();
    }

    /** Otherwise nobody would take a transaction that one of two callers has taken. */
    @Test
    void aRemovalThatWasSentAgainIsARemoval() throws Exception {
        RecordVersion first = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("first"))
                .orElseThrow();
        proxy.cutNextAnswer(() -> {});

        assertThat(store.remove(Records.KEY, first)).isTrue();

        assertThat(found()).isEmpty();
        assertCut();
    }

    @Test
    void aRemovalThatWasSentAgainLeavesWhatWasCreatedSince() throws Exception {
        RecordVersion first = store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("first"))
                .orElseThrow();
        proxy.cutNextAnswer(() -> create("new"));

        assertThat(store.remove(Records.KEY, first)).isTrue();

        assertThat(found()).contains("new");
        assertCut();
    }

    @Test
    void aWriteThatWaitsForReplicasSaysThatItsOutcomeIsUnknown() throws Exception {
        TokenStore waiting = RedisTokenStore.builder(retrying)
                .waitForReplicas(1, Duration.ofMillis(50))
                .build();
        proxy.cutNextAnswer(() -> {});

        assertThatThrownBy(() -> waiting.replace(Records.KEY, RecordVersion.ABSENT, Records.record("mine")))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("may or may not have been written");
        assertThat(found()).contains("mine");
        assertCut();
    }

    @Test
    void aClientThatDoesNotSendAgainLearnsThatTheOutcomeIsUnknown() throws Exception {
        try (RedisClient single = RedisServer.client(proxy.address())) {
            TokenStore once = RedisTokenStore.builder(single)
                    .named("Redis at cache.example.com")
                    .build();
            assertThat(once.find(Records.KEY)).isEmpty();
            proxy.cutNextAnswer(() -> {});

            assertThatThrownBy(() -> once.replace(Records.KEY, RecordVersion.ABSENT, Records.record("mine")))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageStartingWith("Redis at cache.example.com could not write a record: ")
                    .hasMessageEndingWith("it may or may not have been written, read it again");
            assertThat(found()).contains("mine");
            RecordVersion version = once.find(Records.KEY).orElseThrow().version();
            proxy.cutNextAnswer(() -> {});
            assertThatThrownBy(() -> once.remove(Records.KEY, version))
                    .isInstanceOf(TokenStoreException.class)
                    .hasMessageEndingWith("it may or may not have been removed, read it again");
            assertThat(once.find(Records.KEY)).isEmpty();
        }
        assertCut();
    }

    private void assertCut() {
        assertThat(proxy.hasCut()).as("the answer was lost").isTrue();
    }

    private Optional<String> found() throws TokenStoreException {
        return Records.found(other, Records.KEY);
    }

    private void overwrite(String content) {
        unchecked(() -> other.replace(
                        Records.KEY, other.find(Records.KEY).orElseThrow().version(), Records.record(content))
                .isPresent());
    }

    private void removeWhatIsThere() {
        unchecked(() ->
                other.remove(Records.KEY, other.find(Records.KEY).orElseThrow().version()));
    }

    private void create(String content) {
        unchecked(() -> other.replace(Records.KEY, RecordVersion.ABSENT, Records.record(content))
                .isPresent());
    }

    private static void unchecked(Move move) {
        try {
            assertThat(move.make()).isTrue();
        } catch (TokenStoreException e) {
            throw new AssertionError(e);
        }
    }

    /** What somebody else does, successfully. */
    @FunctionalInterface
    private interface Move {
        boolean make() throws TokenStoreException;
    }
}
