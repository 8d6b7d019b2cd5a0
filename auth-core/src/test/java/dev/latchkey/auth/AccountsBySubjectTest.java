package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sessions of one subject, with an index of subjects where the profile wants one. */
@Timeout(60)
class AccountsBySubjectTest extends WithAccounts {

    private static final String OTHER = "https://other.example.com";

    /** Of all servers, as a client is that only lists. */
    private static final class Everywhere implements ServerProfile {

        @Override
        public Discovery discovery() {
            return AuthorizationServer.of(WithAccounts.server()).discovery();
        }

        @Override
        public boolean serves(AuthorizationServerMetadata server, Account account) {
            return true;
        }

        @Override
        public boolean findsAccountsBySubject() {
            return true;
        }
    }

    private final CountingStore counting = new CountingStore(stage.store);
    private final OAuthClient indexed =
            builder(counting).server(new Everywhere()).build();
    private final OAuthClient plain = builder(counting).build();

    private List<StoreKey> entries(String subject) {
        return stage.store
                .keys(SessionKey.hash(List.of("subjects", "app", subject)), "", 1_000)
                .keys();
    }

    private void put(Account account) throws Exception {
        SessionStore sessions = new SessionStore(stage.store, duration -> {}, stage.clock, () -> 0);
        AskedFor asked = AskedFor.of(Stage.READ, RequestOptions.NONE);
        TokenResponse response = TokenResponse.of(AccessToken.bearer("a"), RefreshToken.of("r"), null, Map.of());
        sessions.put(
                SessionKey.of(account, "app", ""),
                SessionRecord.of(account, null, null).with(asked, response, stage.clock.instant()));
        new AccountRecords(stage.store, "app", "", true).add(account, StoreRecord.FOREVER);
    }

    @Test
    void givesEachSessionAtEachIssuerAndNobodyElses() throws Exception {
        Account here = signIn(indexed, "alice", "alice@example.com");
        Account phone = signIn(indexed, "alice", "alice@example.com", "phone", "r-2");
        signIn(indexed, "Alice", "alice@example.com");
        Account there = Account.of(OTHER, "alice");
        put(there);

        assertThat(indexed.accounts().ofSubject("alice")).containsExactlyInAnyOrder(here, phone, there);
        assertThat(indexed.async().ofSubject("alice").join()).containsExactlyInAnyOrder(here, phone, there);
        assertThat(indexed.accounts().ofSubject("ALICE")).isEmpty();
        assertThat(plain.accounts().ofSubject("alice"))
                .as("its issuer's, found without an index")
                .containsExactlyInAnyOrder(here, phone);
    }

    @Test
    void aThousandOtherSessionsCostNothing() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            put(Account.of(ISSUER, "user-" + i));
        }
        counting.calls.set(0);

        assertThat(indexed.accounts().ofSubject("user-777"))
                .extracting(Account::subject)
                .containsExactly("user-777");

        assertThat(counting.calls).as("one page of the index, one session").hasValue(2);
        assertThat(plain.accounts().ofSubject("user-777"))
                .as("without an index, of all pages")
                .hasSize(1);
    }

    @Test
    void thoseAtOtherIssuersAreFoundWithoutReadingAnyAtItsOwn() throws Exception {
        Account here = Account.of(ISSUER, "alice");
        for (int i = 0; i < 1_500; i++) {
            put(here.withSession("browser-" + i));
        }
        Account there = Account.of(OTHER, "alice");
        put(there);
        put(there.withSession("phone"));
        counting.calls.set(0);

        assertThat(indexed.async().elsewhere(here, 100).join())
                .containsExactlyInAnyOrder(there, there.withSession("phone"));
        assertThat(counting.calls).as("two pages of the index, two sessions").hasValue(4);
        assertThat(indexed.async().elsewhere(here, 1).join()).hasSize(1);
        assertThat(plain.async().elsewhere(here, 100).join()).isEmpty();
        assertThatThrownBy(() -> indexed.async().elsewhere(here, 0)).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void anEntryElsewhereWhoseSessionIsGoneIsTidied() throws Exception {
        Account there = Account.of(OTHER, "alice");
        put(there);
        StoreKey session = SessionKey.of(there, "app", "").storeKey();
        stage.store.remove(session, stage.store.find(session).orElseThrow().version());

        assertThat(indexed.async().elsewhere(Account.of(ISSUER, "alice"), 100).join())
                .isEmpty();
        assertThat(entries("alice")).isEmpty();
    }

    @Test
    void signingOutTakesTheEntryAway() {
        Account alice = signIn(indexed, "alice", "alice@example.com");
        assertThat(entries("alice")).hasSize(1);

        indexed.accounts().remove(alice);

        assertThat(entries("alice")).isEmpty();
        assertThat(indexed.accounts().ofSubject("alice")).isEmpty();
    }

    @Test
    void anEntryWhoseSessionIsGoneIsIgnoredAndTidied() {
        Account alice = signIn(indexed, "alice", "alice@example.com");
        StoreKey session = SessionKey.of(alice, "app", "").storeKey();
        stage.store.remove(session, stage.store.find(session).orElseThrow().version());

        assertThat(indexed.accounts().ofSubject("alice")).isEmpty();
        assertThat(entries("alice")).isEmpty();
    }

    /** So that no sign-in of another profile takes more round trips to the store. */
    @Test
    void noOtherProfileWritesAnIndex() {
        signIn(plain, "alice", "alice@example.com");
        int written = counting.calls.getAndSet(0);

        signIn(indexed, "bob", "bob@example.com");

        assertThat(entries("alice")).isEmpty();
        assertThat(counting.calls).as("a look and a write more").hasValue(written + 2);
    }

    @Test
    void anEntryThatTheStoreWouldNotTakeIsWrittenLater() {
        FailingStore failing = new FailingStore(stage.store);
        OAuthClient here = builder(failing).server(new Everywhere()).build();
        failing.writesBeforeFailing = 2; // The session and its entry among the user names.
        Account alice = signIn(here, "alice", "alice@example.com");
        assertThat(entries("alice")).isEmpty();

        failing.writesBeforeFailing = FailingStore.NEVER;
        assertThat(here.accounts().ofSubject("alice")).containsExactly(alice);
        assertThat(entries("alice")).hasSize(1);
    }
}
