package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the store would not take. */
class UnsavedSessionsTest extends WithRecords {

    @Test
    void whatTheStoreDidNotTakeIsTheSessionUntilItDoes() throws Exception {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore held = new SessionStore(flaky, WithRecords::noPause);
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
        SessionStore held = new SessionStore(flaky, WithRecords::noPause);
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
        SessionStore held = new SessionStore(flaky, WithRecords::noPause);
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
        SessionStore held = new SessionStore(flaky, WithRecords::noPause);
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
        SessionStore unsure = new SessionStore(flaky, WithRecords::noPause);
        unsure.put(key, session());
        Found base = unsure.find(key);
        flaky.loseAnswers = 1;
        assertThat(unsure.change(key, base, WithRecords::rotated, false)).isEqualTo(Written.SAVED);
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }

    @Test
    void whatWasWrittenAfterAllIsNotWrittenOverWhatCameLater() {
        FlakyStore flaky = new FlakyStore(store);
        SessionStore unsure = new SessionStore(flaky, WithRecords::noPause);
        flaky.loseAnswers = 1;
        flaky.breakAfterLoss = true;
        assertThat(unsure.put(key, session()).failure()).isPresent();
        flaky.broken = false;
        // The write had been done, and another node has refreshed since.
        sessions.change(key, sessions.find(key), WithRecords::rotated, false);
        assertThat(refreshToken(unsure)).isEqualTo("r2");
        assertThat(unsure.saveHeld()).isZero();
        assertThat(refreshToken(sessions)).isEqualTo("r2");
    }
}
