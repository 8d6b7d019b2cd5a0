package dev.latchkey.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.WireServer;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of more than one address, in a process of its own: where the JVM looks names up is settled when it starts. */
class AddressesOfANameTest {

    private static final String NAME = "pds.stranger.com";
    private static final String LOOPBACK = "127.0.0.1";

    @TempDir
    Path folder;

    /** Which one the client would take is not the question. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1 10.0.0.1", "10.0.0.1 127.0.0.1", "127.0.0.1 127.0.0.1 169.254.169.254"})
    void t9_oneRefusedAddressAmongManyIsEnough(String addresses) throws Exception {
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"))) {
            assertThat(send(server, hosts(addresses), hosts(addresses))).isEqualTo("ADDRESS NOT_SENT");
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aNameOfAllowedAddressesAloneIsReached() throws Exception {
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"))) {
            assertThat(send(server, hosts("127.0.0.1 127.0.0.2"), hosts(LOOPBACK)))
                    .isEqualTo("200");
        }
    }

    /** Another one that would be allowed as well: it is not that the second look-up is checked, there is none. */
    @Test
    void t9_aNameThatIsReboundOnceItWasCheckedIsReachedWhereItWasChecked() throws Exception {
        try (WireServer server = WireServer.start(connection -> connection.respond("200 OK", "", "reached"))) {
            assertThat(send(server, hosts(LOOPBACK), hosts("127.0.0.2"))).isEqualTo("200");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    private static String hosts(String addresses) {
        return Stream.of(addresses.split(" ", -1))
                .map(address -> address + " " + NAME + "\n")
                .collect(Collectors.joining());
    }

    private String send(WireServer server, String before, String after) throws Exception {
        Path file = Files.writeString(folder.resolve("hosts"), before);
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + file,
                        "-cp",
                        Stream.of(AddressesOfANameProgram.class, JdkTransport.class, HttpTransport.class)
                                .map(AddressesOfANameTest::home)
                                .distinct()
                                .collect(Collectors.joining(File.pathSeparator)),
                        AddressesOfANameProgram.class.getName(),
                        "http://" + NAME + ":" + server.uri("/").getPort() + "/",
                        after))
                .redirectErrorStream(true);
        // With it, each Java says first that it has seen it.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(1, TimeUnit.MINUTES))
                    .as("the program ends")
                    .isTrue();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The directory or jar that a class comes from. */
    private static String home(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        String source = String.valueOf(type.getResource("/" + name));
        String home = source.substring(0, source.length() - name.length());
        return Path.of(URI.create(home.startsWith("jar:") ? home.substring(4, home.length() - 2) : home))
                .toString();
    }
}
