package dev.latchkey.store.jdbc;

import java.io.File;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * MariaDB as itself, the one that is installed (Debian: {@code mariadb-server}): started for the first test class that needs
 * it, stopped after the last test.
 *
 * <p>Where it is not installed the tests are skipped; {@code .ci/run} installs it.
 */
final class MariaDb implements BeforeAllCallback {

    private MariaDbServer server;

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<File> daemon = find("mariadbd");
        Optional<File> installer = find("mariadb-install-db");
        Assumptions.assumeTrue(
                daemon.isPresent() && installer.isPresent(),
                "MariaDB is not installed: no mariadbd and mariadb-install-db on the PATH or in /usr/sbin");
        server = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .getOrComputeIfAbsent(
                        MariaDbServer.class,
                        type -> MariaDbServer.start(daemon.orElseThrow(), installer.orElseThrow()),
                        MariaDbServer.class);
    }

    DataSource dataSource() {
        return server.dataSource();
    }

    private static Optional<File> find(String name) {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst();
    }
}
