package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sign-in in one call, and what a client that is closed says. */
@Timeout(20)
class InteractiveTest {

    private static final AtprotoRequest ALICES = AtprotoRequest.of("alice.example.com");

    private final Network network = new Network().pushes().grants(Network.granted(ALICE.toString(), ""));
    private final AtprotoClient client = network.client(AtprotoClientMetadata.localhost(
            Permission.scopes(Permission.TRANSITION_GENERIC),
            URI.create("http://127.0.0.1/callback"),
            URI.create("http://[::1]/callback")));

    private String pushed(String name) {
        return String.valueOf(network.last("/oauth/par").form().get(name));
    }

    /** As a browser does it: on its own, and not before somebody listens. */
    private static CompletableFuture<Integer> visit(URI redirectUri, String state) {
        URI callback = URI.create(redirectUri + "?code=c0de&iss=https%3A%2F%2Fas.example.org&state=" + state);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return ((HttpURLConnection) callback.toURL().openConnection()).getResponseCode();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                each -> new Thread(each, "browser").start());
    }

    @Test
    void comesBackToTheReceiverWithItsOwnStateAlone() {
        List<URI> pages = new ArrayList<>();
        List<CompletableFuture<Integer>> visits = new ArrayList<>();
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            SignIn signIn = client.interactive(
                    ALICES.session("one"),
                    receiver,
                    page -> {
                        pages.add(page);
                        // Somebody else's does not end the wait.
                        visits.add(visit(receiver.redirectUri(), "forged")
                                .thenCompose(status -> visit(receiver.redirectUri(), pushed("state"))));
                    },
                    Duration.ofSeconds(15));

            assertThat(signIn.account().subject()).isEqualTo(ALICE.toString());
            assertThat(signIn.account().session()).isEqualTo("one");
            assertThat(pushed("redirect_uri")).isEqualTo(receiver.redirectUri().toString());
        }
        assertThat(visits).hasSize(1).allSatisfy(each -> assertThat(each).succeedsWithin(Duration.ofSeconds(10)));
        assertThat(pages)
                .singleElement()
                .satisfies(page -> assertThat(Network.query(page)).containsKey("request_uri"));
    }

    @Test
    void aRequestThatComesBackElsewhereIsRefusedBeforeAnythingIsAsked() {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            AtprotoRequest elsewhere = ALICES.redirectUri(URI.create("http://127.0.0.1:1/callback"));

            assertThatThrownBy(() -> client.interactive(elsewhere, receiver, page -> {}))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("redirectUri: is not the receiver's");
        }
        assertThat(network.internet.requests()).isEmpty();
    }

    @Test
    void aBrowserThatIsNotThereIsSaidToBe() {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            assertThatThrownBy(() -> client.interactive(ALICES, receiver, page -> {
                        throw new IOException("no display");
                    }))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("browser: cannot be opened (no display)");
        }
    }

    @Test
    void aRedirectUriThatIsNoneOfTheClientsIsToldWhichThereAre() {
        AtprotoRequest elsewhere = ALICES.redirectUri(URI.create("http://127.0.0.1/other"));

        assertThatThrownBy(() -> client.authorize(elsewhere))
                .hasMessageContaining("redirect_uri: is none of the client's metadata, which has"
                        + " [http://127.0.0.1/callback, http://[::1]/callback]");
    }

    /** And not that the directory is down, which would have one wait. */
    @Test
    void aClosedClientSaysSoAndAsksNobody() {
        client.close();
        Account alice = Account.of("https://as.example.org", ALICE.toString());

        List<ThrowingCallable> calls = List.of(
                () -> client.authorize("alice.example.com"),
                () -> client.calls(alice),
                () -> client.transport(alice),
                () -> join(client));

        assertThat(calls)
                .allSatisfy(call -> assertThat(catchThrowableOfType(ConfigurationException.class, call))
                        .hasMessage("client: is closed"));
        assertThat(network.internet.requests()).isEmpty();
    }

    private static void join(AtprotoClient client) throws Throwable {
        try {
            var unused = client.async().authorize("alice.example.com").join();
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }
}
