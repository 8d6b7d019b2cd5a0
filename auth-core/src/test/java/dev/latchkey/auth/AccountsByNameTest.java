package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The index of user names. */
@Timeout(60)
class AccountsByNameTest extends WithAccounts {

    private final OAuthClient client = client();

    @Test
    void findsEveryAccountOfANameWhateverItsCase() {
        Account alice = signIn(client, "alice", "Alice@Example.com");
        Account again = signIn(client, "alice-2", "ALICE@example.COM");
        signIn(client, "bob", "bob@example.com");

        assertThat(client.accounts().named("alice@example.com")).containsExactlyInAnyOrder(alice, again);
        assertThat(client.accounts().named("aLICE@eXAMPLE.com")).containsExactlyInAnyOrder(alice, again);
        assertThat(client.accounts().named("nobody@example.com")).isEmpty();
        assertThat(client.accounts().named("")).isEmpty();
    }

    @Test
    void theMachinesLanguageDoesNotMatter() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.ROOT);
            Account account = signIn(client, "alice", "IRIS@example.com");
            Locale.setDefault(new Locale("tr", "TR"));
            assertThat(client.accounts().named("iris@example.com")).containsExactly(account);
            assertThat(client.accounts().named("IRIS@EXAMPLE.COM")).containsExactly(account);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void tenThousandOtherSessionsCostNothing() throws Exception {
        SessionStore sessions = new SessionStore(stage.store, duration -> {}, stage.clock, () -> 0);
        AccountRecords records = new AccountRecords(stage.store, "app", "", false);
        AskedFor asked = AskedFor.of(Stage.READ, RequestOptions.NONE);
        TokenResponse response = TokenResponse.of(AccessToken.bearer("a"), RefreshToken.of("r"), null, Map.of());
        for (int i = 0; i < 10_000; i++) {
            Account account = Account.of(Stage.ISSUER, "user-" + i).withUsername("user-" + i + "@example.com");
            sessions.put(
                    SessionKey.of(account, "app", ""),
                    SessionRecord.of(account, null, null).with(asked, response, stage.clock.instant()));
            records.add(account, StoreRecord.FOREVER);
        }
        CountingStore counting = new CountingStore(stage.store);
        OAuthClient reader = builder(counting).build();

        assertThat(reader.accounts().named("USER-7777@example.com"))
                .extracting(Account::subject)
                .containsExactly("user-7777");
        assertThat(counting.calls).as("one page of the index, one session").hasValue(2);
    }

    @Test
    void anEntryWhoseSessionIsGoneIsIgnoredAndTidied() {
        Account alice = signIn(client, "alice", "alice@example.com");
        StoreKey session = SessionKey.of(alice, "app", "").storeKey();
        stage.store.remove(session, stage.store.find(session).orElseThrow().version());

        assertThat(indexEntries("alice@example.com")).hasSize(1);
        assertThat(client.accounts().named("alice@example.com")).isEmpty();
        assertThat(indexEntries("alice@example.com")).isEmpty();
    }

    @Test
    void whoseNameHasChangedIsFoundByTheNewOneOnly() {
        signIn(client, "alice", "alice@example.com");
        Account married = signIn(client, "alice", "alice.smith@example.com");

        assertThat(client.accounts().named("alice@example.com")).isEmpty();
        assertThat(indexEntries("alice@example.com")).isEmpty();
        assertThat(client.accounts().named("alice.smith@example.com")).containsExactly(married);
        assertThat(indexEntries("alice.smith@example.com")).hasSize(1);
    }

    @Test
    void aSessionThatEndedByItselfLeavesNoEntry() {
        Account alice = signIn(client, "alice", "alice@example.com");
        stage.clock.advance(Duration.ofHours(2));
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.tokens(alice, Stage.OPENID).token())
                .isInstanceOf(SignInRequiredException.class);
        assertThat(indexEntries("alice@example.com")).isEmpty();
        assertThat(stage.records()).isZero();
    }

    @Test
    void aSessionThatLivesOnItsLastAccessTokenLeavesNoEntryAfterIt() {
        Account alice = signIn(client, "alice", "alice@example.com");
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\"}"));
        assertThatThrownBy(() -> client.tokens(alice, Stage.READ).token()).isInstanceOf(SignInRequiredException.class);
        assertThat(client.accounts().named("alice@example.com")).containsExactly(alice);
        stage.clock.advance(Duration.ofHours(2));
        assertThat(indexEntries("alice@example.com")).isEmpty();
    }

    @Test
    void aNameThatASignInTookAwayLeavesNoEntry() {
        signIn(client, "alice", "alice@example.com");
        signIn(client, "alice", "Alice@example.com");
        assertThat(indexEntries("alice@example.com")).hasSize(1);
        signIn(client, "alice", "alice.smith@example.com");
        assertThat(indexEntries("alice@example.com")).isEmpty();
        assertThat(indexEntries("alice.smith@example.com")).hasSize(1);
    }

    @Test
    void aSignInBetweenTheLookAndTheTidyingKeepsItsEntry() {
        Account alice = signIn(client, "alice", "alice@example.com");
        StoreKey session = SessionKey.of(alice, "app", "").storeKey();
        stage.store.remove(session, stage.store.find(session).orElseThrow().version());
        AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> signIn(client, "alice", "alice@example.com"));
        OAuthClient reader = builder(new CountingStore(stage.store) {
                    @Override
                    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
                        Runnable first = meanwhile.getAndSet(null);
                        if (first != null) {
                            first.run();
                        }
                        return super.remove(key, expected);
                    }
                })
                .build();

        assertThat(reader.accounts().named("alice@example.com")).isEmpty();
        assertThat(meanwhile).as("the tidying was tried").hasValue(null);
        assertThat(client.accounts().named("alice@example.com")).containsExactly(alice);
    }

    @Test
    void anEntryThatTheStoreWouldNotTakeIsWrittenLater() {
        FailingStore failing = new FailingStore(stage.store);
        OAuthClient here = builder(failing).build();
        failing.writesBeforeFailing = 0;
        Account alice = signIn(here, "alice", "alice@example.com");
        assertThat(indexEntries("alice@example.com")).isEmpty();

        failing.writesBeforeFailing = FailingStore.NEVER;
        here.tokens(alice, Stage.OPENID).token();
        assertThat(here.accounts().named("alice@example.com")).containsExactly(alice);
        assertThat(client.accounts().named("alice@example.com")).containsExactly(alice);
    }

    @Test
    void anEntryLivesAsLongAsItsSession() {
        complete(client, "alice", "alice@example.com", "", Stage.granted(""));
        assertThat(indexEntries("alice@example.com")).hasSize(1);
        stage.clock.advance(Duration.ofSeconds(3_601));
        assertThat(indexEntries("alice@example.com")).isEmpty();
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void anEntrySaysNothingOfWhoItIs() {
        Account alice = signIn(client, "alice", "alice@example.com");
        StoreKey entry = indexEntries("alice@example.com").get(0);
        Optional<StoreEntry> found = stage.store.find(entry);
        assertThat(found.orElseThrow().record().content()).isEqualTo("{\"v\":1}".getBytes(StandardCharsets.US_ASCII));
        assertThat(entry.name())
                .isEqualTo(SessionKey.of(alice, "app", "").storeKey().name());
        assertThat(entry.toString()).doesNotContain("alice");
    }
}
