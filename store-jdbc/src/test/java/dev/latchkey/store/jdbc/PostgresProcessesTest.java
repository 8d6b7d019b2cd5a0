package dev.latchkey.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.TokenStore;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.Driver;

/** Nodes are processes, which share nothing but the database. */
final class PostgresProcessesTest {

    @RegisterExtension
    static final Postgres POSTGRES = new Postgres();

    private static final int PROCESSES = 4;
    private static final int TIMES = 150;

    @Test
    void processesThatCountByCompareAndSetLoseNothing() throws Exception {
        JdbcTokenStore store =
                JdbcTokenStore.builder(POSTGRES.dataSource()).table("processes").build();
        store.createTable();
        store.replace(CountingProcess.KEY, RecordVersion.ABSENT, CountingProcess.record(0));
        List<Process> processes = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(start());
            }
            for (Process process : processes) {
                BufferedReader said =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                assertThat(said.readLine()).isEqualTo("ready");
            }
            for (Process process : processes) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            for (Process process : processes) {
                assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
        }

        byte[] counted = store.find(CountingProcess.KEY).orElseThrow().record().content();
        assertThat(new String(counted, StandardCharsets.UTF_8)).isEqualTo(Integer.toString(PROCESSES * TIMES));
        try (Connection connection = POSTGRES.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE processes");
        }
    }

    private static Process start() throws Exception {
        String classPath = Stream.of(CountingProcess.class, JdbcTokenStore.class, TokenStore.class, Driver.class)
                .map(PostgresProcessesTest::home)
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        CountingProcess.class.getName(),
                        POSTGRES.url(),
                        "processes",
                        Integer.toString(TIMES))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The folder or jar that a class comes from; a module that is patched with its tests has two. */
    private static String home(Class<?> type) {
        String file = "/" + type.getName().replace('.', '/') + ".class";
        URL found = type.getResource(file);
        String path = found.toString();
        String home = path.substring(0, path.length() - file.length());
        if (home.startsWith("jar:")) {
            home = home.substring("jar:".length(), home.length() - 1);
        }
        return Path.of(URI.create(home)).toString();
    }
}
