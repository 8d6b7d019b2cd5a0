package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of sign-ins that have begun, of which many never end here. */
@Timeout(20)
class BeginningsTest {

    private final Network network = new Network();
    private final AtprotoIdentities identities =
            network.internet.identities().executor(Runnable::run).build();
    private final AtprotoClient client = AtprotoClient.builder(network)
            .identities(identities)
            .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
            .clock(network.internet.clock)
            .build();

    private PendingAuthorization begin() {
        network.pushes();
        return client.authorize("alice.example.com");
    }

    private int kept() {
        return client.beginnings().size();
    }

    @Test
    void whatIsTooOldToEndLeavesWithTheNextOne() {
        begin();
        begin();
        assertThat(kept()).isEqualTo(2);

        network.internet.clock.advance(Duration.ofMinutes(11));
        begin();

        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void whatHasEndedLeaves() {
        network.grants(Network.granted(ALICE.toString(), ""));
        network.pushes();
        network.complete(client, "alice.example.com");
        assertThat(kept()).isZero();

        PendingAuthorization pending = begin();
        assertThatThrownBy(() -> client.complete(network.callback("error=access_denied", AS), pending.browserBinding()))
                .isInstanceOf(AccessDeniedException.class);
        assertThat(kept()).isZero();
    }

    /** Documents are as large as strangers make them. */
    @Test
    void noDocumentIsKept() {
        WeakReference<AtprotoIdentity> document = new WeakReference<>(
                identities.resolve("alice.example.com").identity().orElseThrow());
        begin();
        assertThat(identities.resolve("alice.example.com").identity())
                .as("the one that the sign-in began with")
                .containsSame(document.get());

        identities.forget(ALICE);

        while (document.get() != null) {
            // Until the test's time is over.
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            System.gc();
        }
        assertThat(kept()).isEqualTo(1);
    }
}
