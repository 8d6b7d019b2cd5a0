package dev.latchkey.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.UnifiedJedis;

/** Two clocks: the server forgets by its own, and the store hides by its own. */
class ExpiryTest {

    private static final String RECORD = "latchkey:{partition}:key";
    private static final String NAMES = "latchkey:{partition}#names";
    private static final String TIMES = "latchkey:{partition}#times";

    private static RedisServer server;

    private final UnifiedJedis redis = server.client();
    private final Instant start = server.time();
    private final MutableClock clock = MutableClock.at(start);
    private final TokenStore store = RedisTokenStore.builder(redis).clock(clock).build();

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
    void theServerForgetsWithTheRecordsTimeAndNothingElse() throws Exception {
        Instant until = start.plusSeconds(3_600).truncatedTo(ChronoUnit.MILLIS);

        Records.create(store, Records.KEY, Records.record("an hour", until));

        assertThat(redis.pexpireTime(RECORD)).isEqualTo(until.toEpochMilli());
        assertThat(redis.pexpireTime(NAMES)).isEqualTo(until.toEpochMilli());
        assertThat(redis.pexpireTime(TIMES)).isEqualTo(until.toEpochMilli());
        assertThat(redis.keys("*")).containsExactlyInAnyOrder(RECORD, NAMES, TIMES);
    }

    @Test
    void theServerForgetsNotEvenAFractionOfAMillisecondTooEarly() throws Exception {
        Instant until = start.plusSeconds(60).truncatedTo(ChronoUnit.MILLIS).plusNanos(1);

        Records.create(store, Records.KEY, Records.record("a nanosecond more", until));

        assertThat(redis.pexpireTime(RECORD)).isEqualTo(until.toEpochMilli() + 1);
        assertThat(store.find(Records.KEY).orElseThrow().record().usableUntil()).isEqualTo(until);
    }

    @Test
    void theServerNeverForgetsARecordForEver() throws Exception {
        RecordVersion first = Records.create(store, Records.KEY, Records.record("an hour", start.plusSeconds(3_600)));

        RecordVersion second =
                store.replace(Records.KEY, first, Records.record("for ever")).orElseThrow();

        assertThat(redis.ttl(RECORD)).isEqualTo(-1);
        assertThat(redis.ttl(NAMES)).isEqualTo(-1);
        assertThat(redis.ttl(TIMES)).isEqualTo(-1);

        store.replace(Records.KEY, second, Records.record("an hour", start.plusSeconds(3_600)));

        assertThat(redis.ttl(RECORD)).isPositive();
        assertThat(redis.ttl(NAMES)).isPositive();
        assertThat(redis.ttl(TIMES)).isPositive();
    }

    @Test
    void whatTheServerHasForgottenIsAbsentAlthoughTheStoresClockIsBehind() throws Exception {
        Instant until = server.time().plusMillis(300);
        RecordVersion version = Records.create(store, Records.KEY, Records.record("short", until));

        RedisServer.await("the server has forgotten it", () -> !redis.exists(RECORD));

        assertThat(clock.instant()).isBefore(until);
        assertThat(store.find(Records.KEY)).isEmpty();
        assertThat(Records.list(store).keys()).isEmpty();
        assertThat(store.remove(Records.KEY, version)).isFalse();
        assertThat(store.replace(Records.KEY, version, Records.record("late"))).isEmpty();
        Records.create(store, Records.KEY, Records.record("again"));
        assertThat(Records.found(store, Records.KEY)).contains("again");
    }

    @Test
    void aRecordIsUsableAtTheVeryInstant() throws Exception {
        Instant until = start.plusSeconds(3_600);
        RecordVersion version = Records.create(store, Records.KEY, Records.record("to the end", until));

        clock.set(until);
        assertThat(Records.found(store, Records.KEY)).contains("to the end");
        assertThat(store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("too early")))
                .isEmpty();

        clock.advance(Duration.ofNanos(1));
        assertThat(Records.found(store, Records.KEY)).isEmpty();
        assertThat(store.remove(Records.KEY, version)).isFalse();
        assertThat(store.replace(Records.KEY, RecordVersion.ABSENT, Records.record("now")))
                .isPresent();
    }

    /** Otherwise a node whose clock is wrong would make the others' records disappear from their lists. */
    @Test
    void aStoreWhoseClockIsAheadHidesAndDropsNothing() throws Exception {
        TokenStore ahead = RedisTokenStore.builder(redis)
                .clock(MutableClock.at(start.plusSeconds(7_200)))
                .build();
        Records.create(store, Records.KEY, Records.record("an hour", start.plusSeconds(3_600)));

        assertThat(ahead.find(Records.KEY)).isEmpty();
        assertThat(Records.list(ahead).keys()).isEmpty();
        Records.create(ahead, StoreKey.of("partition", "another"), Records.record("for ever"));

        assertThat(Records.found(store, Records.KEY)).contains("an hour");
        assertThat(Records.list(store).keys()).contains(Records.KEY);
    }

    @Test
    void writesSweepWhatNobodyAsksForAgain() throws Exception {
        Instant until = server.time().plusMillis(500);
        for (int i = 0; i < 50; i++) {
            Records.create(store, StoreKey.of("partition", "old-" + i), Records.record("old", until));
        }
        Records.create(store, Records.KEY, Records.record("stays"));
        RedisServer.await("the server's time has passed", () -> server.time().isAfter(until.plusMillis(1)));

        for (int i = 0; i < 5; i++) {
            Records.create(store, StoreKey.of("partition", "new-" + i), Records.record("new"));
        }

        assertThat(redis.zcard(NAMES)).isEqualTo(6);
        assertThat(redis.zcard(TIMES)).isEqualTo(6);
    }

    @Test
    void aPartitionEndsWithItsLastRecord() throws Exception {
        Instant until = server.time().plusMillis(300);
        Records.create(store, Records.KEY, Records.record("first", until));
        Records.create(store, StoreKey.of("partition", "another"), Records.record("second", until.plusMillis(1)));
        RecordVersion version =
                Records.create(store, StoreKey.of("other", "key"), Records.record("removed", StoreRecord.FOREVER));
        assertThat(store.remove(StoreKey.of("other", "key"), version)).isTrue();

        RedisServer.await(
                "only receipts are left", () -> redis.keys("*").stream().allMatch(key -> key.endsWith(":receipts")));
        assertThat(redis.pttl("latchkey:{other}:key:receipts")).isBetween(1L, 60_000L);
    }

    @Test
    void aRecordOfThePastIsNoFailure() throws Exception {
        Records.create(store, Records.KEY, Records.record("over", Instant.MIN));

        assertThat(store.find(Records.KEY)).isEmpty();
        assertThat(redis.keys("*")).isEmpty();
    }
}
