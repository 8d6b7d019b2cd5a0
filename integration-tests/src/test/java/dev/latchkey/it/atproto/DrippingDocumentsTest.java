package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.atproto.Handle;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.LabHost;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strangers' documents that come a byte at a time: each byte is in time, and whoever reads them all waits for half a minute and has
 * what is right.
 */
@Timeout(60)
final class DrippingDocumentsTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private final World world = new World();

    @AfterEach
    void close() {
        world.close();
    }

    /** On a machine that is too busy to get as far as the document in time, the same is done with more of it. */
    private void endsInTime(LabHost host, String path, Consumer<Duration> work) {
        Duration limit = SHORT;
        do {
            Duration time = limit;
            assertThatThrownBy(() -> work.accept(time)).isInstanceOf(TemporaryFailureException.class);
            limit = limit.multipliedBy(3);
        } while (world.lab.log().to(host.name(), path).isEmpty());
    }

    private void dripsAndEndsInTime(LabHost host, String path, Consumer<Duration> work) {
        host.alter(path, Reply::dripping);
        endsInTime(host, path, work);
    }

    private void findsAccount(Transport transport, Duration timeout) {
        world.finder(transport).timeout(timeout).build().resolve(Handle.of("alice.test"));
    }

    private void findsServer(Transport transport, Duration timeout) {
        world.finderOfServers(transport).timeout(timeout).build().of(URI.create("https://pds.test"));
    }

    @ParameterizedTest
    @EnumSource
    void anAccounts(Transport transport) {
        dripsAndEndsInTime(
                world.lab.directory().host(), "/" + world.alice.did(), timeout -> findsAccount(transport, timeout));
    }

    @ParameterizedTest
    @EnumSource
    void aHandles(Transport transport) {
        String file = "/.well-known/atproto-did";
        world.lab.dns().missing("_atproto.alice.test");
        world.lab
                .host("alice.test")
                .script(file, Reply.text(" ".repeat(500) + world.alice.did()).dripping());
        endsInTime(world.lab.host("alice.test"), file, timeout -> findsAccount(transport, timeout));
    }

    @ParameterizedTest
    @EnumSource
    void aResources(Transport transport) {
        dripsAndEndsInTime(
                world.lab.host("pds.test"),
                "/.well-known/oauth-protected-resource",
                timeout -> findsServer(transport, timeout));
    }

    @ParameterizedTest
    @EnumSource
    void aServers(Transport transport) {
        dripsAndEndsInTime(
                world.lab.host("as.test"),
                "/.well-known/oauth-authorization-server",
                timeout -> findsServer(transport, timeout));
    }
}
