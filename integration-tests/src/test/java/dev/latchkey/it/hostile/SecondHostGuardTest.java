package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.it.Transport;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The guard after every hostile test fails where somebody was asked elsewhere, and only there. */
@Timeout(180)
class SecondHostGuardTest {

    private static final class Passer extends Victim {
        Passer() {
            super(Transport.JDK);
        }
    }

    private final Victim victim = new Passer();

    @Test
    void itSeesOneWhoFollowsARedirect() throws Exception {
        victim.server.redirects("/token", 307);
        HttpClient follower = HttpClient.newBuilder()
                .sslContext(victim.server.trust().sslContext())
                .followRedirects(Redirect.ALWAYS)
                .build();

        // The second host's certificate is another one: what fails in TLS has been an attempt all the same.
        var unused = catchThrowable(() -> follower.send(
                HttpRequest.newBuilder(victim.server.uri("/token")).build(), BodyHandlers.discarding()));

        assertThatThrownBy(victim::nobodyElsewhereWasAsked).isInstanceOf(AssertionError.class);
    }

    @Test
    void itSeesAConnectionThatSaysNothing() throws IOException {
        URI elsewhere = victim.server.elsewhere("/");
        new Socket(elsewhere.getHost(), elsewhere.getPort()).close();

        assertThatThrownBy(victim::nobodyElsewhereWasAsked).isInstanceOf(AssertionError.class);
    }

    @Test
    void itIsQuietWhereNobodyWasAsked() {
        victim.server.redirects("/token", 307);

        assertThatCode(victim::nobodyElsewhereWasAsked).doesNotThrowAnyException();
    }
}
