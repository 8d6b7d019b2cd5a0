package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoRequest;
import dev.latchkey.auth.atproto.XrpcResponse;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.LabAccount;
import dev.latchkey.it.atproto.lab.LabAuthorizationServer;
import dev.latchkey.it.atproto.lab.LabPds;
import dev.latchkey.it.atproto.lab.Seen;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** From a handle to authorised calls and back out again, in a world that demands every rule of the profile. */
@ParameterizedClass
@EnumSource(Transport.class)
final class WholeFlowTest {

    private static final String SESSION = "com.atproto.server.getSession";
    private static final String AUTHORIZATION_SERVER = "as.test";

    private final World world = new World();
    private final Transport kind;

    WholeFlowTest(Transport kind) {
        this.kind = kind;
        world.lab.host("app.test");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void aConfidentialClientGoesAllTheWay() throws IOException {
        goesAllTheWay(Visitor.confidential(world, kind));
    }

    @Test
    void aPublicClientGoesAllTheWay() throws IOException {
        goesAllTheWay(Visitor.open(world, kind));
    }

    @Test
    void aDevelopmentClientGoesAllTheWay() throws IOException {
        goesAllTheWay(Visitor.development(world, kind));
    }

    private void goesAllTheWay(Visitor visitor) throws IOException {
        AtprotoClient client = visitor.client();
        SignIn signIn = visitor.signIn("@Alice.test");
        Account account = signIn.account();
        assertThat(account.subject()).isEqualTo(world.alice.did());
        for (int i = 0; i < 12; i++) {
            XrpcResponse response = client.calls(account).query(SESSION, Parameters.NONE);
            assertThat(response.json()).containsEntry("did", world.alice.did());
        }
        client.calls(account).procedure("com.atproto.repo.createRecord", Map.of("text", "hello"));
        client.calls(account)
                .through("did:web:api.bsky.chat#bsky_chat")
                .query("chat.bsky.convo.listConvos", Parameters.NONE);
        client.tokens(account).get(TokenOptions.NONE.forceRefresh());
        assertThat(world.server.refreshes()).isEqualTo(1);
        client.calls(account).query(SESSION, Parameters.NONE);
        assertThat(client.accounts()).containsExactly(account);

        SignOutResult out = client.signOut(account);

        assertThat(out.wasSignedIn()).isTrue();
        assertThat(out.revocation()).isEqualTo(Revocation.DONE);
        assertThat(revocations()).contains("revoked");
        assertThat(world.server.sessions()).isEmpty();
        assertThat(client.accounts()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
        assertThat(world.lab.log().nonceDemands())
                .as("each server asks for a nonce once")
                .extracting(Seen::what)
                .hasSize(2);
        visitor.close();
    }

    private List<String> revocations() {
        return world.lab.log().to(AUTHORIZATION_SERVER, "/oauth/revoke").stream()
                .map(Seen::note)
                .collect(java.util.stream.Collectors.toList());
    }

    @Test
    void coldItTakesSevenRequestsAndWarmOne() {
        AtprotoClient client = Visitor.confidential(world, kind).client();

        PendingAuthorization pending = client.authorize("alice.test");

        // The file of the handle may be asked for a little later: the DNS was believed at once.
        assertThat(world.lab.log().awaitSize(7, Duration.ofSeconds(10)))
                .extracting(Seen::what)
                .containsExactlyInAnyOrder(
                        "DNS TXT _atproto.alice.test",
                        "GET alice.test/.well-known/atproto-did",
                        "GET plc.test/" + world.alice.did(),
                        "GET pds.test/.well-known/oauth-protected-resource",
                        "GET as.test/.well-known/oauth-authorization-server",
                        "POST as.test/oauth/par",
                        "POST as.test/oauth/par");
        assertThat(pending.uri().getRawQuery().split("&"))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).startsWith("client_id="),
                        one -> assertThat(one).startsWith("request_uri="));
        world.lab.log().clear();

        client.authorize("alice.test");

        assertThat(world.lab.log().lines()).containsExactly("POST as.test/oauth/par");
    }

    @Test
    void anAuthorisedCallAddsNoRequest() throws IOException {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        visitor.client().calls(account).query(SESSION, Parameters.NONE);
        world.lab.log().clear();

        for (int i = 0; i < 10; i++) {
            visitor.client().calls(account).query(SESSION, Parameters.NONE);
        }

        assertThat(world.lab.log().lines()).hasSize(10).containsOnly("GET pds.test/xrpc/" + SESSION);
    }

    @Test
    void aServerIsEnoughToBeginWith() {
        world.server.signsIn(world.alice);
        Visitor visitor = Visitor.confidential(world, kind);

        assertThat(visitor.signIn("https://pds.test").account().subject()).isEqualTo(world.alice.did());
        assertThat(visitor.signIn("https://as.test").account().subject()).isEqualTo(world.alice.did());
        assertThat(world.lab.log().to(AUTHORIZATION_SERVER, "/oauth/par"))
                .allSatisfy(seen -> assertThat(seen.call().orElseThrow().form()).doesNotContainKey("login_hint"));
    }

    @Test
    void aDidIsEnoughToBeginWith() {
        SignIn signIn = Visitor.confidential(world, kind).signIn(world.alice.did());

        assertThat(signIn.account().subject()).isEqualTo(world.alice.did());
    }

    /** The real server lets another account in, and the reference client takes it. */
    @Test
    void anotherAccountThanTheOneThatWasNamedIsRefusedAndItsTokensAreRevoked() {
        world.server.signsIn(world.lab.account("mallory.test", world.pds));
        Visitor visitor = Visitor.confidential(world, kind);

        OAuthException refusal = catchThrowableOfType(OAuthException.class, () -> visitor.signIn("alice.test"));

        assertThat(refusal).isNotNull();
        revokedAndForgotten(visitor);
    }

    @Test
    void m6_aServerThatMayNotSpeakForTheAccountIsRefusedAndItsTokensAreRevoked() {
        LabAuthorizationServer other = world.lab.authorizationServer("other-as.test");
        LabAccount bob = world.lab.account("bob.test", world.lab.pds("other-pds.test", other));
        world.server.signsIn(bob);
        Visitor visitor = Visitor.confidential(world, kind);

        OAuthException refusal = catchThrowableOfType(OAuthException.class, () -> visitor.signIn("https://pds.test"));

        assertThat(refusal).isNotNull();
        revokedAndForgotten(visitor);
    }

    private void revokedAndForgotten(Visitor visitor) {
        assertThat(revocations()).contains("revoked");
        assertThat(world.server.sessions()).isEmpty();
        assertThat(visitor.client().accounts()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void m6_anAccountThatHasMovedIsNotRefreshedAtItsOldServer() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        LabAuthorizationServer other = world.lab.authorizationServer("new-as.test");
        LabPds home = world.lab.pds("new-pds.test", other);
        world.lab.directory().move(world.alice, home);

        OAuthException refusal = catchThrowableOfType(
                OAuthException.class, () -> visitor.client().tokens(account).get(TokenOptions.NONE.forceRefresh()));

        assertThat(refusal).isInstanceOf(SignInRequiredException.class);
        assertThat(world.server.refreshes()).isZero();
        revokedAndForgotten(visitor);

        // By the name that led to the old server a moment ago.
        world.lab.log().clear();
        assertThat(visitor.signIn("alice.test").account().issuer()).isEqualTo(other.issuer());
        assertThat(world.lab.log().to("as.test", "/oauth/par")).isEmpty();
    }

    @Test
    @Timeout(60)
    void whoHasMovedSinceASignInBeginsAtTheNewServerIfAskedToLookAnew() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account former = visitor.signIn("alice.test").account();
        LabAuthorizationServer other = world.lab.authorizationServer("new-as.test");
        world.lab.directory().move(world.alice, world.lab.pds("new-pds.test", other));

        SignIn signIn = visitor.complete(
                visitor.client().authorize(AtprotoRequest.of("alice.test").fresh()));

        assertThat(signIn.account().issuer()).isEqualTo(other.issuer());
        // What it has left behind is ended with its own key, at the server that issued it.
        while (visitor.ended.isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(visitor.ended).containsExactly(former);
        assertThat(revocations()).contains("revoked");
        assertThat(world.server.sessions()).isEmpty();
        assertThat(other.sessions()).hasSize(1);
        assertThat(visitor.client().accounts()).containsExactly(signIn.account());
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void whoseServerIsNotThereAnyMoreIsFoundWhereTheAccountIs() throws IOException {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        visitor.client().calls(account).query(SESSION, Parameters.NONE);
        LabPds home = world.lab.pds("new-pds.test", world.server);
        world.lab.directory().move(world.alice, home);
        world.pds.neverContent(true);

        assertThat(visitor.client()
                        .calls(account)
                        .query(SESSION, Parameters.NONE)
                        .json())
                .containsEntry("did", world.alice.did());

        assertThat(visitor.client().calls(account).server()).hasHost("new-pds.test");
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void whoHasMovedWhenATokenIsRefreshedIsCalledAtTheNewServerAtOnce() throws IOException {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        visitor.client().calls(account).query(SESSION, Parameters.NONE);
        LabPds home = world.lab.pds("new-pds.test", world.server);
        world.lab.directory().move(world.alice, home);
        world.clock.ahead(Duration.ofHours(2));
        world.lab.log().clear();

        assertThat(visitor.client()
                        .calls(account)
                        .query(SESSION, Parameters.NONE)
                        .json())
                .containsEntry("did", world.alice.did());

        assertThat(world.server.refreshes()).isEqualTo(1);
        assertThat(world.lab.log().to("pds.test", "/xrpc/" + SESSION)).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void whoMovesDuringASignInIsRefusedOnce() {
        Visitor visitor = Visitor.confidential(world, kind);
        PendingAuthorization pending = visitor.client().authorize("alice.test");
        LabAuthorizationServer other = world.lab.authorizationServer("new-as.test");
        world.lab.directory().move(world.alice, world.lab.pds("new-pds.test", other));

        assertThat(catchThrowableOfType(OAuthException.class, () -> visitor.complete(pending)))
                .isInstanceOf(OAuthException.class);

        assertThat(visitor.signIn("alice.test").account().issuer()).isEqualTo(other.issuer());
    }

    @Test
    void aSessionThatTheServerEndedIsGoneAfterOneAttempt() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        world.server.endSessions();
        world.lab.log().clear();

        assertThat(catchThrowableOfType(
                        OAuthException.class,
                        () -> visitor.client().tokens(account).get(TokenOptions.NONE.forceRefresh())))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(catchThrowableOfType(
                        OAuthException.class,
                        () -> visitor.client().tokens(account).token()))
                .isInstanceOf(SignInRequiredException.class);

        assertThat(world.lab.log().to(AUTHORIZATION_SERVER, "/oauth/token")).hasSize(1);
        assertThat(visitor.client().accounts()).isEmpty();
    }

    @Test
    void aTokenThatTheServerTookBackIsRefreshedOnce() throws IOException {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        world.server.expireAccessTokens();

        XrpcResponse response = visitor.client().calls(account).query(SESSION, Parameters.NONE);

        assertThat(response.status()).isEqualTo(200);
        assertThat(world.server.refreshes()).isEqualTo(1);
    }

    @Test
    void aMissingExpiryIsNoHindrance() throws IOException {
        world.server.alterTokens(body -> body.remove("expires_in"));
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();

        assertThat(visitor.client()
                        .calls(account)
                        .query(SESSION, Parameters.NONE)
                        .status())
                .isEqualTo(200);
        assertThat(world.server.refreshes()).isZero();
    }

    @Test
    void aNonceIsSoughtOnceMoreAndNoMore() {
        world.server.neverContent(true);
        Visitor visitor = Visitor.confidential(world, kind);

        assertThat(catchThrowableOfType(
                        OAuthException.class, () -> visitor.client().authorize("alice.test")))
                .isNotNull();

        assertThat(world.lab.log().to(AUTHORIZATION_SERVER, "/oauth/par")).hasSize(2);
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void noncesMayBeForgottenAtAnyTime() throws IOException {
        Visitor visitor = Visitor.confidential(world, kind);
        PendingAuthorization pending = visitor.client().authorize("alice.test");
        world.server.rotateNonce();
        Account account = visitor.complete(pending).account();
        visitor.client().calls(account).query(SESSION, Parameters.NONE);
        world.pds.rotateNonce();
        visitor.client().calls(account).query(SESSION, Parameters.NONE);
        world.server.rotateNonce();
        visitor.client().tokens(account).get(TokenOptions.NONE.forceRefresh());
        world.server.rotateNonce();

        assertThat(visitor.client().signOut(account).revocation()).isEqualTo(Revocation.DONE);

        assertThat(world.server.sessions()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }
}
