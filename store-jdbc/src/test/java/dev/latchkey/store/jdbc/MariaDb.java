package dev.latchkey.store.jdbc;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * MariaDB as itself, the one that is installed (Debian: {@code mariadb-server}): started for the first test class that needs
 * it, stopped after the last test.
 *
 * <p>Where it is not installed the tests are skipped, and fail with {@code CI} set; {@code .ci/run} installs it.
 */
final class MariaDb implements BeforeAllCallback {

    private static final String MISSING =
            "no mariadbd and mariadb-install-db on the PATH or in /usr/sbin; install Debian's package mariadb-server";

    private MariaDbServer server;

    @Override
    public void beforeAll(ExtensionContext context) {
        Optional<File> daemon = find("mariadbd");
        Optional<File> installer = find("mariadb-install-db");
        boolean installed = daemon.isPresent() && installer.isPresent();
        if (!installed && System.getenv("CI") != null) {
            fail("A continuous build needs MariaDB: " + MISSING);
        }
        assumeTrue(installed, MISSING);
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
