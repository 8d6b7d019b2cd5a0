package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example web application in the laboratory, whose browsers are played; {@code WebAppIT} has a real one. */
final class WebAppTest {

    private final WebAppWorld here = new WebAppWorld();
    private final World world = here.world;
    private final WebAppBrowser browser = here.browser;

    @AfterEach
    void close() {
        here.close();
    }

    @Test
    void signsSeveralAccountsInAndOneOut() {
        LabAccount bob = world.lab.account("bob.test", world.pds);
        HttpResponse<String> in = here.signIn(browser, "alice.test");
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(WebAppWorld.location(in)).isEqualTo(here.app.address() + "/");
        here.signIn(browser, "@bob.test");
        assertThat(browser.start()).contains(world.alice.did(), bob.did(), "as.test");
        assertThat(world.lab.log().to("pds.test", "/xrpc/com.atproto.server.getSession"))
                .isNotEmpty();
        assertThat(new WebAppBrowser(here.app.port()).start()).doesNotContain("did:plc:");

        HttpResponse<String> out = browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test");

        assertThat(out.statusCode()).isEqualTo(200);
        assertThat(out.body())
                .contains("role=\"status\"")
                .contains(world.alice.did() + " is signed out, and as.test has ended the session.")
                .doesNotContain("value=\"" + world.alice.did());
        assertThat(world.server.sessions()).containsExactly(bob.did());
        assertThat(browser.start()).contains(bob.did());
        assertThat(browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test")
                        .body())
                .contains("You are signed out of that account already.");
        assertThat(world.lab.log().violations()).isEmpty();
    }

    /** Two browsers of one person: each has its own session. */
    @Test
    void signingOutLeavesTheOtherBrowserAlone() {
        WebAppBrowser other = new WebAppBrowser(here.app.port());
        here.signIn(browser, "alice.test");
        here.signIn(other, "alice.test");
        assertThat(world.server.sessions()).hasSize(2);

        browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test");

        assertThat(world.server.sessions()).hasSize(1);
        assertThat(other.start()).contains(world.alice.did()).doesNotContain("problem");
    }

    /** Of somebody who has moved and signed in again, the button ends the session that it stands for. */
    @Test
    void whoHasMovedIsSignedOutWhereTheAccountIs() {
        here.signIn(browser, "alice.test");
        LabAuthorizationServer other = world.lab.authorizationServer("other.test");
        world.lab.directory().move(world.alice, world.lab.pds("new.test", other));
        world.clock.ahead(Duration.ofMinutes(11));
        here.signIn(browser, "alice.test");
        assertThat(browser.start()).contains("value=\"https://other.test\"");
        assertThat(other.sessions()).hasSize(1);

        HttpResponse<String> out =
                browser.post("/logout", "account", world.alice.did(), "issuer", "https://other.test");

        assertThat(out.body()).contains("is signed out, and other.test has ended the session.");
        assertThat(other.sessions()).isEmpty();
    }

    @Test
    void aRestartKeepsTheAccounts() {
        here.signIn(browser, "alice.test");
        here.app.close();
        here.app = here.start(Optional.empty());
        browser.at(here.app.port());

        assertThat(browser.start()).contains(world.alice.did()).doesNotContain("problem");
        assertThat(new WebAppBrowser(here.app.port()).start()).doesNotContain(world.alice.did());
    }

    /** The secret of the browser would open the account to whoever reads the here.store. */
    @Test
    void theStoreHasNoSecretOfTheBrowser() {
        here.signIn(browser, "alice.test");
        String visit = browser.setCookies().get(0).split("[=;]", -1)[1];

        assertThat(visit).hasSize(43);
        assertThat(here.client.accounts())
                .singleElement()
                .satisfies(account -> assertThat(account.session()).hasSize(43).isNotEqualTo(visit));
    }

    @Test
    void saysThatTheServerWasNotTold() {
        here.signIn(browser, "alice.test");
        world.server.host().script("/oauth/revoke", Reply.text("no").status(503));

        HttpResponse<String> out = browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test");

        WebAppWorld.isProblem(out, 200, world.alice.did() + " is signed out here, but as.test could not be told.");
        assertThat(here.client.accounts()).isEmpty();
        assertThat(browser.start()).doesNotContain(world.alice.did());
    }

    @Test
    void whoCouldNotBeSignedOutStaysAndMayTryAgain() {
        here.signIn(browser, "alice.test");
        here.store.fails = true;
        HttpResponse<String> out = browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test");
        here.store.fails = false;

        assertThat(out.statusCode()).as(out.body()).isGreaterThanOrEqualTo(500);
        assertThat(out.body()).contains("role=\"alert\"").doesNotContain("signed out");
        assertThat(browser.start()).contains(world.alice.did());
        assertThat(browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test")
                        .body())
                .contains("as.test has ended the session");
    }

    @Test
    void offersToSignInAgainWhenTheSessionHasEnded() {
        here.signIn(browser, "alice.test");
        world.server.endSessions();

        assertThat(browser.start()).contains("That session has ended. Sign in again.", "Sign in again<");

        here.signIn(browser, world.alice.did());
        assertThat(browser.start()).contains(world.alice.did()).doesNotContain("problem");
    }

    @Test
    void whoIsTurnedAwayIsToldSo() {
        world.server.denies(true);

        WebAppWorld.isProblem(here.signIn(browser, "alice.test"), 403, "the sign-in was turned down");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody.test", "", "alice", "did:plc:x", "did:key:z", "https://", "http://10.0.0.1"})
    void aNameOfNobodysIsSaidSo(String typed) {
        HttpResponse<String> page = browser.post("/login", "handle", typed);

        WebAppWorld.isProblem(page, 400, "Nobody was found by that name. Check the spelling");
        assertThat(page.body()).contains("value=\"" + typed + "\"");
    }

    @Test
    void aServerThatIsDownIsSaidSo() {
        world.server.host().script("/oauth/par", Reply.text("no").status(503));

        WebAppWorld.isProblem(browser.post("/login", "handle", "alice.test"), 503, "Try again in a minute");
    }

    /** A failure of ours in the middle: a whole page, which says nothing about the inside. */
    @Test
    void nothingOfTheInsideIsShown() {
        browser.start();
        here.store.breaks = true;

        HttpResponse<String> page = browser.post("/login", "handle", "alice.test");

        WebAppWorld.isProblem(page, 500, "Tell whoever runs this application.");
        assertThat(page.body()).endsWith("</html>\n").doesNotContain("Exception", "\tat ", "the store is broken");
    }
}
