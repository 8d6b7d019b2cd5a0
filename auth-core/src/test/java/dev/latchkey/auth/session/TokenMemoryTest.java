package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenMemoryTest {

    private static final Duration ASSUMED = Duration.ofMinutes(5);
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final AskedFor READ = AskedFor.of(Scopes.of("read"), RequestOptions.NONE);
    private static final AskedFor WRITE = AskedFor.of(Scopes.of("write"), RequestOptions.NONE);
    private static final long NOW = 1_000_000;

    private final TokenMemory memory = new TokenMemory(100);

    private static SessionKey key(String owner) {
        return SessionKey.ofApplication("https://issuer.example", owner, "");
    }

    private static HeldToken token(AskedFor asked, String text, long expiresAt) {
        AccessToken token = AccessToken.of(text, TokenType.BEARER, Instant.ofEpochMilli(expiresAt), Scopes.NONE);
        Freshness.Ends ends =
                new Freshness(MINUTE, 0).of(StoredToken.issued(token, Instant.ofEpochMilli(NOW), null), ASSUMED, NOW);
        return HeldToken.of(asked, token, ends, true, NOW, MINUTE);
    }

    private TokenMemory.Slot keep(String owner, HeldToken token) {
        TokenMemory.Slot slot = memory.open(owner, key(owner), NOW);
        slot.keep(token, NOW);
        return slot;
    }

    private String found(String owner, AskedFor asked) {
        HeldToken held = memory.find(owner, asked);
        return held == null ? "nothing" : held.token().reveal();
    }

    @Test
    void aTokenIsQuietUntilSomebodyMustLookAtTheStoreAndWhenTheClockIsSetBack() {
        keep("alice", token(READ, "t", NOW + 3_600_000));
        HeldToken held = memory.find("alice", READ);
        assertThat(held.isQuiet(NOW + 59_999)).isTrue();
        assertThat(held.isQuiet(NOW + 60_000)).isFalse();
        assertThat(held.isQuiet(NOW - 1)).isFalse();
        assertThat(held.isUsable(NOW + 3_589_999, Duration.ZERO)).isTrue();
        assertThat(held.isUsable(NOW + 3_590_000, Duration.ZERO))
                .as("just before the end")
                .isFalse();
        assertThat(held.isValid(NOW + 3_599_999)).isTrue();
        assertThat(held.isValid(NOW + 3_600_000)).isFalse();
        assertThat(held.isUsable(NOW, Duration.ofHours(2))).isFalse();
    }

    @Test
    void aTokenThatWasRefusedIsNeitherUsableNorValidAndAnotherOneIsNotTouched() {
        keep("alice", token(READ, "t", NOW + 3_600_000));
        memory.reject("alice", READ, AccessToken.bearer("an older one"));
        assertThat(memory.find("alice", READ).isRejected()).isFalse();
        memory.reject("alice", READ, AccessToken.bearer("t"));
        assertThat(memory.find("alice", READ).isUsable(NOW, Duration.ZERO)).isFalse();
        assertThat(memory.find("alice", READ).isValid(NOW)).isFalse();
    }

    @Test
    void aChangeInTheStoreMakesTokensDoubtful() {
        keep("alice", token(READ, "t", NOW + 3_600_000));
        keep("bob", token(READ, "b", NOW + 3_600_000));
        memory.changed(key("alice").storeKey());
        assertThat(memory.find("alice", READ).isUsable(NOW, Duration.ZERO)).isFalse();
        assertThat(memory.find("alice", READ).isValid(NOW))
                .as("if the store cannot be asked")
                .isTrue();
        assertThat(memory.find("bob", READ).isQuiet(NOW)).isTrue();
    }

    @Test
    void aChangeDuringAFlightCountsAtOnceAndForWhatTheFlightKeeps() {
        TokenMemory.Slot slot = keep("alice", token(READ, "t", NOW + 3_600_000));
        slot.begin();
        slot.begin();
        memory.changed(key("alice").storeKey());
        assertThat(memory.find("alice", READ).isDoubtful()).isTrue();
        slot.end();
        slot.keep(token(READ, "read before the change", NOW + 3_600_000), NOW);
        assertThat(memory.find("alice", READ).isDoubtful()).isTrue();
        slot.end();
        slot.begin();
        slot.keep(token(READ, "read after it", NOW + 3_600_000), NOW);
        assertThat(memory.find("alice", READ).isDoubtful()).isFalse();
        slot.end();
    }

    @Test
    void aTokenThatWasLookedAtIsTrustedAgainUnlessAnotherChangeWasTold() {
        keep("alice", token(READ, "t", NOW + 3_600_000));
        memory.changed(key("alice").storeKey());
        HeldToken first = memory.find("alice", READ);
        memory.changed(key("alice").storeKey());
        memory.trust("alice", first, NOW, MINUTE);
        HeldToken second = memory.find("alice", READ);
        assertThat(second.isDoubtful()).as("the look was before it").isTrue();
        memory.trust("alice", second, NOW, MINUTE);
        assertThat(memory.find("alice", READ).isQuiet(NOW)).isTrue();
        memory.reject("alice", READ, AccessToken.bearer("t"));
        memory.trust("alice", memory.find("alice", READ), NOW, MINUTE);
        assertThat(memory.find("alice", READ).isRejected()).isTrue();
    }

    @Test
    void whatABeginningFlightKeepsAfterTheSessionWasForgottenIsLost() {
        TokenMemory.Slot slot = keep("alice", token(READ, "t", NOW + 3_600_000));
        memory.forget("alice");
        slot.keep(token(READ, "t2", NOW + 3_600_000), NOW);
        assertThat(found("alice", READ)).isEqualTo("nothing");
        keep("alice", token(READ, "t3", NOW + 3_600_000));
        slot.keep(token(READ, "t4", NOW + 3_600_000), NOW);
        assertThat(found("alice", READ)).isEqualTo("t3");
    }

    @Test
    void aSessionHoldsOneTokenForEachThingAskedForAndNoneThatExpired() {
        keep("alice", token(READ, "old", NOW - 1));
        TokenMemory.Slot slot = keep("alice", token(WRITE, "w", NOW + 1));
        assertThat(slot.size()).isEqualTo(1);
        keep("alice", token(WRITE, "w2", NOW + 1));
        assertThat(slot.size()).isEqualTo(1);
        assertThat(found("alice", WRITE)).isEqualTo("w2");
        assertThat(found("alice", READ)).isEqualTo("nothing");
    }

    @Test
    void eachTokenOfASessionIsFoundAndChangedByItself() {
        AskedFor third = AskedFor.of(Scopes.of("third"), RequestOptions.NONE);
        keep("alice", token(READ, "r", NOW + 3_600_000));
        keep("alice", token(WRITE, "w", NOW + 3_600_000));
        TokenMemory.Slot slot = keep("alice", token(third, "t", NOW + 3_600_000));
        assertThat(slot.size()).isEqualTo(3);
        memory.reject("alice", WRITE, AccessToken.bearer("w"));
        assertThat(memory.find("alice", WRITE).isRejected()).isTrue();
        assertThat(memory.find("alice", READ).isQuiet(NOW)).isTrue();
        assertThat(memory.find("alice", third).isQuiet(NOW)).isTrue();
        keep("alice", token(WRITE, "w2", NOW + 3_600_000));
        assertThat(slot.size()).isEqualTo(3);
        assertThat(found("alice", READ) + found("alice", WRITE) + found("alice", third))
                .isEqualTo("rw2t");
        memory.changed(key("alice").storeKey());
        for (AskedFor each : List.of(READ, WRITE, third)) {
            assertThat(memory.find("alice", each).isQuiet(NOW)).isFalse();
        }
    }

    @Test
    void eachTokenOfASessionIsTrustedByItself() {
        keep("alice", token(READ, "r", NOW + 3_600_000));
        keep("alice", token(WRITE, "w", NOW + 3_600_000));
        memory.changed(key("alice").storeKey());
        HeldToken read = memory.find("alice", READ);
        HeldToken write = memory.find("alice", WRITE);
        assertThat(read.doubt()).isNotEqualTo(write.doubt());
        memory.trust("alice", read, NOW, MINUTE);
        assertThat(memory.find("alice", WRITE).isDoubtful()).isTrue();
        assertThat(memory.find("alice", WRITE).doubt()).isEqualTo(write.doubt());
        memory.trust("alice", write, NOW, MINUTE);
        assertThat(memory.find("alice", READ).isQuiet(NOW)).isTrue();
        assertThat(memory.find("alice", WRITE).isQuiet(NOW)).isTrue();
    }

    @Test
    void aTokenThatWasRefusedWhileItWasLookedUpStaysSoAmongOthers() {
        keep("alice", token(READ, "r", NOW + 3_600_000));
        TokenMemory.Slot slot = keep("alice", token(WRITE, "w", NOW + 3_600_000));
        memory.reject("alice", READ, AccessToken.bearer("r"));
        assertThat(slot.keep(token(READ, "r", NOW + 3_600_000), NOW)).isFalse();
        assertThat(slot.size()).isEqualTo(2);
        assertThat(memory.find("alice", READ).isRejected()).isTrue();
        assertThat(memory.find("alice", WRITE).isQuiet(NOW)).isTrue();
        assertThat(slot.keep(token(READ, "r2", NOW + 3_600_000), NOW)).isTrue();
        assertThat(memory.find("alice", READ).isQuiet(NOW)).isTrue();
        assertThat(slot.size()).isEqualTo(2);
    }

    @Test
    void oneSessionHoldsAHundredTokensAndTheNewest() {
        for (int i = 0; i < 150; i++) {
            AskedFor asked = AskedFor.of(Scopes.of("s" + i), RequestOptions.NONE);
            TokenMemory.Slot slot = keep("alice", token(asked, "t" + i, NOW + 3_600_000));
            assertThat(slot.size()).isEqualTo(Math.min(i + 1, 100));
            assertThat(found("alice", asked)).isEqualTo("t" + i);
        }
    }

    @Test
    void aChangeOfOneSessionOfManyIsOfNoOther() {
        TokenMemory many = new TokenMemory(20_000);
        for (int i = 0; i < 20_000; i++) {
            many.open("user" + i, key("user" + i), NOW).keep(token(READ, "t", NOW + 3_600_000), NOW);
        }
        many.changed(key("user7").storeKey());
        for (int i = 0; i < 20_000; i++) {
            assertThat(many.find("user" + i, READ).isQuiet(NOW)).isEqualTo(i != 7);
        }
    }

    @Test
    void isBoundedAndKeepsTheNewest() {
        for (int i = 0; i < 1_000; i++) {
            keep("user" + i, token(READ, "t", NOW + 1_000_000));
            assertThat(memory.size()).isLessThanOrEqualTo(100);
            assertThat(found("user" + i, READ)).isEqualTo("t");
        }
    }

    @Test
    void evictsWhatHasExpiredThenWhatNobodyAsksFor() {
        for (int i = 0; i < 100; i++) {
            keep("user" + i, token(READ, "t", i < 5 ? NOW - 1 : NOW + 1_000_000));
        }
        for (int i = 5; i < 40; i++) {
            memory.find("user" + i, READ);
        }
        keep("one more", token(READ, "t", NOW + 1_000_000));
        assertThat(memory.size()).isEqualTo(90);
        for (int i = 0; i < 5; i++) {
            assertThat(found("user" + i, READ)).isEqualTo("nothing");
        }
        for (int i = 5; i < 40; i++) {
            assertThat(found("user" + i, READ)).as("user" + i).isEqualTo("t");
        }
    }

    @Test
    void aDeadGrantIsRememberedForAWhileAndUntilSomethingChanges() {
        TokenMemory.Slot slot = memory.open("alice", key("alice"), NOW);
        SignInRequiredException reason = new SignInRequiredException("dead", null, null);
        slot.bury(reason, NOW, Duration.ofMillis(100));
        assertThat(memory.resting("alice", READ, NOW + 99, false)).isSameAs(reason);
        assertThat(memory.resting("alice", READ, NOW + 100, false)).isNull();
        assertThat(memory.resting("bob", READ, NOW, false)).isNull();
        memory.changed(key("alice").storeKey());
        assertThat(memory.resting("alice", READ, NOW, false)).isNull();
    }
}
