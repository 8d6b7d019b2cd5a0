package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.testkit.Answer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With which of the client's keys a session is refreshed and revoked: with the one that the server has bound it to, or not at all. */
@Timeout(20)
class SessionKeyTest {

    private static final SigningKey FIRST = Network.KEY;
    private static final SigningKey SECOND = Network.key("key-2");

    private final Network network = new Network();

    private AtprotoClient client(SigningKey current, SigningKey... others) {
        return network.client(Network.metadata(ClientKeys.of(current, others)));
    }

    private AtprotoClient open() {
        return network.client(AtprotoClientMetadata.builder(URI.create(Network.CLIENT_ID))
                .redirectUris(Network.REDIRECT)
                .scopes(Permission.scopes(Permission.TRANSITION_GENERIC))
                .build());
    }

    private static String tokens(int number) {
        return granted(ALICE.toString(), "").replace("at-1", "at-" + number).replace("rt-1", "rt-" + number);
    }

    private void refresh(AtprotoClient client, Account account, int number) {
        network.internet.clock.advance(Duration.ofHours(1));
        network.grants(tokens(number));
        assertThat(client.tokens(account).token().reveal()).isEqualTo("at-" + number);
    }

    private Object keyAt(String path) {
        return header(network.last(path).form().get("client_assertion")).get("kid");
    }

    private void refusesToRefresh(AtprotoClient client, Account account, String why) {
        network.internet.clock.advance(Duration.ofHours(1));
        int sent = network.to("/oauth/token").size();
        assertThatThrownBy(() -> client.tokens(account).token())
                .isInstanceOf(SignInRequiredException.class)
                .hasMessageContaining(why);
        assertThat(network.to("/oauth/token")).hasSize(sent);
    }

    @Test
    void isTheOneThatTheSessionBeganWith() {
        Account alice = network.signIn(client(FIRST));
        AtprotoClient rotated = client(SECOND, FIRST);
        refresh(rotated, alice, 2);
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");

        network.signIn(rotated);
        assertThat(keyAt("/oauth/par")).isEqualTo("key-2");
        assertThat(keyAt("/oauth/token")).isEqualTo("key-2");
    }

    /** The server would end it: a session that began with a key needs one. */
    @Test
    void isMissingToAPublicClient() {
        Account alice = network.signIn(client(FIRST));
        refusesToRefresh(open(), alice, "client key");
    }

    @Test
    void isNotReplacedByAnotherOne() {
        Account alice = network.signIn(client(FIRST));
        refusesToRefresh(client(SECOND), alice, "key-1");
    }

    /** The server knows it by its thumbprint too. */
    @Test
    void isNotReplacedByAnotherOneOfTheSameName() {
        Account alice = network.signIn(client(FIRST));
        refusesToRefresh(client(Network.key("key-1")), alice, "another key");
        refusesToRefresh(client(SECOND, Network.key("key-1")), alice, "another key");
        refresh(client(SECOND, FIRST), alice, 2);
    }

    /** The server lets it go on with any key, and from then on with no other. */
    @Test
    void ofASessionThatAPublicClientBeganIsThatOfTheFirstRefresh() {
        Account alice = network.signIn(open());
        refresh(client(FIRST), alice, 2);
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");

        AtprotoClient rotated = client(SECOND, FIRST);
        refresh(rotated, alice, 3);
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");
        refusesToRefresh(client(SECOND), alice, "key-1");
        refusesToRefresh(client(Network.key("key-1")), alice, "another key");
        refusesToRefresh(open(), alice, "client key");
        network.revokes();
        assertThat(rotated.signOut(alice).revocation().isDone()).isTrue();
        assertThat(keyAt("/oauth/revoke")).isEqualTo("key-1");
    }

    @Test
    void ofASessionThatAPublicClientBeganIsTheCurrentOneUntilThen() {
        Account alice = network.signIn(open());
        network.internet.clock.advance(Duration.ofHours(1));
        network.servers.onPost("/oauth/token").answers(Answer.json(503, "{}"));
        AtprotoClient first = client(FIRST);
        assertThatThrownBy(() -> first.tokens(alice).token()).isInstanceOf(TemporaryFailureException.class);
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");

        network.revokes();
        assertThat(client(SECOND, FIRST).signOut(alice).revocation().isDone()).isTrue();
        assertThat(keyAt("/oauth/revoke")).isEqualTo("key-2");
    }

    /** The server has bound it, whatever is wrong with what it answered. */
    @Test
    void ofASessionThatAPublicClientBeganIsKeptEvenIfTheAnswerIsRefused() {
        Account alice = network.signIn(open());
        network.internet.clock.advance(Duration.ofHours(1));
        network.grants(tokens(2).replace("atproto transition:generic", "transition:generic"));
        AtprotoClient first = client(FIRST);
        assertThatThrownBy(() -> first.tokens(alice).token()).hasMessageContaining("scope");

        refresh(client(SECOND, FIRST), alice, 3);

        assertThat(network.last("/oauth/token").form()).containsEntry("refresh_token", "rt-2");
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");
    }

    /** The client has become a confidential one while somebody was at the browser. */
    @Test
    void ofASignInThatAPublicClientBeganIsThatOfItsCode() {
        network.pushes().grants(granted(ALICE.toString(), ""));
        PendingAuthorization pending = open().authorize("alice.example.com");
        Account alice = client(FIRST)
                .complete(
                        Network.callback(
                                pending, network.last("/oauth/par").form().get("state")),
                        pending.browserBinding())
                .account();
        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");

        refresh(client(SECOND, FIRST), alice, 2);

        assertThat(keyAt("/oauth/token")).isEqualTo("key-1");
    }

    @Test
    void isKeptWithItsThumbprintAsSoonAsThatIsKnown() throws IOException {
        Dpop dpop = Dpop.create();
        AuthorizationServerMetadata server =
                AuthorizationServerMetadata.builder(Internet.AS).build();
        ByteArrayOutputStream former = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(former);
        out.writeByte(1);
        out.writeUTF("key-1");
        out.write(dpop.create(server).save());
        SessionBinding.Factory factory = new SessionBinding.Factory(dpop, Optional.of(ClientKeys.of(SECOND, FIRST)));

        SessionBinding binding = (SessionBinding) factory.restore(former.toByteArray());

        assertThat(binding.clientKey().id()).isEqualTo("key-1");
        byte[] refreshed = binding.saveRefreshed().orElseThrow();
        SessionBinding again = (SessionBinding) factory.restore(refreshed);
        assertThat(again.thumbprint()).isEqualTo(binding.thumbprint());
        assertThat(again.saveRefreshed()).isEmpty();
        assertThat(again.clientKey().thumbprint()).isNotEmpty();
    }

    @Test
    void hasTheThumbprintOfTheStandard() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        BoundKey key = ClientKeys.of(SigningKey.of(generator.generateKeyPair())
                        .keyIdFromThumbprint()
                        .build())
                .current();
        assertThat(key.thumbprint()).isEqualTo(key.id());
    }
}
