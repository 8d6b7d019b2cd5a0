package dev.latchkey.store.redis;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisException;

/** A real {@code redis-server} from the PATH, on loopback, with its data below {@code target}. */
final class RedisServer implements AutoCloseable {

    static final String HOST = "127.0.0.1";
    private static final int ATTEMPTS = 5;
    private static final long AMPLE = 30;

    private final Process process;
    private final int port;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts a server with more options, in a free port. */
    static RedisServer start(String... options) throws IOException {
        Path binary = binary();
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            RedisServer server = new RedisServer(launch(binary, port, options), port);
            Runtime.getRuntime().addShutdownHook(new Thread(server.process::destroyForcibly));
            try (UnifiedJedis client = server.client()) {
                await("redis-server answers or has ended", () -> !server.process.isAlive() || answers(client));
            }
            if (server.process.isAlive()) {
                return server;
            }
            // Somebody took the port in the meantime.
            if (attempt == ATTEMPTS) {
                return fail("redis-server does not start: see " + directory(port));
            }
        }
    }

    /** Starts a server that is a node of a cluster. */
    static RedisServer startNode(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
        all.addAll(List.of("--cluster-port", Integer.toString(freePort())));
        all.addAll(Arrays.asList(options));
        return start(all.toArray(new String[0]));
    }

    private static Process launch(Path binary, int port, String... options) throws IOException {
        Path directory = Files.createDirectories(directory(port));
        List<String> command = new ArrayList<>(List.of(binary.toString(), "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", HOST, "--dir", directory.toString(), "--save", "", "--appendonly", "no"));
        command.addAll(Arrays.asList(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
    }

    // Each run has its own: a cluster's node would remember its configuration.
    private static Path directory(int port) {
        return Path.of("target", "redis", ProcessHandle.current().pid() + "-" + port)
                .toAbsolutePath();
    }

    private static Path binary() {
        String path = System.getenv().getOrDefault("PATH", "");
        List<Path> found = new ArrayList<>();
        Stream.of(path.split(File.pathSeparator))
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .forEach(found::add);
        if (found.isEmpty() && System.getenv("CI") != null) {
            fail("A continuous build needs redis-server on the PATH");
        }
        assumeTrue(!found.isEmpty(), "No redis-server on the PATH: install Debian's package of that name");
        return found.get(0);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    HostAndPort address() {
        return new HostAndPort(HOST, port);
    }

    /** A client with a pool, as an application would have; the caller closes it. */
    RedisClient client() {
        return client(address());
    }

    static RedisClient client(HostAndPort address) {
        return RedisClient.builder().hostAndPort(address).clientConfig(config()).build();
    }

    static DefaultJedisClientConfig config() {
        return DefaultJedisClientConfig.builder().timeoutMillis(10_000).build();
    }

    /** The server's clock, which decides what it expires. */
    Instant time() {
        List<?> time = (List<?>) send(Protocol.Command.TIME);
        return Instant.ofEpochSecond(
                Long.parseLong(text(time.get(0))), TimeUnit.MICROSECONDS.toNanos(Long.parseLong(text(time.get(1)))));
    }

    /** Sends a command, and gives the answer as text. */
    String command(Protocol.Command command, String... arguments) {
        Object answer = send(command, arguments);
        return answer instanceof byte[] ? text(answer) : String.valueOf(answer);
    }

    private Object send(Protocol.Command command, String... arguments) {
        CommandArguments sent = new CommandArguments(command);
        for (String argument : arguments) {
            sent.add(argument);
        }
        try (UnifiedJedis client = client()) {
            return client.executeCommand(sent);
        }
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, StandardCharsets.UTF_8);
    }

    /** Stops and continues the process itself: it keeps its connections, and answers nothing. */
    void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start();
        if (kill.waitFor() != 0) {
            fail("kill -" + signal + " failed");
        }
    }

    static void await(String what, BooleanSupplier happened) {
        long deadline = System.nanoTime() + Duration.ofSeconds(AMPLE).toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("Not within " + AMPLE + " seconds: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static boolean answers(UnifiedJedis client) {
        try {
            return "PONG".equals(client.ping());
        } catch (JedisException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(AMPLE, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
