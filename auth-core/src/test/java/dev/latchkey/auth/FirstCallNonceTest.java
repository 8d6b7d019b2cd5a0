package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.TokenOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The first call to a server that gives tokens and takes them, at one origin: it need not be refused for a nonce. */
class FirstCallNonceTest {

    private static final URI HERE = URI.create("https://as.example.com/items");
    private static final URI ELSEWHERE = URI.create("https://api.example.com/items");
    private static final String FIRST = "key-1 GET https://as.example.com/items with token";

    private final Stage stage = new Stage();
    private final AtomicLong ahead = new AtomicLong();

    private static ServerProfile profile(boolean demandsNonces) {
        return new ServerProfile() {
            @Override
            public Discovery discovery() {
                return AuthorizationServer.of(Stage.metadata().build()).discovery();
            }

            @Override
            public boolean requiresNonces() {
                return demandsNonces;
            }
        };
    }

    private OAuthClient client(ServerProfile profile) {
        return stage.builder()
                .server(profile)
                .binding(new FakeBinding.Factory("fake"))
                // The transport of the calls has the system's.
                .ticker(() -> System.nanoTime() + ahead.get())
                .jitter(0)
                .build();
    }

    private Account signIn(OAuthClient client, String nonce) {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(Stage.REDIRECT, READ)
                .account(AccountNaming.subject("alice"))
                .build());
        grants("at-1", nonce);
        return client.complete(Stage.callback(pending.uri()), pending.browserBinding())
                .account();
    }

    private void grants(String token, String nonce) {
        stage.answers(Answer.json(
                        200,
                        granted(",\"refresh_token\":\"rt\"")
                                .replace("Bearer", "DPoP")
                                .replace(Stage.ACCESS_TOKEN, token))
                .header("DPoP-Nonce", nonce));
    }

    private final class Calls {

        private final AuthorizedTransport transport;

        Calls(OAuthClient client, Account account) {
            AuthorizedTransport.Origins over = AuthorizedTransport.over(stage.transport, client.tokens(account, READ));
            transport = over.and(HERE).and(ELSEWHERE).build();
        }

        /** The proof of a call that is answered with a nonce. */
        String proof(URI uri, String nonce) throws Exception {
            stage.answers(Answer.of(200).header("DPoP-Nonce", nonce));
            try (TransportResponse response =
                    transport.send(TransportRequest.builder("GET", uri).build())) {
                assertThat(response.status()).isEqualTo(200);
            }
            return stage.transport.lastRequest().header("DPoP").orElseThrow();
        }
    }

    @Test
    void afterASignInItHasTheTokenEndpoints() throws Exception {
        OAuthClient client = client(profile(true));
        Calls calls = new Calls(client, signIn(client, "as"));

        assertThat(calls.proof(HERE, "rs")).isEqualTo(FIRST + " and nonce as");
        assertThat(calls.proof(HERE, "rs")).as("then its own").isEqualTo(FIRST + " and nonce rs");
    }

    @Test
    void anotherNodesHasTheOneThatCameWithTheSession() throws Exception {
        Account alice = signIn(client(profile(true)), "as");

        assertThat(new Calls(client(profile(true)), alice).proof(HERE, "rs")).isEqualTo(FIRST + " and nonce as");
    }

    @Test
    void d5_anotherOriginNeverSeesIt() throws Exception {
        OAuthClient client = client(profile(true));
        Account alice = signIn(client, "as");
        String elsewhere = "key-1 GET https://api.example.com/items with token";

        assertThat(new Calls(client, alice).proof(ELSEWHERE, "rs")).isEqualTo(elsewhere);
        assertThat(new Calls(client(profile(true)), alice).proof(ELSEWHERE, "rs"))
                .isEqualTo(elsewhere);
    }

    @Test
    void afterARefreshItHasTheNewer() throws Exception {
        OAuthClient client = client(profile(true));
        Account alice = signIn(client, "as-1");
        Calls calls = new Calls(client, alice);
        calls.proof(HERE, "rs");
        ahead.addAndGet(Duration.ofMinutes(50).toNanos());
        grants("at-2", "as-2");
        client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());

        assertThat(calls.proof(HERE, "rs-2")).isEqualTo(FIRST + " and nonce as-2");
        grants("at-3", "as-3");
        client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
        assertThat(stage.transport.lastRequest().header("DPoP"))
                .as("a refresh never has the resource's")
                .contains("key-1 POST https://as.example.com/token and nonce as-2");
    }

    /** It may refuse a proof with a nonce that it does not know, and give none. */
    @Test
    void ofAServerThatNeedNotHaveNoncesNothingIsTried() throws Exception {
        OAuthClient client = client(profile(false));
        Account alice = signIn(client, "as");

        assertThat(new Calls(client, alice).proof(HERE, "rs")).isEqualTo(FIRST);
        assertThat(new Calls(client(profile(false)), alice).proof(HERE, "rs")).isEqualTo(FIRST);
    }

    /** Where the token endpoint has moved since, the new one is not told what the old one said. */
    @Test
    void d5_theNonceOfASessionGoesWhereItCameFrom() {
        Account alice = signIn(client(profile(true)), "as");
        URI moved = URI.create("https://tokens.example.com/token");
        OAuthClient later = stage.builder(Stage.metadata().tokenEndpoint(moved).build())
                .binding(new FakeBinding.Factory("fake"))
                .build();
        grants("at-2", "moved");
        later.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());

        assertThat(stage.transport.lastRequest().header("DPoP")).contains("key-1 POST " + moved);
    }

    private void forgetOrigin(StoreKey key) {
        StoreEntry kept = stage.store.find(key).orElse(null);
        if (kept != null) {
            String content = new String(kept.record().content(), StandardCharsets.UTF_8);
            String older = content.replace(",\"nonce_origin\":\"https://as.example.com\"", "");
            StoreRecord record = StoreRecord.of(older.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
            assertThat(stage.store.replace(key, kept.version(), record)).isPresent();
        }
    }

    /** The token endpoint's, if it does not say whose it is. */
    @Test
    void theNonceOfAnOlderReleaseGoesToTheTokenEndpointAlone() throws Exception {
        Set<StoreKey> keys = ConcurrentHashMap.newKeySet();
        stage.store.changes(keys::add);
        Account alice = signIn(client(profile(true)), "as");
        keys.forEach(this::forgetOrigin);
        OAuthClient client = client(profile(true));

        assertThat(new Calls(client, alice).proof(HERE, "rs")).isEqualTo(FIRST);
        grants("at-2", "as-2");
        client.tokens(alice, READ).get(TokenOptions.NONE.forceRefresh());
        assertThat(stage.transport.lastRequest().header("DPoP"))
                .contains("key-1 POST https://as.example.com/token and nonce as");
    }
}
