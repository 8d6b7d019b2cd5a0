package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.TokenStoreException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the store would not take. */
class UnsavedSessionsTest extends WithRecords {

    @Test
    void whatTheStoreDidNotTakeIsTheSessionUntilItDoes() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found before = held.find(key);
        flaky.broken = true;
        assertThat(held.change(key, before, WithRecords::rotated, false).failure())
                .isPresent();
        assertThat(held.find(key).isSaved()).isFalse();
        assertThat(held.saveHeld()).isEqualTo(1);
        flaky.broken = false;
        flaky.writesBroken = true;
        Found base = held.find(key);
        assertThat(base.record().orElseThrow().refreshToken().orElseThrow().reveal())
                .isEqualTo("r2");
        // A grant without a new refresh token keeps the one that is held, not the older one in the store.
        flaky.writesBroken = false;
        Found again = held.find(key);
        held.change(key, again, present -> present.with(READ, granted("t3", null), NOW), false);
        assertThat(sessions.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("r2");
    }

    @Test
    void whatIsHeldGivesWayToANewerSignIn() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found base = held.find(key);
        flaky.writesBroken = true;
        held.change(key, base, WithRecords::rotated, false);
        sessions.put(key, SessionRecord.of(ALICE, null, null).with(READ, granted("new", "newest"), NOW));
        flaky.writesBroken = false;
        assertThat(held.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("newest");
    }

    @Test
    void aDriverThatThrowsWhatThePortDoesNotKnowLosesNothing() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found base = held.find(key);
        flaky.throwing = true;
        assertThat(held.change(key, base, WithRecords::rotated, false).failure())
                .isPresent();
        assertThat(held.find(key)
                        .record()
                        .orElseThrow()
                        .refreshToken()
                        .orElseThrow()
                        .reveal())
                .isEqualTo("r2");
    }

    @Test
    void aSignInMadeWhileTheStoreWasDownReplacesTheOlderOneThatIsFoundLater() {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        flaky.broken = true;
        SessionStore held = over(flaky);
        SessionRecord newer = SessionRecord.of(ALICE, null, null).with(READ, granted("new", "newest"), NOW);
        assertThat(held.put(key, newer).failure()).isPresent();
        assertThat(refreshToken(held)).isEqualTo("newest");
        flaky.broken = false;
        assertThat(refreshToken(held)).isEqualTo("newest");
        assertThat(held.saveHeld()).isZero();
        assertThat(refreshToken(sessions)).isEqualTo("newest");
    }

    @Test
    void aWriteThatSeemedToFailAndWasDoneIsSaved() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = over(flaky);
        unsure.put(key, session());
        Found base = unsure.find(key);
        flaky.loseAnswers = 1;
        assertThat(unsure.change(key, base, WithRecords::rotated, false)).isEqualTo(Written.SAVED);
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }

    @Test
    void whatWasWrittenAfterAllIsNotWrittenOverWhatCameLater() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = over(flaky);
        loseTheSignInsAnswer(flaky);
        assertThat(unsure.put(key, session()).failure()).isPresent();
        flaky.broken = false;
        // The write had been done, and another node has refreshed since.
        sessions.change(key, sessions.find(key), WithRecords::rotated, false);
        assertThat(refreshToken(unsure)).isEqualTo("r2");
        assertThat(unsure.saveHeld()).isZero();
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }

    /** The place for the session is taken, the session is written, and its writer never learns of it. */
    private static void loseTheSignInsAnswer(FlakyStore flaky) {
        flaky.answersBeforeLoss = 1;
        flaky.loseAnswers = 1;
        flaky.breakAfterLoss = true;
    }

    private static SessionRecord signIn(String refreshToken) {
        return SessionRecord.of(ALICE, null, null).with(READ, granted("t-" + refreshToken, refreshToken), NOW);
    }

    private static Lease lease(String attempt) {
        return Lease.of("node." + attempt, Duration.ofSeconds(5));
    }

    @Test
    void aHeldSignInReplacesTheOlderSessionAlsoAfterItsFirstRefresh() throws Exception {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        flaky.broken = true;
        SessionStore held = over(flaky);
        held.put(key, signIn("newer"));
        Found base = held.find(key);
        Found leased = held.lease(key, base, lease("1")).orElseThrow();
        assertThat(held.change(
                                key,
                                leased,
                                present -> present.with(READ, granted("t3", "newest"), NOW)
                                        .withLease(null),
                                false)
                        .failure())
                .isPresent();
        assertThat(refreshToken(held)).isEqualTo("newest");
        flaky.broken = false;
        assertThat(refreshToken(held)).isEqualTo("newest");
        assertThat(refreshToken(sessions)).isEqualTo("newest");
    }

    @Test
    void aHeldSignInIsWrittenByItsFirstRefreshIfTheStoreIsBackByThen() throws Exception {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        flaky.broken = true;
        SessionStore held = over(flaky);
        held.put(key, signIn("newer"));
        Found leased = held.lease(key, held.find(key), lease("1")).orElseThrow();
        flaky.broken = false;
        assertThat(held.change(
                        key,
                        leased,
                        present ->
                                present.with(READ, granted("t3", "newest"), NOW).withLease(null),
                        false))
                .matches(Written::isCurrent)
                .matches(written -> written.failure().isEmpty());
        assertThat(refreshToken(sessions)).isEqualTo("newest");
    }

    @Test
    void aHeldRecordNeedsTheStoresLeaseSinceOthersMayHaveItsRefreshToken() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found base = held.find(key);
        flaky.broken = true;
        // An access token and no new refresh token: what the store has is as good as what is held.
        held.change(key, base, present -> present.with(READ, granted("t2", null), NOW), false);
        Found unsaved = held.find(key);
        assertThat(unsaved.isSaved()).isFalse();
        assertThatThrownBy(() -> held.lease(key, unsaved, lease("1"))).isInstanceOf(TokenStoreException.class);
        // Another node is at it meanwhile.
        assertThat(sessions.lease(key, sessions.find(key), lease("other"))).isPresent();
        flaky.broken = false;
        assertThat(held.lease(key, unsaved, lease("2")))
                .as("the other one has it")
                .isEmpty();
        assertThat(held.find(key).record().orElseThrow().lease()).contains(lease("other"));
    }

    @Test
    void winningTheLeaseOfAHeldRecordSavesIt() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found base = held.find(key);
        flaky.broken = true;
        held.change(key, base, WithRecords::rotated, false);
        Found unsaved = held.find(key);
        flaky.broken = false;
        Found leased = held.lease(key, unsaved, lease("1")).orElseThrow();
        assertThat(leased.isSaved()).isTrue();
        assertThat(refreshToken(sessions)).isEqualTo("r2");
        assertThat(held.saveHeld()).isZero();
        assertThat(sessions.find(key).record().orElseThrow().lease()).contains(lease("1"));
    }

    @Test
    void aFailedRefreshOfTheOlderSessionDoesNotReplaceANewerSignInThatIsHeld() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found older = held.find(key);
        flaky.broken = true;
        held.put(key, signIn("newer"));
        assertThat(held.change(key, older, WithRecords::rotated, false)).isEqualTo(Written.SUPERSEDED);
        assertThat(refreshToken(held)).isEqualTo("newer");
        flaky.broken = false;
        assertThat(refreshToken(held)).isEqualTo("newer");
        assertThat(refreshToken(sessions)).isEqualTo("newer");
    }

    @Test
    void aRefreshOfTheOlderSessionThatIsSavedDoesNotDropANewerSignInThatIsHeld() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        held.put(key, session());
        Found older = held.find(key);
        flaky.broken = true;
        held.put(key, signIn("newer"));
        flaky.broken = false;
        assertThat(held.change(key, older, WithRecords::rotated, false)).isEqualTo(Written.SAVED);
        held.dropHeld(key, older);
        assertThat(refreshToken(held)).isEqualTo("newer");
    }

    @Test
    void aSignInWhoseAnswerWasLostIsNotWrittenBackAfterASignOutElsewhere() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = over(flaky);
        loseTheSignInsAnswer(flaky);
        assertThat(unsure.put(key, session()).failure()).isPresent();
        assertThat(refreshToken(unsure)).isEqualTo("r1");
        assertThat(SessionRemoval.of(sessions, key).hasRemoved()).isTrue();
        flaky.broken = false;
        assertThat(unsure.find(key).isNothing()).isTrue();
        assertThat(unsure.saveHeld()).isZero();
        assertThat(store.size()).isZero();
    }

    @Test
    void aSignInWhoseAnswerWasLostIsNotWrittenAgainAfterASignOutInBetween() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = new SessionStore(
                flaky,
                duration -> assertThat(SessionRemoval.of(sessions, key).hasRemoved())
                        .isTrue(),
                clock,
                nanos::get);
        flaky.answersBeforeLoss = 1;
        flaky.loseAnswers = 1;
        assertThat(unsure.put(key, session())).isEqualTo(Written.GONE);
        assertThat(store.size()).isZero();
    }

    @Test
    void aHeldSignInWhoseSecondWriteWasDoneIsNotWrittenBackEither() {
        sessions.put(key, session());
        FlakyStore flaky = new FlakyStore(store);
        flaky.broken = true;
        SessionStore unsure = over(flaky);
        unsure.put(key, signIn("newer"));
        flaky.broken = false;
        flaky.loseAnswers = 1;
        assertThat(unsure.find(key).isSaved()).isFalse();
        assertThat(refreshToken(sessions)).as("the write was done").isEqualTo("newer");
        assertThat(SessionRemoval.of(sessions, key).hasRemoved()).isTrue();
        assertThat(unsure.find(key).isNothing()).isTrue();
        assertThat(store.size()).isZero();
    }

    @Test
    void aSignInOfWhichOnlyThePlaceWasTakenIsWrittenLater() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = over(flaky);
        flaky.loseAnswers = 1;
        flaky.breakAfterLoss = true;
        assertThat(held.put(key, session()).failure()).isPresent();
        assertThat(store.size()).as("its place").isEqualTo(1);
        assertThat(sessions.find(key).isNothing()).isTrue();
        assertThat(SessionRemoval.of(sessions, key).hasRemoved())
                .as("there is no session yet")
                .isFalse();
        flaky.broken = false;
        assertThat(refreshToken(held)).isEqualTo("r1");
        assertThat(refreshToken(sessions)).isEqualTo("r1");
    }

    @Test
    void aPlaceWhoseWriterWasKilledIsForgottenAndKeepsNobodyOut() {
        FlakyStore flaky = new FlakyStore(store);
        flaky.loseAnswers = 1;
        flaky.breakAfterLoss = true;
        over(flaky).put(key, session());
        assertThat(sessions.put(key, session())).isEqualTo(Written.SAVED);
        assertThat(SessionRemoval.of(sessions, key).hasRemoved()).isTrue();
        flaky.broken = false;
        flaky.loseAnswers = 1;
        over(flaky).put(key, signIn("r9"));
        assertThat(store.find(key.storeKey())).isPresent();
        clock.advance(Duration.ofDays(2));
        assertThat(store.find(key.storeKey())).isEmpty();
    }
}
