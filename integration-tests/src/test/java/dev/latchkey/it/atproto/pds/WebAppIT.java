package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.it.browser.Browser;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The example web application as a user starts it, in Chromium, with accounts at a real server. */
class WebAppIT {

    private static final By HANDLE = By.id("handle");
    private static final By SIGN_IN = By.xpath("//form[.//input[@id='handle']]//button");

    private static PdsWorld world;
    private static Browser browser;
    private static Person alice;
    private static Person bob;

    @TempDir
    private Path home;

    @BeforeAll
    static void start(@TempDir Path folder) {
        world = new PdsWorld(folder);
        browser = world.browser;
        alice = world.person("alice.test");
        bob = world.person("bob.test");
    }

    @AfterAll
    static void stop() {
        if (world != null) {
            world.close();
        }
    }

    @AfterEach
    void endSessions() {
        world.pds.end(alice.did());
        world.pds.end(bob.did());
    }

    private WebApp app(String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--port",
                "0",
                "--store",
                home.resolve("store").toString(),
                "--dangerously-allow-http",
                "--plc-directory",
                world.pds.directory().toString(),
                "--dns",
                world.dns()));
        options.addAll(List.of(more));
        return WebApp.start(home, options.toArray(new String[0]));
    }

    /** On the application's page, on the server's pages, and back again. */
    private static void signIn(URI page, String typed, Person person) {
        browser.open(page);
        browser.type(HANDLE, typed);
        browser.press(SIGN_IN);
        person.signIn(browser);
        person.authorize(browser);
        browser.awaitText(person.did());
    }

    private static void signOut(Person person) {
        browser.press(By.cssSelector("button[value='" + person.did() + "']"));
        browser.awaitText(person.handle() + " is signed out, and "
                + world.pds.server().getAuthority() + " has ended the session.");
    }

    @Test
    void severalAccountsSignInAndOneOut() {
        try (WebApp app = app()) {
            assertThat(app.errors())
                    .contains("warning: --dangerously-allow-http lets servers of accounts be on this machine")
                    .contains("warning: --plc-directory lets ");
            signIn(app.address(), "@Alice.test", alice);
            assertThat(browser.address()).isEqualTo(app.address());
            assertThat(browser.text()).contains("alice.test\n" + alice.did() + " at localhost:");
            signIn(app.address(), "bob.test", bob);
            assertThat(browser.text()).contains(alice.did(), "bob.test\n" + bob.did());
            assertThat(world.pds.sessions(alice.did())).as("at the server").hasSize(1);

            signOut(alice);

            assertThat(browser.text()).doesNotContain(alice.did()).contains(bob.did());
            assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
            assertThat(world.pds.sessions(bob.did())).as("at the server").hasSize(1);
            browser.open(app.address());
            assertThat(browser.text()).doesNotContain(alice.did()).contains("bob.test\n" + bob.did());
            signOut(bob);
        }
    }

    /** As one tries it out, with no DNS that knows the handle. */
    @Test
    void theServerItselfFindsItsHandles() {
        try (WebApp app = WebApp.start(
                home,
                "--port",
                "0",
                "--dangerously-allow-http",
                "--plc-directory",
                world.pds.directory().toString(),
                "--handle-service",
                world.pds.server().toString())) {
            assertThat(app.errors())
                    .contains("warning: --handle-service lets "
                            + world.pds.server().getAuthority());
            signIn(app.address(), "alice.test", alice);
            signOut(alice);
        }
    }

    /** At another port: the cookie is for all ports of the address, and the client is the same. */
    @Test
    void aRestartKeepsTheAccounts() {
        try (WebApp app = app()) {
            signIn(app.address(), alice.did(), alice);
        }
        try (WebApp app = app()) {
            browser.open(app.address());
            browser.awaitText("alice.test\n" + alice.did());
            signOut(alice);
            assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
        }
    }

    @Test
    void aForgedCallbackSignsNobodyIn() {
        try (WebApp app = app()) {
            browser.open(app.address());
            browser.open(app.address()
                    .resolve("/callback?code=cod-forged&state=forged-forged-forged-forged&iss=" + world.pds.server()));

            assertThat(browser.text(By.cssSelector("[role=alert]")))
                    .startsWith("Nobody was signed in: this browser did not begin that sign-in");
            browser.open(app.address());
            assertThat(browser.text()).doesNotContain("Your accounts", "did:plc:");
        }
    }

    @Test
    void saysWhatToDoWhenItFails() {
        try (WebApp app = app()) {
            browser.open(app.address());
            browser.type(HANDLE, "nobody.test");
            browser.press(SIGN_IN);
            browser.awaitText("Nobody was found by that name. Check the spelling");

            browser.type(HANDLE, "alice.test");
            browser.press(SIGN_IN);
            alice.signIn(browser);
            alice.deny(browser);
            browser.awaitText("Nobody was signed in: the sign-in was turned down.");

            signIn(app.address(), "alice.test", alice);
            world.pds.end(alice.did());
            browser.open(app.address());
            browser.awaitText("That session has ended. Sign in again.");
            assertThat(browser.text()).as("still by its name").contains("alice.test\n" + alice.did());
            browser.press(By.xpath("//button[starts-with(., 'Sign in again')]"));
            alice.signIn(browser);
            alice.authorize(browser);
            browser.awaitText("alice.test\n" + alice.did());
            assertThat(app.errors()).doesNotContain("Exception");
        }
    }

    @Test
    void saysWhyItDoesNotStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            assertThatThrownBy(() -> app("--port", String.valueOf(taken.getLocalPort())))
                    .hasMessageContaining("It does not start: Address already in use")
                    .hasMessageContaining("--port PORT")
                    .message()
                    .doesNotContain("\tat ");
        }
        assertThatThrownBy(() -> app("--url", "https://localhost"))
                .hasMessageContaining("It does not start: client_id: ")
                .message()
                .doesNotContain("\tat ");
    }

    /** The server reads the client's document, the keys of its assertions in it; the cookies are {@code __Host-} ones. */
    @Test
    void behindAProxyItIsAConfidentialClient() throws IOException, JOSEException {
        Path key = Files.writeString(home.resolve("key.pem"), pem());
        URI address = URI.create("https://" + PdsWorld.HOST + "/");
        try (WebApp app = app("--url", address.toString(), "--key", key.toString())) {
            assertThat(app.address()).isEqualTo(address);
            world.forward(app.port());

            browser.open(address.resolve("/client-metadata.json"));
            assertThat(browser.text())
                    .contains("\"client_id\":\"" + address + "client-metadata.json\"")
                    .contains("\"token_endpoint_auth_method\":\"private_key_jwt\"");

            signIn(address, "alice.test", alice);

            assertThat(browser.address()).isEqualTo(address);
            assertThat(world.pds.sessions(alice.did())).containsExactly(address + "client-metadata.json");
            assertThat(browser.cookies()).containsExactly("__Host-latchkey-visit");
            signOut(alice);
            assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
        }
    }

    /** The policy lets the style in, and a telephone shows all of it. */
    @Test
    void thePageIsReadableOnATelephone() {
        try (WebApp app = app()) {
            browser.size(360, 640);
            signIn(app.address(), "alice.test", alice);

            assertThat(browser.style(By.tagName("main"), "max-width")).isEqualTo("544px");
            assertThat(browser.width()).isLessThanOrEqualTo(360);
            signOut(alice);
        } finally {
            browser.size(1280, 900);
        }
    }

    private static String pem() throws JOSEException {
        byte[] key = new ECKeyGenerator(Curve.P_256).generate().toECPrivateKey().getEncoded();
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n";
    }
}
