package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.Scopes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionStoreTest extends WithRecords {

    @Test
    void theKeySaysNothingAndNoTwoSessionsShareIt() {
        assertThat(key.storeKey().toString()).doesNotContain("alice").doesNotContain("issuer");
        assertThat(List.of(
                        key,
                        SessionKey.of(ALICE, "app2", ""),
                        SessionKey.of(ALICE, "app", "dpop"),
                        SessionKey.of(ALICE.withSession(""), "app", ""),
                        SessionKey.of(ALICE.withTenant("other"), "app", ""),
                        SessionKey.of(Account.of("https://issuer.example", "alicecontoso"), "app", ""),
                        SessionKey.ofApplication("https://issuer.example", "app", "")))
                .doesNotHaveDuplicates();
        assertThat(SessionKey.of(ALICE.withUsername("renamed"), "app", "")).isEqualTo(key);
    }

    @Test
    void anEmptyTenantIsNoneSoThatOneSessionHasOneOwner() {
        Account nowhere = Account.of("https://issuer.example", "alice");
        assertThat(nowhere.withTenant("")).isEqualTo(nowhere).hasSameHashCodeAs(nowhere);
        assertThat(SessionKey.of(nowhere.withTenant(""), "app", "")).isEqualTo(SessionKey.of(nowhere, "app", ""));
    }

    @Test
    void aChangeIsMadeAnewOnWhatAnotherNodeWrote() {
        sessions.put(key, session());
        Found base = sessions.find(key);
        AskedFor theirs = AskedFor.of(Scopes.of("theirs"), RequestOptions.NONE);
        over(store).change(key, base, present -> present.with(theirs, granted("t9", null), NOW), false);
        AskedFor ours = AskedFor.of(Scopes.of("ours"), RequestOptions.NONE);
        sessions.change(key, base, present -> present.with(ours, granted("t2", "r2"), NOW), false);

        SessionRecord both = sessions.find(key).record().orElseThrow();
        assertThat(both.accessToken(theirs, WithRecords::noResource)).isPresent();
        assertThat(both.accessToken(ours, WithRecords::noResource)).isPresent();
        assertThat(both.refreshToken().orElseThrow().reveal()).isEqualTo("r2");
    }

    @Test
    void aRemovedSessionIsNotWrittenBack() throws Exception {
        sessions.put(key, session());
        Found base = sessions.find(key);
        StoreEntry entry = store.find(key.storeKey()).orElseThrow();
        store.remove(key.storeKey(), entry.version());
        assertThat(sessions.change(key, base, present -> present.with(READ, granted("t2", "r2"), NOW), false))
                .isEqualTo(Written.GONE);
        assertThat(store.find(key.storeKey())).isEmpty();
        assertThat(sessions.find(key).record()).isEmpty();
    }

    @Test
    void oneOfTwoGetsTheLease() throws Exception {
        sessions.put(key, session());
        Found found = sessions.find(key);
        Lease mine = Lease.of("me.1", Duration.ofSeconds(5));
        Found leased = sessions.lease(key, found, mine).orElseThrow();
        assertThat(sessions.lease(key, found, Lease.of("you.1", Duration.ofSeconds(5))))
                .isEmpty();
        assertThat(sessions.find(key).sameVersionAs(leased)).isTrue();
        assertThat(sessions.find(key).record().orElseThrow().lease()).contains(mine);
    }

    @Test
    void theLeaseWhoseAnswerWasLostIsWon() throws Exception {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = over(flaky);
        flaky.loseAnswers = 1;
        Lease mine = Lease.of("me.1", Duration.ofSeconds(5));
        Found leased = unsure.lease(key, unsure.find(key), mine).orElseThrow();
        assertThat(sessions.find(key).sameVersionAs(leased)).isTrue();
        assertThat(sessions.find(key).record().orElseThrow().lease()).contains(mine);
    }

    @Test
    void theLeaseThatWasWrittenAlthoughTheStoreFailedIsNoAttempt() throws Exception {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = over(flaky);
        for (int attempt = 1; attempt <= 2; attempt++) {
            Found found = unsure.find(key);
            Lease unused = Lease.of("me." + attempt, Duration.ofSeconds(5));
            flaky.loseAnswers = attempt == 1 ? 1 : 0;
            flaky.breakAfterLoss = true;
            flaky.broken = attempt == 2;
            assertThatThrownBy(() -> unsure.lease(key, found, unused)).isInstanceOf(TokenStoreException.class);
            flaky.broken = false;
            assertThat(sessions.find(key).record().orElseThrow().lease())
                    .contains(Lease.of("me.1", Duration.ofSeconds(5)));
            assertThat(unsure.find(key).record().orElseThrow().lease())
                    .as("whoever wrote it knows that nothing was sent")
                    .isEmpty();
        }
        Lease next = Lease.of("me.3", Duration.ofSeconds(5));
        assertThat(unsure.lease(key, unsure.find(key), next)).isPresent();
        assertThat(unsure.find(key).record().orElseThrow().lease()).contains(next);
    }

    @Test
    void oneTakesBackOnesOwnLeaseAndNobodyElses() {
        SessionRecord leased = session().withLease(Lease.of("me.1", Duration.ofSeconds(5)));
        assertThat(leased.withoutLease(Lease.of("me.2", Duration.ofSeconds(5)))).isSameAs(leased);
        assertThat(leased.withoutLease(Lease.of("me.1", Duration.ofSeconds(5))).lease())
                .isEmpty();
    }

    @Test
    void aChangeToWhatNobodyTouchedTakesOneCall() {
        sessions.put(key, session());
        Found base = sessions.find(key);
        FlakyStore counting = new FlakyStore(store);
        over(counting).change(key, base, WithRecords::rotated, false);
        assertThat(counting.calls).isEqualTo(1);
    }

    @Test
    void aDamagedRecordIsAnErrorWithoutItsContentAndANewSignInReplacesIt() {
        for (String damaged : List.of(
                "",
                "{}",
                "not json s3cret",
                "{\"v\":3,\"access_tokens\":{}}",
                "{\"v\":1,\"access_tokens\":{\"a\":{\"token\":5}}}")) {
            StoreRecord record = StoreRecord.of(damaged.getBytes(StandardCharsets.UTF_8), StoreRecord.FOREVER);
            RecordVersion expected =
                    store.find(key.storeKey()).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            assertThat(store.replace(key.storeKey(), expected, record)).isPresent();
            assertThatThrownBy(() -> sessions.find(key))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("store")
                    .hasMessageNotContaining("s3cret");
            assertThat(sessions.findReplaceable(key).record()).isEmpty();
        }
        assertThat(sessions.put(key, session())).isEqualTo(Written.SAVED);
        assertThat(sessions.find(key).record()).isPresent();
    }
}
