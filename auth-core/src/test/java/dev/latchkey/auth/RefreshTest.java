package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which refresh token is redeemed, where, and what becomes of its session. */
@SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
class RefreshTest extends WithSessions {

    @Test
    void tokensThatNeverExpireAreNotLostOverTheNumberThatSaysSo() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(1));
        // What WSO2 API Manager says of them.
        transport.answers(
                200,
                "application/json",
                granted("second", ",\"refresh_token\":\"r2\"").replace(":3600", ":9223372036854775"));

        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
        clock.advance(Duration.ofDays(365));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("second");
        assertThat(client.accounts().revealRefreshToken(alice).orElseThrow().reveal())
                .isEqualTo("r2");
    }

    @Test
    void refreshesWithTheLatestRefreshToken() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        TokenSource tokens = client.tokens(alice, READ);
        assertThat(tokens.token().reveal()).isEqualTo("first-alice");

        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        assertThat(tokens.token().reveal()).isEqualTo("second");
        assertThat(transport.lastRequest().body())
                .isEqualTo(
                        "grant_type=refresh_token&refresh_token=r1&scope=api.read&client_id=app&client_secret=s3cret");

        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("third", ""));
        assertThat(tokens.token().reveal()).isEqualTo("third");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");

        // K10: no new refresh token keeps the old one, also for another client over the same store.
        clock.advance(Duration.ofHours(1));
        transport.answers(200, "application/json", granted("fourth", ",\"refresh_token\":\"r3\""));
        assertThat(client().tokens(alice, READ).token().reveal()).isEqualTo("fourth");
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "r2");
    }

    @Test
    void sixtyFourThreadsOnOneExpiredTokenMakeOneRequest() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(200, "application/json", granted("second", ",\"refresh_token\":\"r2\""));
        int before = transport.requests().size();

        assertThat(inParallel(64, () -> client.tokens(alice, READ).token().reveal()))
                .containsOnly("second");
        assertThat(transport.requests()).hasSize(before + 1);
    }

    @Test
    void twoScopesOfOneSessionNeverRedeemTheRefreshTokenAtOnce() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r0");
        clock.advance(Duration.ofHours(2));
        Set<String> redeemed = ConcurrentHashMap.newKeySet();
        AtomicInteger number = new AtomicInteger();
        AtomicInteger underWay = new AtomicInteger();
        List<String> faults = java.util.Collections.synchronizedList(new ArrayList<>());
        transport.onPost("/token").alwaysAnswers(request -> {
            if (underWay.incrementAndGet() > 1) {
                faults.add("two at once");
            }
            String presented = request.form().get("refresh_token");
            if (!redeemed.add(presented)) {
                faults.add("replayed " + presented);
            }
            int mine = number.incrementAndGet();
            underWay.decrementAndGet();
            return Answer.json(200, granted("t" + mine, ",\"refresh_token\":\"r" + mine + "\""));
        });

        inParallel(
                32,
                () -> client.tokens(alice, Thread.currentThread().getId() % 2 == 0 ? READ : WRITE)
                        .token()
                        .reveal());
        assertThat(faults).isEmpty();
        assertThat(number.get()).isBetween(1, 2);
    }

    @Test
    void aDeadRefreshTokenAsksForASignIn() {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.answers(400, "application/json", "{\"error\":\"invalid_grant\",\"error_description\":\"gone\"}");

        assertThatThrownBy(() -> client.tokens(alice, READ).token())
                .isInstanceOfSatisfying(SignInRequiredException.class, e -> {
                    assertThat(e.error().orElseThrow().code()).isEqualTo("invalid_grant");
                    assertThat(e.error().orElseThrow().description()).contains("gone");
                    assertThat(e).hasMessageContaining("issuer.example").hasMessageNotContaining("r1");
                });
    }

    @Test
    void aRefreshTokenNeverGoesToAnotherServerThatSharesTheStoreAndTheClientId() {
        Account alice = signIn(client(), "alice", "r1");
        clock.advance(Duration.ofHours(2));
        int before = transport.requests().size();
        OAuthClient elsewhere = builder(transport, store)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://elsewhere.example")
                        .tokenEndpoint(URI.create("https://elsewhere.example/token"))
                        .build()))
                .build();
        assertThatThrownBy(() -> elsewhere.tokens(alice, READ).token())
                .isInstanceOf(dev.latchkey.auth.error.ConfigurationException.class)
                .hasMessageContaining("elsewhere.example");
        assertThat(transport.requests()).hasSize(before);
    }

    @Test
    void aNewSignInReplacesWhatIsAtHandAndOutlivesARefreshUnderWay() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("first-alice");
        transport.answers(200, "application/json", granted("after-step-up", ",\"refresh_token\":\"n1\""));
        client.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"));
        assertThat(client.tokens(alice, READ).token().reveal()).isEqualTo("after-step-up");

        clock.advance(Duration.ofHours(2));
        OAuthClient elsewhere = client();
        transport.onPost("/token").alwaysAnswers(request -> {
            if (request.body().contains("refresh_token=n1")) {
                elsewhere.password(PasswordGrant.of("alice", Password.of("pw"), READ), AccountNaming.subject("alice"));
                return Answer.json(200, granted("late", ",\"refresh_token\":\"late\""));
            }
            return Answer.json(200, granted("newest", ",\"refresh_token\":\"newest\""));
        });
        client.tokens(alice, READ).token();
        clock.advance(Duration.ofHours(2));
        client.tokens(alice, READ).token();
        assertThat(transport.lastRequest().form()).containsEntry("refresh_token", "newest");
    }

    @Test
    void aSessionThatWasRemovedDuringItsRefreshStaysRemoved() throws Exception {
        OAuthClient client = client();
        Account alice = signIn(client, "alice", "r1");
        clock.advance(Duration.ofHours(2));
        transport.onPost("/token").alwaysAnswers(request -> {
            removeEverything();
            return Answer.json(200, granted("second", ",\"refresh_token\":\"r2\""));
        });
        assertThatThrownBy(() -> client.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(store.size()).isZero();
        assertThatThrownBy(() -> client.tokens(alice, READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(transport.requests()).hasSize(2);
    }
}
