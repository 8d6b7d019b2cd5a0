package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.WireServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names of several addresses, and of other ones the next time, over the JDK's client, which looks a name up by itself: in a JVM of its own,
 * since that is where names can be given.
 */
@Timeout(30)
class JdkAddressesTest {

    private static final String HOST = "pds.stranger.com";
    private static final String HERE = "127.0.0.1 " + HOST + "\n";
    private static final String INSIDE = "10.0.0.1 " + HOST + "\n";

    @TempDir
    private Path folder;

    private List<String> outcomes(String hosts, String... arguments) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("hosts"), hosts);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Djdk.net.hosts.file=" + file,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                HostsProgram.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return List.of(said.split("\\R", -1)).subList(0, said.split("\\R", -1).length - 1);
    }

    private static WireServer server() throws IOException {
        return WireServer.start(connection -> connection.respond("200 OK", "Connection: close\r\n", "reached"));
    }

    private static String address(WireServer server) {
        return "http://" + HOST + ":" + server.uri("/").getPort() + "/";
    }

    @Test
    void t9_oneRefusedAddressAmongSeveralIsEnoughWhereverItStands() throws Exception {
        try (WireServer server = server()) {
            String address = address(server);

            assertThat(outcomes(HERE, address)).as("the name leads here").containsExactly("200");
            assertThat(outcomes(HERE + INSIDE, address)).containsExactly("ADDRESS");
            assertThat(outcomes(INSIDE + HERE, address)).containsExactly("ADDRESS");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    /** The JVM keeps what it has found, and so the client connects to what was checked. */
    @Test
    void t9_theAddressThatWasCheckedIsTheOneThatIsConnectedTo() throws Exception {
        try (WireServer server = server()) {
            String other = "http://other.stranger.com:" + server.uri("/").getPort() + "/";

            assertThat(outcomes(
                            HERE,
                            address(server),
                            folder.resolve("hosts") + "=" + INSIDE + "127.0.0.1 other.stranger.com\n",
                            address(server),
                            other))
                    .containsExactly("200", "200", "200");
            assertThat(server.connections()).as("none is used again").isEqualTo(3);
            assertThat(outcomes(INSIDE, address(server))).containsExactly("ADDRESS");
        }
    }
}
