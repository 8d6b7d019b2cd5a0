package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import redis.clients.jedis.UnifiedJedis;

/**
 * Keeps records in Redis: a single node, Sentinel or Cluster, whatever the client was built for.
 *
 * <p>Every operation is one command or script, and one round trip. A partition is one hash slot. The client is the caller's, who
 * closes it after this store; reads go to the primary, whatever the client does with reads otherwise.
 *
 * <p><b>Time.</b> A record's time to live on the server is the instant after which nothing in it is usable, so it goes by
 * the server's clock: a server that is ahead of this machine forgets a record earlier by the difference. A record whose
 * time has passed by this store's clock is absent as well, even if a server that is behind still has it.
 *
 * <p><b>Clients that send twice.</b> Jedis' cluster client sends a command again when it lost the connection. The server keeps
 * each key's latest versions for a minute, so a write that arrives twice is done once and answered with success, even if
 * another write came between. After a failed write nobody knows whether it was done; read the record again.
 *
 * <p><b>Durability.</b> Redis confirms a write before it is on disk or at a replica, so a failover may lose the last ones. Set
 * {@code appendfsync always} where a lost refresh token costs a sign-in, and {@link Builder#waitForReplicas} to narrow the
 * window; neither makes it consensus. {@code maxmemory-policy} must be {@code noeviction}. Versions are random, 128 bits made
 * here, so that none comes back even after a failover to an older state, as a counter on the server would.
 *
 * <p><b>Permissions.</b> {@code +evalsha +eval +get +getex +getrange +set +del +pexpire +pexpireat +persist +publish +subscribe
 * +unsubscribe +time +lpush +ltrim +lrange +zadd +zrem +zscore +zrangebylex +zrangebyscore +zrevrange} (and {@code +wait}),
 * {@code ~latchkey:*} and {@code &latchkey:*}, with the prefix in use.
 *
 * <p>Safe for use by any number of threads at once.
 */
public final class RedisTokenStore implements TokenStore {

    private final Clock clock;
    private final RedisKeys keys;
    private final Reads reads;
    private final Writes writes;
    private final ChangeFeed feed;
    private final SecureRandom random = new SecureRandom();

    RedisTokenStore(Builder builder) {
        this.clock = builder.clock;
        this.keys = new RedisKeys(builder.prefix);
        this.reads = new Reads(builder.client, builder.server);
        this.writes = new Writes(builder.client, builder.server, builder.replicas, builder.replicaTimeout);
        this.feed = new ChangeFeed(builder.client, keys.channel());
    }

    /**
     * Makes a store with the prefix {@code latchkey} on the system's clock.
     *
     * @param client a {@code RedisClient}, {@code RedisSentinelClient} or {@code RedisClusterClient} of the caller's, who
     *     closes it
     * @return the store
     */
    public static RedisTokenStore over(UnifiedJedis client) {
        return builder(client).build();
    }

    /**
     * Begins a store with other settings.
     *
     * @param client a {@code RedisClient}, {@code RedisSentinelClient} or {@code RedisClusterClient} of the caller's, who
     *     closes it
     * @return a builder
     */
    public static Builder builder(UnifiedJedis client) {
        return new Builder(client);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        return reads.find(keys.record(key))
                .filter(entry -> !clock.instant().isAfter(entry.record().usableUntil()));
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        RecordVersion version = RecordVersion.of(fresh());
        Instant until = record.usableUntil();
        boolean written = writes.replace(
                keys.written(key),
                List.of(
                        RedisKeys.bytes(expected.value()),
                        RedisKeys.bytes(version.value()),
                        RedisKeys.bytes(RecordLayout.digits(until)),
                        RedisKeys.bytes(RecordLayout.timeToLive(until)),
                        RedisKeys.bytes(RecordLayout.digits(clock.instant())),
                        RedisKeys.bytes(key.name()),
                        RedisKeys.bytes(keys.channel()),
                        RedisKeys.bytes(RedisKeys.message(key)),
                        RedisKeys.bytes(Writes.RECEIPTS_KEPT),
                        record.content()));
        return written ? Optional.of(version) : Optional.empty();
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        if (expected.equals(RecordVersion.ABSENT)) {
            return false;
        }
        return writes.remove(
                keys.written(key),
                List.of(
                        RedisKeys.bytes(expected.value()),
                        RedisKeys.bytes(fresh()),
                        RedisKeys.bytes(RecordLayout.digits(clock.instant())),
                        RedisKeys.bytes(key.name()),
                        RedisKeys.bytes(keys.channel()),
                        RedisKeys.bytes(RedisKeys.message(key)),
                        RedisKeys.bytes(Writes.RECEIPTS_KEPT)));
    }

    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be from 1 to 1,000");
        }
        List<byte[]> arguments = List.of(
                RedisKeys.bytes(cursor.isEmpty() ? "-" : "(" + cursor),
                RedisKeys.bytes(Integer.toString(limit)),
                RedisKeys.bytes(Long.toString(RecordLayout.milliseconds(clock.instant()))));
        return reads.list(partition, keys.listed(partition), arguments);
    }

    /**
     * Tells of changes that any user of these records makes, by Redis' Pub/Sub.
     *
     * <p>With the first listener a daemon thread starts, which borrows one of the client's connections until the last
     * subscription or this store is closed; a pool must have one to spare. This method waits up to five seconds for the
     * server to confirm the subscription, and returns after that in any case.
     *
     * <p>When the connection is lost, the thread connects again, after a tenth of a second at first and within half a minute
     * later. <b>Changes of the time between are not told</b>, and Pub/Sub has no means to catch up: a listener makes things
     * faster, but nothing may depend on it. A connection that died without a word is noticed by the client's
     * {@code blockingSocketTimeoutMillis} (unlimited unless set), or by the system's TCP keep-alive. The end of a record's
     * time is not told.
     */
    @Override
    public Optional<Subscription> changes(Consumer<StoreKey> listener) {
        return Optional.of(feed.add(Objects.requireNonNull(listener, "listener")));
    }

    /** Ends all subscriptions and their thread. The client stays open: it is the caller's. */
    @Override
    public void close() {
        feed.close();
    }

    private String fresh() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Settings of a store. Not safe for use by several threads. */
    public static final class Builder {

        private static final int LONGEST_PREFIX = 64;

        private final UnifiedJedis client;
        private String server = "Redis";
        private String prefix = "latchkey";
        private Clock clock = Clock.systemUTC();
        private int replicas;
        private Duration replicaTimeout = Duration.ZERO;

        private Builder(UnifiedJedis client) {
            this.client = Objects.requireNonNull(client, "client");
        }

        /**
         * Names the server in messages, since the client does not tell its address in all of its failures.
         *
         * @param name such as {@code Redis at cache.example.com:6379}; {@code Redis} by default
         * @return this builder
         */
        public Builder named(String name) {
            server = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets what the names of all keys, and of the channel, begin with.
         *
         * <p>Stores with one prefix share their records. Redis' numbered databases do not separate channels.
         *
         * @param value one to 64 characters of {@code A-Z a-z 0-9 - _ : .}; {@code latchkey} by default
         * @return this builder
         * @throws IllegalArgumentException if it is empty, too long, or has another character
         */
        public Builder prefix(String value) {
            // Braces would take the hash tag from the partition, and spaces have no place in an ACL's pattern.
            if (value.length() > LONGEST_PREFIX || !value.matches("[A-Za-z0-9_:.-]+")) {
                throw new IllegalArgumentException("prefix must have 1 to 64 of the characters A-Z a-z 0-9 - _ : .");
            }
            prefix = value;
            return this;
        }

        /**
         * Sets the clock that tells when a record's time has passed, in addition to the server's.
         *
         * @param value the system's by default
         * @return this builder
         */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "value");
            return this;
        }

        /**
         * Has every write wait until replicas have it ({@code WAIT}); too few of them in time are a
         * {@link TokenStoreException}, although the primary keeps the record.
         *
         * <p>This makes it less likely that a failover loses a confirmed write, and not impossible: the replicas have it
         * in memory, and Sentinel or Cluster may promote another one.
         *
         * @param count how many replicas, at least one
         * @param timeout how long, at least a millisecond and less than the client's socket time-out
         * @return this builder
         * @throws IllegalArgumentException if the count or the time-out is too small
         */
        public Builder waitForReplicas(int count, Duration timeout) {
            if (count < 1) {
                throw new IllegalArgumentException("count must be at least 1");
            }
            // 0 would mean for ever to WAIT.
            if (timeout.toMillis() < 1) {
                throw new IllegalArgumentException("timeout must be at least a millisecond");
            }
            replicas = count;
            replicaTimeout = timeout;
            return this;
        }

        /**
         * Makes the store: no I/O, no thread.
         *
         * @return the store
         */
        public RedisTokenStore build() {
            return new RedisTokenStore(this);
        }
    }
}
