package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the example web application refuses, and what it tells browsers to refuse. */
final class WebAppDefenceTest {

    private final WebAppWorld here = new WebAppWorld();
    private final World world = here.world;
    private final WebAppBrowser browser = here.browser;

    @AfterEach
    void close() {
        here.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "wrong"})
    void formsOfOtherPagesAreRefused(String token) {
        here.signIn(browser, "alice.test");
        String foreign = token.equals("wrong") ? new WebAppBrowser(here.app.port()).token() : token;
        world.lab.log().clear();

        HttpResponse<String> out = browser.postAsItIs(
                "/logout", "token", foreign, "account", world.alice.did(), "issuer", "https://as.test");
        HttpResponse<String> in = browser.postAsItIs("/login", "token", foreign, "handle", "alice.test");

        WebAppWorld.isProblem(out, 403, "That page was too old");
        WebAppWorld.isProblem(in, 403, "That page was too old");
        assertThat(world.server.sessions()).hasSize(1);
        assertThat(world.lab.log().to("as.test", "/oauth/par")).isEmpty();
        assertThat(browser.get("/logout?account=" + world.alice.did()).statusCode())
                .isEqualTo(303);
        assertThat(world.server.sessions()).hasSize(1);
    }

    @Test
    void aBrowserWithoutCookiesIsToldSo() {
        String token = browser.token();

        WebAppWorld.isProblem(
                new WebAppBrowser(here.app.port()).postAsItIs("/login", "token", token, "handle", "alice.test"),
                403,
                "Allow them, and try again.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/callback",
                "/callback?code=x&state=y&iss=https%3A%2F%2Fas.test",
                "/callback?state=y&error=access_denied",
                "/callback?state=y&state=z"
            })
    void aForgedCallbackSignsNobodyIn(String forged) {
        WebAppWorld.isProblem(browser.get(forged), 400, "this browser did not begin that sign-in");
        assertThat(browser.start()).doesNotContain("did:plc:");
        assertThat(world.lab.log().to("as.test", "/oauth/token")).isEmpty();
    }

    /** Whoever gets somebody to open his own callback would have that one write into his account. */
    @Test
    void theCallbackOfAnotherBrowserSignsNobodyIn() {
        WebAppBrowser attacker = new WebAppBrowser(here.app.port());
        String callback = here.callback(attacker, "alice.test");
        browser.start();

        WebAppWorld.isProblem(browser.get(callback), 400, "this browser did not begin that sign-in");

        assertThat(browser.start()).doesNotContain(world.alice.did());
        assertThat(world.server.sessions()).isEmpty();
        assertThat(attacker.get(callback).statusCode()).isEqualTo(303);
    }

    @Test
    void aCallbackIsGoodOnce() {
        String callback = here.callback(browser, "alice.test");
        String binding = browser.setCookies().get(browser.setCookies().size() - 1);
        browser.get(callback);
        assertThat(browser.setCookies())
                .contains(binding.replaceFirst("=[^;]+; Path=/; Max-Age=600", "=; Path=/; Max-Age=0"));

        WebAppWorld.isProblem(browser.get(callback), 400, "this browser did not begin that sign-in");
    }

    /** Nobody could ever see that session, or end it. */
    @Test
    void aSessionOfABrowserThatForgotItselfIsEnded() {
        String callback = here.callback(browser, "alice.test");
        browser.forget("latchkey-visit");

        WebAppWorld.isProblem(browser.get(callback), 400, "this browser did not begin that sign-in");

        assertThat(here.client.accounts()).isEmpty();
        assertThat(world.server.sessions()).isEmpty();
    }

    @Test
    void aCallbackOfAnotherServerIsRefused() {
        world.lab.authorizationServer("evil.test");
        String callback = here.callback(browser, "alice.test").replace("as.test", "evil.test");

        WebAppWorld.isProblem(browser.get(callback), 502, "cannot be right");

        assertThat(world.server.sessions()).isEmpty();
    }

    @Test
    void whateverOthersSayIsNeverMarkup() {
        String evil = "\"><script>alert('1')</script>";
        String text = "&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;";
        HttpResponse<String> login = browser.post("/login", "handle", evil);
        assertThat(login.body()).contains("value=\"" + text + "\"").doesNotContain("<script");
        here.signIn(browser, "alice.test");
        JsonObject session = new JsonObject();
        session.addProperty("handle", evil);
        world.pds.host().script("/xrpc/com.atproto.server.getSession", Reply.json(session));
        assertThat(browser.start()).contains("<h3>" + text + "</h3>").doesNotContain("<script");

        HttpResponse<String> out = browser.post("/logout", "account", world.alice.did(), "issuer", "https://as.test");

        assertThat(out.body()).contains(text + " is signed out").doesNotContain("<script");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/login", "/logout", "/nothing", "/style.css", "/client-metadata.json"})
    void everyAnswerIsGuarded(String path) {
        HttpResponse<String> answer = browser.get(path);

        assertThat(answer.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy)
                        .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'")
                        .doesNotContain("unsafe"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
        assertThat(answer.headers().firstValue("Cache-Control"))
                .contains(
                        path.equals("/style.css")
                                ? "max-age=3600"
                                : path.endsWith(".json") ? "max-age=600" : "no-store");
        if (answer.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
            assertThat(answer.body())
                    .startsWith("<!doctype html>\n<html lang=\"en\">")
                    .containsOnlyOnce("<h1>")
                    .doesNotContain("style=", "Exception", "\tat ");
        }
    }

    @Test
    void nonsenseIsRefused() {
        WebAppWorld.isProblem(browser.get("/callback?" + "a=b&".repeat(101)), 400, "That was no request of this page");
        assertThat(browser.postAsItIs("/callback", "code", "x").statusCode()).isEqualTo(404);
        assertThat(browser.postAsItIs("/client-metadata.json").statusCode()).isEqualTo(405);
        HttpResponse<String> endless = browser.post("/login", "handle", "a".repeat(20_000));
        WebAppWorld.isProblem(endless, 400, "Nobody was found by that name.");
        assertThat(endless.body()).as("as much as was read").hasSizeLessThan(10_000);
    }

    /** Its cookies would not be those of the callback, and any name may lead to 127.0.0.1. */
    @Test
    void otherNamesOfThisMachineAreSentToTheRightOne() {
        HttpResponse<String> page = browser.get("http://localhost:" + here.app.port() + "/");

        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(WebAppWorld.location(page)).isEqualTo(here.app.address() + "/");
        assertThat(browser.setCookies()).isEmpty();
    }

    @Test
    void cookiesOnLoopbackAreOnesThatEveryBrowserTakes() {
        here.callback(browser, "alice.test");

        assertThat(browser.setCookies())
                .isNotEmpty()
                .allSatisfy(cookie -> assertThat(cookie)
                        .startsWith("latchkey-")
                        .contains("; Path=/; ", "; HttpOnly; SameSite=Lax")
                        .doesNotContain("Secure"));
    }

    /** Behind a proxy with a certificate: strict cookies, and a client that is known by its document. */
    @Test
    void overHttpsItIsAClientWithADocumentAndStrictCookies() {
        here.app.close();
        here.client.close();
        here.client = here.client(AtprotoClientMetadata.builder(WebAppWorld.PUBLIC.resolve("/client-metadata.json"))
                .redirectUris(WebAppWorld.PUBLIC.resolve("/callback"))
                .scopes(WebAppWorld.SCOPES)
                .build());
        here.app = here.start(Optional.of(WebAppWorld.PUBLIC));
        browser.at(here.app.port());
        AtomicInteger fetched = new AtomicInteger();
        world.lab.host("app.test").document("/client-metadata.json", () -> {
            fetched.incrementAndGet();
            HttpResponse<String> document = browser.get("/client-metadata.json");
            return Reply.of(200, document.headers().firstValue("Content-Type").orElseThrow(), document.body());
        });

        HttpResponse<String> in = here.signIn(browser, "alice.test");

        assertThat(WebAppWorld.location(in)).isEqualTo("https://app.test/");
        assertThat(browser.start()).contains(world.alice.did());
        assertThat(browser.setCookies())
                .isNotEmpty()
                .allSatisfy(cookie -> assertThat(cookie)
                        .startsWith("__Host-latchkey-")
                        .contains("; Path=/; ", "; HttpOnly; SameSite=Lax; Secure"));
        assertThat(world.lab.log().violations()).isEmpty();
        assertThat(fetched.get()).as("how often the server read the document").isPositive();
    }
}
