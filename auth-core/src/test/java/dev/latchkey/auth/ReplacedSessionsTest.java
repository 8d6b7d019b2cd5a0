package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes, at the server, of a session that a new sign-in replaces. */
@Timeout(20)
class ReplacedSessionsTest {

    private static final AuthorizationServerMetadata SERVER =
            Stage.metadata().revocationEndpoint(URI.create(ISSUER + "/revoke")).build();
    private static final ServerProfile ENDING = new ServerProfile() {
        @Override
        public Discovery discovery() {
            return AuthorizationServer.of(SERVER).discovery();
        }

        @Override
        public boolean revokesReplacedSessions() {
            return true;
        }
    };

    private final Stage stage = new Stage();
    private final FailingStore store = new FailingStore(stage.store);

    private OAuthClient client(ServerProfile profile) {
        stage.transport.onPost("/revoke").alwaysAnswers(Answer.of(200));
        return stage.builder()
                .server(profile)
                .store(store)
                .timeout(Duration.ofSeconds(5))
                .build();
    }

    private void signIn(OAuthClient client, String accessToken, String more) {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(
                "{\"access_token\":\"" + accessToken + "\",\"token_type\":\"Bearer\",\"expires_in\":3600" + more + "}");
        client.complete(Stage.callback(pending.uri()), pending.browserBinding());
    }

    private static String refreshToken(String token) {
        return ",\"refresh_token\":\"" + token + "\"";
    }

    private List<String> revoked() {
        return stage.transport.requests().stream()
                .filter(request -> request.path().equals("/revoke"))
                .map(RecordedRequest::form)
                .map(form -> form.get("token"))
                .collect(Collectors.toList());
    }

    /** With many servers revoking one token ends all that the user has granted, the new session included. */
    @Test
    void isLeftAloneUnlessTheProfileSaysOtherwise() {
        OAuthClient client = client(AuthorizationServer.of(SERVER));
        signIn(client, "a1", refreshToken("r1"));
        signIn(client, "a2", refreshToken("r2"));
        client.close();
        assertThat(revoked()).isEmpty();
    }

    @Test
    void isRevokedByItsRefreshToken() {
        OAuthClient client = client(ENDING);
        signIn(client, "a1", refreshToken("r1"));
        assertThat(revoked()).isEmpty();
        signIn(client, "a2", refreshToken("r2"));
        client.close();
        assertThat(revoked()).containsExactly("r1");
    }

    @Test
    void withoutARefreshTokenByTheAccessTokensThatAreGoodStill() {
        OAuthClient client = client(ENDING);
        signIn(client, "a1", "");
        signIn(client, "a2", "");
        // Waits for what is under way, which goes by the clock too.
        client.close();
        assertThat(revoked()).containsExactly("a1");

        stage.clock.advance(Duration.ofHours(2));
        OAuthClient later = client(ENDING);
        signIn(later, "a3", "");
        later.close();
        assertThat(revoked()).containsExactly("a1");
    }

    @Test
    void isLeftAloneWhereBothHaveTheSameAccessToken() {
        OAuthClient client = client(ENDING);
        signIn(client, "a1", refreshToken("r1"));
        signIn(client, "a1", refreshToken("r2"));
        client.close();
        assertThat(revoked()).isEmpty();
    }

    /** Until the store has the new one, the old one is what other nodes and the next process find. */
    @Test
    void isLeftAloneWhileTheNewOneIsNotInTheStore() {
        OAuthClient client = client(ENDING);
        signIn(client, "a1", refreshToken("r1"));
        // The pending authorization is written, and taken out again.
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        store.writesBeforeFailing = 0;
        stage.answers(Stage.refreshable());
        client.complete(Stage.callback(pending.uri()), pending.browserBinding());
        store.writesBeforeFailing = FailingStore.NEVER;
        client.close();
        assertThat(revoked()).isEmpty();
    }
}
