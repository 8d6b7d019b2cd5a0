package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.atproto.AtprotoRequest;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An account moves from one reference server to another, each an issuer of its own, as the protocol would have it. */
@WithPds
class MovedAccountIT {

    private static final String SESSION = "com.atproto.server.getSession";
    private static final String TOKEN = "/oauth/token";

    private final PdsWorld world;
    private final Application app;

    MovedAccountIT(PdsWorld world) {
        this.world = world;
        this.app = Application.confidential(world, Transport.JDK, InMemoryTokenStore.create());
    }

    @AfterEach
    void close() {
        app.close();
    }

    /** The account is active at one server when its owner signs in there, and at the other one when the browser comes back. */
    @Test
    void whoMovesDuringASignInIsRefusedAndTheTokensAreRevoked() {
        Person person = world.person("mover.test");
        PendingAuthorization pending = app.client.authorize(person.handle());
        person.signIn(world.browser, pending.uri());
        person.authorize(world.browser);
        AuthorizationCallback callback = world.callback();
        world.pds.pointToOther(person.did());

        OAuthException refusal = catchThrowableOfType(
                OAuthException.class, () -> app.client.complete(callback, pending.browserBinding()));

        assertThat(refusal).isNotNull();
        assertThat(app.wire.lines()).contains("POST /oauth/token 200").endsWith("POST /oauth/revoke 200");
        assertThat(world.pds.sessions(person.did())).as("at the server").isEmpty();
        assertThat(app.client.accounts()).isEmpty();
    }

    @Test
    void whoHasMovedIsNotRefreshedAtTheOldServerAndSignsInAtTheNewOne() throws IOException {
        Person person = world.person("settler.test");
        Account former = app.signIn(person.handle(), person);
        assertThat(former.issuer()).isEqualTo(world.pds.server().toString());
        assertThat(app.client.calls(former).query(SESSION, Parameters.NONE).status())
                .isEqualTo(200);
        person.moves(world.pds);
        assertThat(world.pds.sessions(person.did())).as("the server keeps it").hasSize(1);
        world.pds.answers();

        OAuthException refusal = catchThrowableOfType(
                OAuthException.class, () -> app.client.tokens(former).get(TokenOptions.NONE.forceRefresh()));

        assertThat(refusal).isInstanceOf(SignInRequiredException.class);
        assertThat(app.ended).containsExactly(former);
        assertThat(app.client.accounts()).isEmpty();
        assertThat(world.pds.answers())
                .as("no refresh token went to the old server but to be ended")
                .contains("POST /oauth/revoke 200")
                .doesNotContain("POST /oauth/token 200");
        assertThat(world.pds.sessions(person.did())).as("at the old server").isEmpty();

        // By the name that led to the old server a moment ago.
        app.wire.clear();
        Account account = app.signIn(person.handle(), person);
        assertThat(account.subject()).isEqualTo(person.did());
        assertThat(account.issuer()).isEqualTo(world.pds.other().toString());
        assertThat(world.pds.answers()).as("the old server is asked nothing").isEmpty();
        assertThat(app.client.calls(account).server()).isEqualTo(world.pds.other());
        assertThat(app.client.calls(account).query(SESSION, Parameters.NONE).json())
                .containsEntry("did", person.did())
                .containsEntry("active", true);
        assertThat(app.client.signOut(account).revocation()).isEqualTo(Revocation.DONE);
        assertThat(world.pds.sessionsAtOther(person.did())).isEmpty();
    }

    /** Nothing tells the application that somebody has moved while it has a token; whoever looks anew finds the new server. */
    @Test
    void whoSignsInAnewAfterAMoveEndsWhatWasLeftBehind() throws InterruptedException {
        Person person = world.person("nomad.test");
        Account former = app.signIn(person.handle(), person);
        person.moves(world.pds);
        PendingAuthorization pending =
                app.client.authorize(AtprotoRequest.of(person.handle()).fresh());
        person.signIn(world.browser, pending.uri());
        person.authorize(world.browser);
        Account account =
                app.client.complete(world.callback(), pending.browserBinding()).account();

        assertThat(account.issuer()).isEqualTo(world.pds.other().toString());
        assertThat(app.ended.poll(10, TimeUnit.SECONDS)).isEqualTo(former);
        assertThat(world.pds.sessions(person.did())).as("at the old server").isEmpty();
        assertThat(world.pds.sessionsAtOther(person.did())).hasSize(1);
        assertThat(app.client.accounts()).containsExactly(account);
    }

    /** The old server lets the session live and refuses to write: so the client looks where the account is, within that call. */
    @Test
    void whomTheOldServerRefusesIsAskedToSignInAndDoesSoAtTheNewOne() throws InterruptedException {
        Person person = world.person("emigrant.test");
        Account former = app.signIn(person.handle(), person);
        person.moves(world.pds);
        app.wire.clear();

        assertThat(catchThrowableOfType(OAuthException.class, () -> write(former)))
                .isInstanceOf(SignInRequiredException.class);

        assertThat(app.wire.to("/xrpc/com.atproto.repo.createRecord"))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.line()).endsWith(" 401"));
        assertThat(app.wire.to(TOKEN)).as("no refresh for it").isEmpty();

        Account account = app.signIn(person.handle(), person);
        assertThat(account.issuer()).isEqualTo(world.pds.other().toString());
        assertThat(app.ended.poll(10, TimeUnit.SECONDS)).isEqualTo(former);
        assertThat(world.pds.sessions(person.did())).as("at the old server").isEmpty();
        assertThat(app.client.accounts()).containsExactly(account);
    }

    private void write(Account account) throws IOException {
        app.client
                .calls(account)
                .procedure(
                        "com.atproto.repo.createRecord",
                        Map.of(
                                "repo",
                                account.subject(),
                                "collection",
                                "app.bsky.feed.post",
                                "record",
                                Map.of(
                                        "$type",
                                        "app.bsky.feed.post",
                                        "text",
                                        "still here?",
                                        "createdAt",
                                        "2026-01-01T00:00:00Z")));
    }
}
