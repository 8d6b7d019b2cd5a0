package dev.latchkey.benchmarks;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.store.redis.RedisTokenStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The store in Redis, beside the same commands by hand over the same client: to find is a GET, to replace is the store's
 * own script. Needs a {@code redis-server} on the PATH.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class RedisStore {

    private static final int CONTENT = 4_000;
    private static final String DIGITS = "253402300799000000000";

    private final StoreKey key = StoreKey.of("accounts", Users.subject(1));
    private final StoreRecord record = StoreRecord.of(new byte[CONTENT], StoreRecord.FOREVER);
    private final byte[] content = new byte[CONTENT];
    private Process server;
    private UnifiedJedis client;
    private RedisTokenStore store;
    private RecordVersion version;
    private byte[] script;
    private List<byte[]> keysByHand;
    private byte[] versionByHand = bytes("");

    /**
     * Starts a server and writes one record each way.
     *
     * @throws Exception if the server does not start
     */
    @Setup
    public void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder(
                        "redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectErrorStream(true)
                .start();
        client = RedisClient.create("127.0.0.1", port);
        awaitAnswer();
        store = RedisTokenStore.over(client);
        version = store.replace(key, RecordVersion.ABSENT, record).orElseThrow();
        script = bytes(client.scriptLoad(source("common.lua") + source("replace.lua")));
        String name = "hand:{accounts}:" + key.name();
        keysByHand = List.of(
                bytes(name), bytes(name + ":receipts"), bytes("hand:{accounts}#names"), bytes("hand:{accounts}#times"));
        replaceByHand();
    }

    private void awaitAnswer() throws InterruptedException {
        for (int i = 0; ; i++) {
            try {
                client.ping();
                return;
            } catch (JedisException e) {
                if (i == 100) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }

    private static String source(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(RedisTokenStore.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Ends the server. */
    @TearDown
    public void stop() {
        client.close();
        server.destroy();
    }

    /**
     * Finds the record.
     *
     * @return the record
     * @throws IOException if it cannot be read
     */
    @Benchmark
    public Object find() throws IOException {
        return store.find(key).orElseThrow();
    }

    /**
     * Gets the string.
     *
     * @return its bytes
     */
    @Benchmark
    public byte @Nullable [] findByHand() {
        return client.get(keysByHand.get(0));
    }

    /**
     * Replaces the record.
     *
     * @return the new version
     * @throws IOException if it cannot be written
     */
    @Benchmark
    public Object replace() throws IOException {
        version = store.replace(key, version, record).orElseThrow();
        return version;
    }

    /**
     * Runs the script.
     *
     * @return the new version
     */
    @Benchmark
    public Object replaceByHand() {
        byte[] random = new byte[16];
        UUID uuid = UUID.randomUUID();
        for (int i = 0; i < 8; i++) {
            random[i] = (byte) (uuid.getMostSignificantBits() >>> (8 * i));
            random[i + 8] = (byte) (uuid.getLeastSignificantBits() >>> (8 * i));
        }
        byte[] next = Base64.getUrlEncoder().withoutPadding().encode(random);
        Object done = client.evalsha(
                script,
                keysByHand,
                List.of(
                        versionByHand,
                        next,
                        bytes(DIGITS),
                        bytes(""),
                        bytes("001800000000000000000"),
                        bytes(key.name()),
                        bytes("hand:changes"),
                        bytes("accounts/" + key.name()),
                        bytes("60000"),
                        content));
        if (!Long.valueOf(1).equals(done)) {
            throw new IllegalStateException("another version is there");
        }
        versionByHand = next;
        return next;
    }
}
