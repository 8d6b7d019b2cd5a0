package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.Reply;
import dev.latchkey.it.atproto.lab.Seen;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server may bring back by the browser, and answer to a code or a refresh token: what is refused, and what is left. */
@ParameterizedClass
@EnumSource(Transport.class)
final class HostileSignInsTest {

    private static final String PAR = "/oauth/par";
    private static final String TOKEN = "/oauth/token";

    private final World world = new World();
    private final Visitor visitor;
    private final AtprotoClient client;

    HostileSignInsTest(Transport kind) {
        this.visitor = Visitor.confidential(world, kind);
        this.client = visitor.client();
    }

    @AfterEach
    void close() {
        visitor.close();
        world.close();
    }

    private OAuthException refused() {
        OAuthException refusal = catchThrowableOfType(OAuthException.class, () -> visitor.signIn("alice.test"));
        assertThat(refusal).isNotNull();
        assertThat(client.accounts()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
        return refusal;
    }

    private static Arguments callback(String what, Consumer<Map<String, String>> change) {
        return Arguments.of(what, change);
    }

    static Stream<Arguments> callbacks() {
        return Stream.of(
                callback("no iss", it -> it.remove("iss")),
                callback("iss of another server", it -> it.put("iss", "https://mallory.test")),
                callback("iss with a slash", it -> it.put("iss", "https://as.test/")),
                callback("iss that is none", it -> it.put("iss", "as.test")),
                callback("no state", it -> it.remove("state")),
                callback("another state", it -> it.put("state", "x".repeat(43))),
                callback("no code", it -> it.remove("code")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("callbacks")
    void aCallbackThatIsNotAsItMustBeRedeemsNothing(String what, Consumer<Map<String, String>> change) {
        world.lab.authorizationServer("mallory.test");
        world.server.alterCallback(change);

        refused();

        assertThat(world.lab.log().to("as.test", TOKEN)).isEmpty();
        assertThat(world.lab.log().lines())
                .as("what is asked of whoever a callback names")
                .noneMatch(line -> line.contains("mallory.test"));
    }

    @Test
    void aRefusalIsTold() {
        world.server.denies(true);

        assertThat(refused()).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void aCallbackCountsOnce() {
        PendingAuthorization pending = client.authorize("alice.test");
        URI back = Browser.visit(world.lab, pending.uri());
        AuthorizationCallback callback = AuthorizationCallback.parse(back.getRawQuery());
        client.complete(callback, pending.browserBinding());

        assertThat(catchThrowableOfType(
                        OAuthException.class, () -> client.complete(callback, pending.browserBinding())))
                .isNotNull();

        // The code went to the server once: a second time would have ended the session there.
        assertThat(world.server.sessions()).containsExactly(world.alice.did());
    }

    private static Arguments tokens(String what, Consumer<JsonObject> change) {
        return Arguments.of(what, change);
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                tokens("no sub", it -> it.remove("sub")),
                tokens("a sub that is no DID", it -> it.addProperty("sub", "alice.test")),
                tokens("a DID of another kind", it -> it.addProperty("sub", "did:key:zQ3sh")),
                tokens("another account", it -> it.addProperty("sub", "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")),
                tokens("no scope", it -> it.remove("scope")),
                tokens("scope without atproto", it -> it.addProperty("scope", "transition:generic")));
    }

    /** Answers that are no token responses of this profile at all. */
    static Stream<Arguments> noAnswers() {
        return Stream.of(
                tokens("Bearer", it -> it.addProperty("token_type", "Bearer")),
                tokens("no token_type", it -> it.remove("token_type")),
                tokens("no access token", it -> it.remove("access_token")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void anAnswerThatIsNotAsItMustBeIsNotKept(String what, Consumer<JsonObject> change) {
        world.server.alterTokens(change);

        refused();

        assertThat(world.server.sessions()).as("what was granted is revoked").isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noAnswers")
    void whatIsNoAnswerIsNotKept(String what, Consumer<JsonObject> change) {
        world.server.alterTokens(change);

        refused();

        assertThat(world.server.sessions()).as("what was granted is revoked").isEmpty();
    }

    @Test
    void theTypeMayBeInAnyCase() {
        world.server.alterTokens(it -> it.addProperty("token_type", "dpop"));

        assertThat(visitor.signIn("alice.test").account().subject()).isEqualTo(world.alice.did());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"answers", "noAnswers"})
    void aRefreshThatIsNotAsItMustBeGivesNoToken(String what, Consumer<JsonObject> change) {
        Account account = visitor.signIn("alice.test").account();
        world.server.alterTokens(change);

        assertThat(catchThrowableOfType(
                        OAuthException.class, () -> client.tokens(account).get(TokenOptions.NONE.forceRefresh())))
                .isNotNull();

        world.server.alterTokens(it -> {});
        if (what.contains("scope")) {
            // Less than was asked for; but it is this account's, and the new refresh token is the only one.
            assertThat(client.tokens(account).get(TokenOptions.NONE.forceRefresh()))
                    .isNotNull();
            assertThat(world.server.sessions()).containsExactly(account.subject());
        } else {
            assertThat(client.accounts()).isEmpty();
            assertThat(world.server.sessions())
                    .as("what was granted is revoked")
                    .isEmpty();
        }
    }

    @Test
    void aServerThatHasChangedItsMindAboutItsAccountIsNotAskedForTokens() {
        Account account = visitor.signIn("alice.test").account();
        LabAuthorizationServer other = world.lab.authorizationServer("other-as.test");
        world.pds.alterResource(it ->
                it.getAsJsonArray("authorization_servers").set(0, new com.google.gson.JsonPrimitive(other.issuer())));
        other.alterMetadata(it -> it.remove("protected_resources"));

        assertThat(catchThrowableOfType(
                        OAuthException.class, () -> client.tokens(account).get(TokenOptions.NONE.forceRefresh())))
                .isInstanceOf(SignInRequiredException.class);

        assertThat(world.server.refreshes()).isZero();
        assertThat(client.accounts()).isEmpty();
    }

    /** Nobody is signed out because a directory is down for a minute. */
    @Test
    void aDirectoryThatIsDownDelaysARefreshAndEndsNothing() {
        Account account = visitor.signIn("alice.test").account();
        world.lab
                .directory()
                .host()
                .script("/" + world.alice.did(), Reply.text("later").status(503));

        assertThat(catchThrowableOfType(
                        OAuthException.class, () -> client.tokens(account).get(TokenOptions.NONE.forceRefresh())))
                .isInstanceOf(TemporaryFailureException.class);
        assertThat(world.server.refreshes()).isZero();
        assertThat(client.accounts()).containsExactly(account);
        world.lab.directory().host().fair("/" + world.alice.did());

        client.tokens(account).get(TokenOptions.NONE.forceRefresh());

        assertThat(world.server.refreshes()).isEqualTo(1);
    }

    @Test
    void whatIsGrantedMayBeLess() {
        world.server.grantsOnly("atproto");

        assertThat(visitor.signIn("alice.test").response().scopes()).hasToString("atproto");
    }

    private static final String PUSHED =
            "{\"request_uri\":\"urn:ietf:params:oauth:request_uri:r1\",\"expires_in\":300}";

    static Stream<Arguments> pushes() {
        return Stream.of(
                Arguments.of(Reply.of(200, "application/json", PUSHED)),
                Arguments.of(Reply.of(202, "application/json", PUSHED)),
                Arguments.of(Reply.of(201, "text/html", PUSHED)),
                Arguments.of(Reply.of(201, "text/html", "<html>")),
                Arguments.of(Reply.of(302, "text/html", "<html>").with("Location", "https://mallory.test/")),
                Arguments.of(Reply.of(400, "text/html", "<html>")),
                Arguments.of(Reply.of(500, "text/html", "<html>")));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void aPushThatIsNotAnsweredAsItMustBeSendsNoBrowserAnywhere(Reply reply) {
        world.lab.host("as.test").script(PAR, reply.with("DPoP-Nonce", "fresh"));

        assertThat(catchThrowableOfType(OAuthException.class, () -> client.authorize("alice.test")))
                .isNotNull();
    }

    @Test
    void aSignOutThatFailsAtTheServerIsToldAndDoneHere() {
        Account account = visitor.signIn("alice.test").account();
        world.lab.host("as.test").script("/oauth/revoke", Reply.text("later").status(503));

        assertThat(client.signOut(account).revocation().failure()).isPresent();

        assertThat(client.accounts()).isEmpty();
        assertThat(world.lab.log().to("as.test", "/oauth/revoke"))
                .extracting(Seen::status)
                .contains(503);
    }
}
