package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.OPENID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A server that revokes, and users of it with names. */
@SuppressWarnings("deprecation") // The password grant is the shortest way to a session.
abstract class WithAccounts {

    final Stage stage = new Stage();
    final List<String> events = new CopyOnWriteArrayList<>();

    static AuthorizationServerMetadata server() {
        return Stage.metadata()
                .revocationEndpoint(URI.create(ISSUER + "/revoke"))
                .build();
    }

    OAuthClientBuilder builder() {
        return stage.builder(server()).security(SecurityProfile.LENIENT).listener(new Ears());
    }

    OAuthClientBuilder builder(TokenStore store) {
        return builder().store(store);
    }

    OAuthClient client() {
        return builder().build();
    }

    Account signIn(OAuthClient client, String subject, String username) {
        return signIn(client, subject, username, "", "r-" + subject);
    }

    /** Signs in, with an access token that is called after the refresh token. */
    Account signIn(OAuthClient client, String subject, String username, String session, String refreshToken) {
        return complete(client, subject, username, session, tokens("a-" + refreshToken, refreshToken));
    }

    Account complete(OAuthClient client, String subject, String username, String session, String granted) {
        return complete(client, subject, username, session, granted, claims -> {});
    }

    Account complete(
            OAuthClient client,
            String subject,
            String username,
            String session,
            String granted,
            Consumer<Map<String, Object>> bend) {
        Map<String, Object> claims = stage.claims();
        claims.put("sub", subject);
        claims.put("preferred_username", username);
        bend.accept(claims);
        stage.answers(granted.replace("}", ",\"id_token\":\"" + Stage.jwt(claims) + "\"}"));
        return client.password(
                        PasswordGrant.of(username, Password.of("pw"), OPENID),
                        AccountNaming.byServer().session(session))
                .account();
    }

    static String tokens(String accessToken, String refreshToken) {
        return "{\"access_token\":\"" + accessToken
                + "\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"refresh_token\":\"" + refreshToken + "\"}";
    }

    void revocationAnswers(Answer answer) {
        stage.transport.onPost("/revoke").alwaysAnswers(answer);
    }

    /** The literal bodies that the revocation endpoint got. */
    List<String> revoked() {
        List<String> bodies = new ArrayList<>();
        for (RecordedRequest request : stage.transport.requests()) {
            if (request.path().equals("/revoke")) {
                bodies.add(request.body());
            }
        }
        return bodies;
    }

    List<StoreKey> indexEntries(String username) {
        String partition = SessionKey.hash(List.of("usernames", "app", username));
        return stage.store.keys(partition, "", 1_000).keys();
    }

    void overwrite(StoreKey key, String content) {
        RecordVersion present = stage.store.find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
        StoreRecord record = StoreRecord.of(content.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
        assertThat(stage.store.replace(key, present, record)).isPresent();
    }

    private final class Ears implements AuthListener {

        @Override
        public void signedOut(Account account) {
            events.add("signed out " + account.subject() + account.session());
        }

        @Override
        public void revocationFailed(Optional<Account> account, OAuthException reason) {
            events.add("not revoked " + account.map(Account::subject).orElse("nobody") + " "
                    + reason.getClass().getSimpleName());
        }

        @Override
        public void sessionUnreadable(StoreKey key) {
            events.add("unreadable " + key);
        }
    }
}
