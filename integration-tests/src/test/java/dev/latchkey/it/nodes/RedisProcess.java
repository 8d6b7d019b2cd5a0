package dev.latchkey.it.nodes;

import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisException;

/** A {@code redis-server} from the PATH, on loopback. */
final class RedisProcess implements Closeable {

    private static final int ATTEMPTS = 5;

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static RedisProcess start(Path directory) throws IOException {
        Path binary = binary();
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Process process = new ProcessBuilder(List.of(
                            binary.toString(),
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--dir",
                            directory.toString(),
                            "--save",
                            "",
                            "--appendonly",
                            "no"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("redis.log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            if (answers(process, port)) {
                return new RedisProcess(process, port);
            }
            // Somebody took the port in the meantime.
            if (attempt == ATTEMPTS) {
                throw new IOException(
                        "redis-server does not start: " + Files.readString(directory.resolve("redis.log")));
            }
        }
    }

    private static boolean answers(Process process, int port) {
        try (RedisClient client = client(port)) {
            while (process.isAlive()) {
                try {
                    return "PONG".equals(client.ping());
                } catch (JedisException e) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                }
            }
            return false;
        }
    }

    static RedisClient client(int port) {
        return RedisClient.builder().hostAndPort("127.0.0.1", port).build();
    }

    private static Path binary() throws IOException {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(
                        "no redis-server on the PATH: install Debian's package of that name, as .ci/run does"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
