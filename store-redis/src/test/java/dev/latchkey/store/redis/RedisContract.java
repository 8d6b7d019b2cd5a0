package dev.latchkey.store.redis;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.TokenStoreContract;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import redis.clients.jedis.UnifiedJedis;

/** The contract on a real server: a client for each user of the store, a prefix for each test. */
abstract class RedisContract extends TokenStoreContract {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final List<UnifiedJedis> clients = new CopyOnWriteArrayList<>();
    private final String prefix = "test-" + PREFIXES.incrementAndGet();
    // The server expires by its own clock, which goes on: so this one starts where that is.
    private final MutableClock clock = MutableClock.at(server().time());

    abstract RedisServer server();

    abstract UnifiedJedis client();

    RedisTokenStore.Builder configure(RedisTokenStore.Builder builder) {
        return builder;
    }

    @Override
    protected final TokenStore create() {
        return open();
    }

    @Override
    protected final TokenStore another(TokenStore store) {
        return open();
    }

    private TokenStore open() {
        UnifiedJedis client = client();
        clients.add(client);
        return configure(RedisTokenStore.builder(client).prefix(prefix).clock(clock))
                .build();
    }

    @AfterEach
    final void closeClients() {
        clients.forEach(UnifiedJedis::close);
    }

    @Override
    protected final Instant now() {
        return clock.instant();
    }

    @Override
    protected final void pass(Duration time) {
        clock.advance(time);
    }
}
