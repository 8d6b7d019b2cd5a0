package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountPage;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;

@Timeout(20)
class AccountsTest extends WithAccounts {

    private final OAuthClient client = client();

    @Test
    void listsTheAccountsOfThisClientAtThisServerAndNoOthers() {
        Account alice = signIn(client, "alice", "alice@example.com");
        Account bob = signIn(client, "bob", "bob@example.com");
        OAuthClient other = builder()
                .client(ClientId.of("other-app"), ClientAuthentication.none())
                .build();
        Account carol = complete(
                other, "carol", "carol@example.com", "", tokens("a", "r"), claims -> claims.put("aud", "other-app"));
        OAuthClient bound = builder().binding(new FakeBinding.Factory("fake")).build();
        Account dave = complete(
                bound, "dave", "dave@example.com", "", tokens("a", "r").replace("Bearer", "DPoP"), claims -> {});
        OAuthClient elsewhere = builder()
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://elsewhere.example")
                        .authorizationEndpoint(URI.create("https://elsewhere.example/authorize"))
                        .tokenEndpoint(URI.create("https://elsewhere.example/token"))
                        .build()))
                .build();
        Account erin = complete(
                elsewhere,
                "erin",
                "erin@example.com",
                "",
                tokens("a", "r"),
                claims -> claims.put("iss", "https://elsewhere.example"));
        stage.answers(Stage.granted(""));
        client.clientCredentials(Stage.READ).token();
        client.authorize(AuthorizationRequest.of(Stage.REDIRECT, Stage.OPENID));

        assertThat(client.accounts()).containsExactlyInAnyOrder(alice, bob);
        assertThat(client.accounts())
                .extracting(each -> each.username().orElseThrow())
                .containsExactlyInAnyOrder("alice@example.com", "bob@example.com");
        assertThat(other.accounts()).containsExactly(carol);
        assertThat(bound.accounts()).containsExactly(dave);
        assertThat(elsewhere.accounts()).containsExactly(erin);
        assertThat(client.accounts().named("erin@example.com")).isEmpty();
        assertThat(client.accounts().named("dave@example.com")).isEmpty();
        assertThat(elsewhere.accounts().named("erin@example.com")).containsExactly(erin);
        assertThat(bound.accounts().named("DAVE@example.com")).containsExactly(dave);
        assertThat(events).isEmpty();
    }

    @Test
    void readsAPageAtATimeAndOnlyAsFarAsOneGoes() {
        for (int i = 0; i < 250; i++) {
            signIn(client, "user-" + i, "user@example.com");
        }
        CountingStore counting = new CountingStore(stage.store);
        OAuthClient reader = builder(counting).build();

        Iterator<Account> accounts = reader.accounts().iterator();
        assertThat(counting.calls).as("an iterator that nobody used").hasValue(0);
        accounts.next();
        assertThat(counting.calls).as("a page of keys and its records").hasValue(101);
        List<String> subjects = new ArrayList<>();
        reader.accounts().forEach(account -> subjects.add(account.subject()));
        assertThat(subjects).hasSize(250).doesNotHaveDuplicates();
        assertThat(reader.accounts().named("user@example.com")).hasSize(250).doesNotHaveDuplicates();
    }

    @Test
    void pagesFollowTheCursorToTheEnd() {
        for (int i = 0; i < 5; i++) {
            signIn(client, "user-" + i, "user@example.com");
        }
        List<Account> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        while (cursor != null) {
            AccountPage page = client.accounts().page(cursor, 2);
            assertThat(page.accounts()).hasSizeLessThanOrEqualTo(2);
            seen.addAll(page.accounts());
            cursor = page.next().orElse(null);
            pages++;
        }
        assertThat(pages).isEqualTo(3);
        assertThat(seen).hasSize(5).doesNotHaveDuplicates();
        for (int limit : new int[] {0, -1, 1_001}) {
            assertThatThrownBy(() -> client.accounts().page("", limit))
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.field()).isEqualTo("limit"));
        }
    }

    @Test
    void anIteratorEndsAsIteratorsDo() {
        Iterator<Account> none = client.accounts().iterator();
        assertThat(none.hasNext()).isFalse();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void aDamagedRecordIsPassedOverAndTold() {
        Account alice = signIn(client, "alice", "alice@example.com");
        Account bob = signIn(client, "bob", "bob@example.com");
        StoreKey damaged = SessionKey.of(alice, "app", "").storeKey();
        for (String content : new String[] {"rubbish", "{\"v\":99}", "{\"v\":1,\"access_tokens\":{}}"}) {
            overwrite(damaged, content);
            events.clear();
            assertThat(client.accounts()).containsExactly(bob);
            assertThat(client.accounts().named("alice@example.com")).isEmpty();
            assertThat(events).containsExactly("unreadable " + damaged, "unreadable " + damaged);
        }
        assertThat(indexEntries("alice@example.com"))
                .as("a newer release will want it")
                .hasSize(1);
    }

    @Test
    void aRecordThatCannotBeDecryptedIsPassedOverToldAndCanBeSignedOut() {
        EncryptionKey key =
                EncryptionKey.of("k1", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        OAuthClient encrypted = builder(EncryptedTokenStore.over(stage.store, EncryptionKeys.of(key)))
                .build();
        Account alice = signIn(encrypted, "alice", "alice@example.com");
        Account bob = signIn(encrypted, "bob", "bob@example.com");
        StoreKey damaged = SessionKey.of(alice, "app", "").storeKey();
        overwrite(damaged, "rubbish");

        assertThat(encrypted.accounts()).containsExactly(bob);
        assertThat(encrypted.accounts().named("alice@example.com")).isEmpty();
        assertThat(events).containsExactly("unreadable " + damaged, "unreadable " + damaged);
        assertThat(indexEntries("alice@example.com")).hasSize(1);
        assertThat(encrypted.accounts().remove(alice).wasSignedIn()).isTrue();
        assertThat(stage.store.find(damaged)).isEmpty();
        assertThat(encrypted.accounts()).containsExactly(bob);
        assertThat(indexEntries("alice@example.com")).isEmpty();
    }

    @Test
    void aRecordUnderAnothersKeyIsNobodysAccount() {
        Account alice = signIn(client, "alice", "alice@example.com");
        byte[] content = stage.store
                .find(SessionKey.of(alice, "app", "").storeKey())
                .orElseThrow()
                .record()
                .content();
        StoreKey forged =
                SessionKey.of(Account.of(ISSUER, "mallory"), "app", "").storeKey();
        overwrite(forged, new String(content, StandardCharsets.UTF_8));
        assertThat(client.accounts()).containsExactly(alice);
    }

    @Test
    void aStoreThatCannotBeReadIsATemporaryFailure() {
        FailingStore failing = new FailingStore(stage.store);
        OAuthClient reader = builder(failing).build();
        signIn(reader, "alice", "alice@example.com");
        failing.readsFail = true;
        assertThatThrownBy(() -> reader.accounts().iterator().hasNext())
                .isInstanceOfSatisfying(
                        TemporaryFailureException.class,
                        e -> assertThat(e.safeToRetry()).isTrue())
                .hasMessageContaining("disk on fire");
    }

    @Test
    void askingForTheAccountsDoesNoWork() {
        HttpTransport untouched = Mockito.mock(HttpTransport.class);
        TokenStore untouchedStore = Mockito.mock(TokenStore.class);
        OAuthClient idle = OAuthClient.builder(untouched)
                .server(AuthorizationServer.openId(ISSUER))
                .client(ClientId.of("app"), ClientAuthentication.none())
                .store(untouchedStore)
                .build();
        Iterator<Account> unused = idle.accounts().iterator();
        Iterable<Account> alsoUnused = idle.accounts().named("alice");
        assertThat(unused).isNotNull();
        assertThat(alsoUnused.iterator()).isNotNull();
        Mockito.verifyNoInteractions(untouched, untouchedStore);
    }
}
