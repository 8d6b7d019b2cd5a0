package dev.latchkey.store.jdbc;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.mariadb.jdbc.Driver;

/** A MariaDB of this test run's own, on loopback, with a fresh data directory that is deleted in the end. */
final class MariaDbServer implements AutoCloseable {

    private static final int PORTS_TO_TRY = 5;
    private static final long PATIENCE_MILLIS = 60_000;

    private final Path directory;
    private final Process process;
    private final int port;
    private final Thread ender;

    private MariaDbServer(Path directory, Process process, int port) {
        this.directory = directory;
        this.process = process;
        this.port = port;
        // A test run that is interrupted leaves no server behind.
        this.ender = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ender);
    }

    static MariaDbServer start(File daemon, File installer) {
        try {
            Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
            Path directory = Files.createTempDirectory(target, "mariadb-");
            Process installing = logged(
                            directory,
                            installer.getPath(),
                            "--no-defaults",
                            "--user=" + System.getProperty("user.name"),
                            "--datadir=" + directory.resolve("data"),
                            "--auth-root-authentication-method=normal",
                            "--skip-test-db")
                    .start();
            if (!installing.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS) || installing.exitValue() != 0) {
                installing.destroyForcibly();
                throw new IllegalStateException("mariadb-install-db failed: " + log(directory));
            }
            // MariaDB cannot be told to take any port and say which: so somebody else may take it first.
            for (int i = 0; i < PORTS_TO_TRY; i++) {
                Optional<MariaDbServer> started = start(daemon, directory, freePort());
                if (started.isPresent()) {
                    return started.get();
                }
            }
            throw new IllegalStateException("mariadbd did not start: " + log(directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Optional<MariaDbServer> start(File daemon, Path directory, int port)
            throws IOException, InterruptedException {
        Process process = logged(
                        directory,
                        daemon.getPath(),
                        "--no-defaults",
                        "--user=" + System.getProperty("user.name"),
                        "--datadir=" + directory.resolve("data"),
                        // Relative to the data directory: a socket's path has 107 characters at the most.
                        "--socket=socket",
                        "--pid-file=pid",
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--skip-name-resolve",
                        "--skip-log-bin",
                        "--max-connections=200",
                        "--innodb-buffer-pool-size=32M",
                        "--innodb-flush-log-at-trx-commit=0",
                        // As MariaDB 11.8 has it by default.
                        "--innodb-snapshot-isolation=ON")
                .start();
        MariaDbServer server = new MariaDbServer(directory, process, port);
        long waitedUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (process.isAlive() && System.nanoTime() < waitedUntil) {
            try {
                server.dataSource().getConnection().close();
                return Optional.of(server);
            } catch (SQLException e) {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        server.end();
        return Optional.empty();
    }

    DataSource dataSource() {
        String url = "jdbc:mariadb://127.0.0.1:" + port + "/mysql?user=root";
        return (PlainDataSource) () -> new Driver().connect(url, new Properties());
    }

    @Override
    public void close() throws IOException {
        end();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.delete(file);
            }
        }
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(ender);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ProcessBuilder logged(Path directory, String... command) {
        return new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()));
    }

    private static String log(Path directory) throws IOException {
        return Files.readString(directory.resolve("log"));
    }
}
