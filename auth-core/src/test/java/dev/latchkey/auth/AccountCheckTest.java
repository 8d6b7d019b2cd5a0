package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AccountCheck;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.testkit.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A profile that asks elsewhere, and whose metadata is its own. */
@Timeout(20)
class AccountCheckTest {

    private static final Account ALICE = Account.of(ISSUER, "alice");

    private final Stage stage = new Stage();
    private final List<Account> asked = new CopyOnWriteArrayList<>();
    private volatile AccountCheck check = (account, server) -> Optional.empty();
    private final OAuthClient client = stage.builder().server(new Profile()).build();

    private final class Profile implements ServerProfile {

        @Override
        public Discovery discovery() {
            return Discovery.by(
                    () -> AuthorizationServerMetadata.builder(ISSUER)
                            .authorizationEndpoint(URI.create(ISSUER + "/authorize"))
                            .tokenEndpoint(URI.create(ISSUER + "/token"))
                            .revocationEndpoint(URI.create(ISSUER + "/revoke"))
                            .build(),
                    ISSUER::equals,
                    ISSUER);
        }

        @Override
        public Optional<AccountCheck> accountCheck() {
            return Optional.of((account, server) -> {
                asked.add(account);
                return check.contradiction(account, server);
            });
        }
    }

    private Account signIn() {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        stage.answers(Answer.json(200, granted(",\"refresh_token\":\"r1\"")));
        return client.complete(Stage.callback(pending.uri()), pending.browserBinding())
                .account();
    }

    @Test
    void asksBeforeASignInIsKeptAndBeforeARefresh() {
        assertThat(signIn()).isEqualTo(ALICE);
        client.tokens(ALICE, READ).token();
        assertThat(asked).containsExactly(ALICE);

        stage.clock.advance(Duration.ofHours(2));
        stage.answers(Answer.json(200, granted("")));
        client.tokens(ALICE, READ).token();
        assertThat(asked).containsExactly(ALICE, ALICE);
    }

    @Test
    void aContradictedSignInIsRevokedAndNotKept() {
        check = (account, server) -> Optional.of("is elsewhere");
        stage.transport.onPost("/revoke").answers(Answer.of(200));
        assertThatThrownBy(this::signIn)
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("is elsewhere");
        assertThat(stage.transport.lastRequest().form()).containsEntry("token", "r1");
        assertThat(stage.records()).isZero();
    }

    @Test
    void aContradictedSessionEndsBeforeAnythingIsSent() {
        signIn();
        stage.clock.advance(Duration.ofHours(2));
        check = (account, server) -> Optional.of("is elsewhere");
        stage.transport.onPost("/revoke").answers(Answer.of(200));
        assertThatThrownBy(() -> client.tokens(ALICE, READ).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("is elsewhere");
        assertThat(stage.tokenRequests()).hasSize(1);
        assertThat(stage.transport.lastRequest().form()).containsEntry("token", "r1");
        assertThat(stage.records()).isZero();
    }

    @Test
    void whatCannotBeFoundOutEndsNothing() {
        signIn();
        stage.clock.advance(Duration.ofHours(2));
        check = (account, server) -> {
            throw new TemporaryFailureException("no answer", true, null, null);
        };
        assertThatThrownBy(() -> client.tokens(ALICE, READ).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(stage.tokenRequests()).hasSize(1);

        check = (account, server) -> Optional.empty();
        stage.clock.advance(Duration.ofMinutes(1));
        stage.answers(Answer.json(200, granted("")));
        client.tokens(ALICE, READ).token();
        assertThat(new ArrayList<>(stage.tokenRequests())).hasSize(2);
    }
}
