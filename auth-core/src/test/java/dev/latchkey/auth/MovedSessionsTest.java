package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static dev.latchkey.auth.Stage.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Refresh tokens that come from elsewhere, and those that go there. */
@Timeout(20)
class MovedSessionsTest extends WithAccounts {

    private final OAuthClient client = client();
    private final RefreshToken old = RefreshToken.of("r-old");

    private String withIdToken(String granted, Consumer<Map<String, Object>> bend) {
        Map<String, Object> claims = stage.claims();
        claims.put("preferred_username", "alice@example.com");
        bend.accept(claims);
        return granted.replace("}", ",\"id_token\":\"" + Stage.jwt(claims) + "\"}");
    }

    @Test
    void anImportedTokenIsRedeemedAtOnceAndTheSessionLivesOnItsSuccessor() {
        stage.answers(withIdToken(tokens("a1", "r1"), claims -> {}));
        SignIn signIn = client.accounts().importRefreshToken(old, OPENID, AccountNaming.byServer());

        assertThat(stage.transport.onlyRequest().body())
                .isEqualTo("grant_type=refresh_token&refresh_token=r-old&scope="
                        + OPENID.toString().replace(' ', '+') + "&client_id=app");
        Account alice = signIn.account();
        assertThat(alice).isEqualTo(Account.of(ISSUER, "alice"));
        assertThat(client.accounts().named("alice@example.com")).containsExactly(alice);
        assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a1");

        stage.clock.advance(Duration.ofHours(1));
        stage.answers(tokens("a2", "r2"));
        assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a2");
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r1");
    }

    @Test
    void withoutASuccessorTheImportedTokenStays() {
        stage.answers(Stage.granted(""));
        Account alice = client.accounts()
                .importRefreshToken(old, READ, AccountNaming.subject("alice"))
                .account();
        assertThat(client.accounts().revealRefreshToken(alice)).contains(old);
    }

    @Test
    void anIdTokenNeedNotComeWithARefresh() {
        stage.answers(tokens("a1", "r1"));
        Account alice = client.accounts()
                .importRefreshToken(old, OPENID, AccountNaming.subject("alice").session("desk"))
                .account();
        assertThat(alice).isEqualTo(Account.of(ISSUER, "alice").withSession("desk"));
    }

    @Test
    void anIdTokenThatComesIsChecked() {
        refused("aud", claims -> claims.put("aud", "another-app"));
        refused("iss", claims -> claims.put("iss", "https://evil.example"));
        refused("exp", claims -> claims.put("exp", stage.clock.instant().getEpochSecond() - 3_600));
        refused("sub", claims -> claims.put("sub", "bob"));
        assertThat(stage.records()).isZero();
    }

    private void refused(String field, Consumer<Map<String, Object>> bend) {
        stage.answers(withIdToken(tokens("a1", "r1"), bend));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, OPENID, AccountNaming.subject("alice")))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo(field));
    }

    @Test
    void aNonceThatTheIdTokenRepeatsIsAnothersAndIsLetPass() {
        stage.answers(withIdToken(tokens("a1", "r1"), claims -> claims.put("nonce", "of-the-first-sign-in")));
        assertThat(client.accounts()
                        .importRefreshToken(old, OPENID, AccountNaming.byServer())
                        .account()
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void whomNobodyWouldNameIsNotImported() {
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, READ, AccountNaming.byServer()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo("account"));
        assertThat(stage.transport.requests()).as("the token is still good").isEmpty();
    }

    @Test
    void aTokenThatWasRedeemedForNobodyIsNotLostAndNotSentAgain() {
        stage.answers(tokens("a1", "r1"));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, OPENID, AccountNaming.byServer()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo("account"))
                .hasMessageContaining("name the subject");
        Account alice = client.accounts()
                .importRefreshToken(old, OPENID, AccountNaming.subject("alice"))
                .account();
        assertThat(stage.transport.requests()).as("nothing was sent again").hasSize(1);
        assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a1");
        assertThat(client.accounts().revealRefreshToken(alice)).contains(RefreshToken.of("r1"));
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, OPENID, AccountNaming.subject("alice")))
                .as("nothing is kept of an import that is finished")
                .isInstanceOf(SignInRequiredException.class);
    }

    @Test
    void afterAResponseThatWasRefusedOrForOtherScopesTheSuccessorIsRedeemed() {
        stage.answers(withIdToken(tokens("a1", "r1"), claims -> claims.put("aud", "another-app")));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, OPENID, AccountNaming.subject("alice")))
                .isInstanceOf(InvalidResponseException.class);
        stage.answers(tokens("a2", "r2"));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, OPENID, AccountNaming.byServer()))
                .isInstanceOf(ConfigurationException.class);
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r1");
        stage.answers(tokens("a3", "r3"));
        client.accounts().importRefreshToken(old, READ, AccountNaming.subject("alice"));
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r2");
    }

    @Test
    void aDeadTokenMakesNoSession() {
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, READ, AccountNaming.subject("alice")))
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageNotContaining("r-old");
        stage.transport.fails(Kind.DEADLINE, Delivery.UNKNOWN);
        assertThatThrownBy(() -> client.accounts().importRefreshToken(old, READ, AccountNaming.subject("alice")))
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isFalse());
        assertThat(stage.records()).isZero();
    }

    @Test
    void anImportReplacesTheSessionThatWasThere() {
        Account alice = signIn(client, "alice", "alice@example.com");
        client.tokens(alice, OPENID).token();
        stage.answers(withIdToken(tokens("a1", "r1"), claims -> {}));
        client.accounts().importRefreshToken(old, OPENID, AccountNaming.byServer());
        assertThat(client.tokens(alice, OPENID).token().reveal()).isEqualTo("a1");
        assertThat(client.accounts().revealRefreshToken(alice)).contains(RefreshToken.of("r1"));
        assertThat(client.accounts()).containsExactly(alice);
    }

    @Test
    void theBindingOfAnImportIsNew() {
        OAuthClient bound = builder().binding(new FakeBinding.Factory("fake")).build();
        stage.answers(tokens("a1", "r1").replace("Bearer", "DPoP"));
        bound.accounts().importRefreshToken(old, READ, AccountNaming.subject("alice"));
        assertThat(stage.transport.onlyRequest().header("DPoP")).contains("key-1 POST https://as.example.com/token");
        assertThat(bound.accounts()).hasSize(1);
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void subjectsThatTheApplicationNamesAreApart() {
        stage.answers(tokens("a-alice", "r-alice"));
        Account alice = client.accounts()
                .importRefreshToken(RefreshToken.of("1"), Scopes.NONE, AccountNaming.subject("alice"))
                .account();
        stage.answers(tokens("a-bob", "r-bob"));
        Account bob = client.accounts()
                .importRefreshToken(RefreshToken.of("2"), Scopes.NONE, AccountNaming.subject("bob"))
                .account();
        assertThat(client.accounts()).containsExactlyInAnyOrder(alice, bob);
        stage.clock.advance(Duration.ofHours(1));
        stage.answers(tokens("a-bob-2", "r-bob-2"));
        assertThat(client.tokens(bob, READ).token().reveal()).isEqualTo("a-bob-2");
        assertThat(stage.transport.lastRequest().form()).containsEntry("refresh_token", "r-bob");
        client.accounts().remove(bob);
        assertThat(client.accounts()).containsExactly(alice);
        assertThat(client.accounts().revealRefreshToken(alice)).contains(RefreshToken.of("r-alice"));
    }

    @Test
    void revealsWhatTheStoreHasNowAndNothingMore() {
        Account alice = signIn(client, "alice", "alice@example.com", "", "r1");
        OAuthClient elsewhere = builder().build();
        stage.clock.advance(Duration.ofHours(1));
        stage.answers(tokens("a2", "r2"));
        elsewhere.tokens(alice, OPENID).token();
        int sent = stage.transport.requests().size();

        assertThat(client.accounts().revealRefreshToken(alice)).contains(RefreshToken.of("r2"));
        assertThat(client.accounts().revealRefreshToken(alice.withSession("other")))
                .isEmpty();
        assertThat(client.accounts().revealRefreshToken(Account.of(ISSUER, "nobody")))
                .isEmpty();
        assertThat(stage.transport.requests()).hasSize(sent);
        Account once = complete(client, "carol", "carol@example.com", "", Stage.granted(""));
        assertThat(client.accounts().revealRefreshToken(once)).isEmpty();
    }
}
