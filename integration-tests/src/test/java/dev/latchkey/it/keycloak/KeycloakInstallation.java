package dev.latchkey.it.keycloak;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Keycloak's distribution as the build has unpacked it.
 *
 * <p>Two things take long and give the same every time: the augmentation (Quarkus assembles the server for its options) and an
 * empty database with the realms imported. Both are done once and kept beside the distribution; every run starts from a copy of that
 * database. They are made anew when the options or the realms change, or after {@code mvn clean}.
 */
final class KeycloakInstallation implements AutoCloseable {

    private static final List<String> BUILD = List.of(
            "build",
            "--db=dev-file",
            "--features-disabled=admin,account,scim-api",
            // Who presents no certificate is served all the same.
            "--https-client-auth=request",
            "--health-enabled=false",
            "--metrics-enabled=false");
    // Of such names Keycloak imports a folder's files. Only the first is for everybody.
    private static final List<String> REALMS =
            List.of("latchkey-realm.json", "strict-realm.json", "forgiving-realm.json", "fapi-realm.json");

    private final Path home;
    private final Path workspace;
    private final FileChannel lock;

    private KeycloakInstallation(Path home, FileChannel lock) {
        this.home = home;
        this.workspace = home.resolveSibling("latchkey");
        this.lock = lock;
    }

    /** Takes the distribution for this JVM alone; another build in the same folder waits here. */
    static KeycloakInstallation open(Path home) throws IOException {
        if (!Files.isRegularFile(home.resolve("lib/quarkus-run.jar"))) {
            throw new IOException(
                    "no Keycloak in " + home + ": run the build to pre-integration-test, which unpacks it");
        }
        Files.createDirectories(home.resolveSibling("latchkey"));
        FileChannel lock = FileChannel.open(
                home.resolveSibling("latchkey").resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        KeycloakInstallation installation = new KeycloakInstallation(home, lock);
        installation.endLeftover();
        return installation;
    }

    Path workspace() {
        return workspace;
    }

    Path certificateFile() {
        return workspace.resolve("server.p12");
    }

    /** Augments, imports the realm, and leaves a fresh database in place; quick when that was done before. */
    void prepare() throws IOException, InterruptedException {
        Path augmented =
                workspace.resolve("augmented-" + digest(String.join(" ", BUILD).getBytes(StandardCharsets.UTF_8)));
        if (!Files.exists(augmented)) {
            run(BUILD);
            Files.createFile(augmented);
        }
        Path pristine = workspace.resolve("data-" + digest(realms()));
        Path data = home.resolve("data");
        if (!Files.exists(pristine)) {
            delete(data);
            Path folder = workspace.resolve("realms");
            delete(folder);
            Files.createDirectories(folder);
            for (String name : REALMS) {
                Files.write(folder.resolve(name), realm(name));
            }
            run(List.of("import", "--optimized", "--dir=" + folder));
            Path copy = workspace.resolve("data-incomplete");
            delete(copy);
            copy(data, copy);
            Files.move(copy, pristine, StandardCopyOption.ATOMIC_MOVE);
        }
        delete(data);
        copy(pristine, data);
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        try (KeycloakProcess process = launch(command)) {
            process.awaitSuccess(Duration.ofMinutes(5));
        }
    }

    /** What {@code bin/kc.sh} runs, without the shell: one process, so that ending it ends everything. */
    KeycloakProcess launch(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx512m",
                "-XX:MaxMetaspaceSize=256m",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-Dpicocli.disable.closures=true",
                "-Dquarkus-log-max-startup-records=10000",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        Files.writeString(
                processFile(),
                process.pid() + " "
                        + process.info().startInstant().map(Instant::toString).orElse("unknown"));
        return new KeycloakProcess(process, workspace.resolve(arguments.get(0) + ".log"));
    }

    /** A JVM that was killed could not stop its Keycloak: the next one does, if it is still that very process. */
    private void endLeftover() throws IOException {
        if (!Files.exists(processFile())) {
            return;
        }
        String[] leftover = Files.readString(processFile()).split(" ", 2);
        ProcessHandle.of(Long.parseLong(leftover[0]))
                .filter(handle -> handle.info()
                        .startInstant()
                        .map(started -> started.toString().equals(leftover[1]))
                        .orElse(false))
                .ifPresent(handle -> {
                    handle.destroyForcibly();
                    handle.onExit().join();
                });
        Files.delete(processFile());
    }

    private Path processFile() {
        return workspace.resolve("process");
    }

    private static byte[] realms() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String name : REALMS) {
            all.write(realm(name));
        }
        return all.toByteArray();
    }

    private static byte[] realm(String name) throws IOException {
        try (InputStream in = KeycloakInstallation.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("no resource " + name);
            }
            return in.readAllBytes();
        }
    }

    private static String digest(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(digest)
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        for (Path path : tree(folder, Comparator.reverseOrder())) {
            Files.delete(path);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path path : tree(from, Comparator.naturalOrder())) {
            Files.copy(path, to.resolve(from.relativize(path).toString()));
        }
    }

    private static List<Path> tree(Path folder, Comparator<Path> order) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted(order).collect(Collectors.toList());
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(processFile());
        lock.close();
    }
}
