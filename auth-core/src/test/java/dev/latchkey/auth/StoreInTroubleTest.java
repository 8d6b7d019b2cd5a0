package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A token store that fails costs nobody a token. */
class StoreInTroubleTest extends WithSessions {

    @Test
    void aStoreThatDoesNotTakeTheRotatedTokenDoesNotLoseIt() {
        FailingStore failing = new FailingStore(store);
        List<Optional<Account>> unsaved = new ArrayList<>();
        OAuthClient client = builder(transport, failing)
                .listener(new AuthListener() {
                    @Override
                    public void sessionNotSaved(Optional<Account> account, Exception reason) {
                        unsaved.add(account);
                    }
                })
                .build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        failing.writesBeforeFailing = 1;
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        TokenResult second = client.tokens(alice, READ).get(TokenOptions.NONE);
        assertThat(second.token().reveal()).isEqualTo("second");
        assertThat(second.isSaved()).isFalse();
        assertThat(unsaved).containsExactly(Optional.of(alice));
        assertThat(client.tokens(alice, READ).get(TokenOptions.NONE).isSaved()).isFalse();

        failing.writesBeforeFailing = FailingStore.NEVER;
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("third", ",\"refresh_token\":\"r3\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("third");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");

        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("fourth", ""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("fourth");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r3");
    }

    @Test
    void closingSaysWhatTheStoreDidNotTakeAndClosingAgainTriesAgain() {
        FailingStore failing = new FailingStore(store);
        OAuthClient client = builder(transport, failing).build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        failing.writesBeforeFailing = 1;
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        client.tokens(alice, READ).token();
        assertThatThrownBy(client::close)
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("1 session(s)");
        failing.writesBeforeFailing = FailingStore.NEVER;
        client.close();
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void withoutItsLeaseARefreshTokenIsNotSent() {
        FailingStore failing = new FailingStore(store);
        OAuthClient client = builder(transport, failing).build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        failing.writesBeforeFailing = 0;
        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOf(TemporaryFailureException.class)
                .hasMessageContaining("lease");
        assertThat(transport.requests()).hasSize(1);
        failing.writesBeforeFailing = FailingStore.NEVER;
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
    }

    @Test
    void aProfileMayRatherRevokeThanHoldAnUnsavedSession() {
        FailingStore failing = new FailingStore(store);
        List<String> ended = new ArrayList<>();
        OAuthClient client = builder(transport, failing)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                                .tokenEndpoint(URI.create("https://issuer.example/token"))
                                .revocationEndpoint(URI.create("https://issuer.example/revoke"))
                                .build())
                        .revokingUnsavedSessions())
                .listener(new AuthListener() {
                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account.subject());
                    }
                })
                .build();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        failing.writesBeforeFailing = 1;
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        transport.answers(Answer.of(200));
        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining("revoked");
        assertThat(transport.lastRequest().path()).isEqualTo("/revoke");
        assertThat(transport.lastRequest().form())
                .containsEntry("token", "r2")
                .containsEntry("token_type_hint", "refresh_token");
        assertThat(ended).containsExactly("alice");
        failing.writesBeforeFailing = FailingStore.NEVER;
        assertThatThrownBy(() -> client.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(store.size()).isZero();
        client.close();
    }

    @Test
    void aStoreThatCannotBeReadSendsNothing() {
        FailingStore failing = new FailingStore(store);
        failing.readsFail = true;
        assertThatThrownBy(() -> builder(transport, failing)
                        .build()
                        .clientCredentials(READ)
                        .token())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue());
        assertThat(transport.requests()).isEmpty();
    }
}
