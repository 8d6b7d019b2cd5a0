package dev.latchkey.it.store;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.redis.RedisTokenStore;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** Over a real {@code redis-server} from the PATH. */
class EncryptedRedisStoreTest extends EncryptedStoreContract {

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static Optional<Process> server = Optional.empty();
    private static int port;

    private final List<UnifiedJedis> clients = new CopyOnWriteArrayList<>();
    private final String prefix = "encrypted-" + PREFIXES.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        Optional<Path> binary = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
        if (binary.isEmpty() && System.getenv("CI") != null) {
            fail("A continuous build needs redis-server on the PATH");
        }
        assumeTrue(binary.isPresent(), "No redis-server on the PATH: install Debian's package of that name");
        port = freePort();
        Process process = new ProcessBuilder(
                        binary.get().toString(),
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no")
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "redis-" + port + ".log").toFile())
                .start();
        server = Optional.of(process);
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                fail("redis-server does not start");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @AfterAll
    static void stop() {
        server.ifPresent(Process::destroyForcibly);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean answers() {
        try (RedisClient client = client()) {
            return "PONG".equals(client.ping());
        } catch (JedisException e) {
            return false;
        }
    }

    static RedisClient client() {
        return RedisClient.builder().hostAndPort("127.0.0.1", port).build();
    }

    // The server expires by its own clock, which is this machine's and goes on.
    @Override
    Instant startsAt() {
        return Instant.now();
    }

    @Override
    TokenStore below() {
        UnifiedJedis client = client();
        clients.add(client);
        return RedisTokenStore.builder(client).prefix(prefix).clock(clock).build();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(UnifiedJedis::close);
    }
}
