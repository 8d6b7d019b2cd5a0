package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** The ticks are run by hand, and what happens between two of them is written down beforehand. */
class CoarseClockTest {

    private static final int TICKS_UNTIL_IDLE = 100;

    private final MutableClock exact = MutableClock.create();
    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final Deque<Runnable> between = new ArrayDeque<>();
    private int ticks;
    private final CoarseClock clock = new CoarseClock(
            exact,
            threads::add,
            () -> {
                ticks++;
                if (!between.isEmpty()) {
                    between.remove().run();
                }
            },
            0);

    @Test
    void standsStillBetweenTwoTicks() {
        assertThat(clock.millis()).isEqualTo(exact.millis());
        long first = exact.millis();
        between.add(() -> {
            exact.advance(Duration.ofMillis(7));
            assertThat(clock.millis()).isEqualTo(first);
        });
        between.add(() -> {
            assertThat(clock.millis()).isEqualTo(first + 7);
            assertThat(clock.instant()).isEqualTo(exact.instant());
        });
        threads.remove().run();
        assertThat(between).isEmpty();
    }

    @Test
    void isExactAndBeginsAThreadWhereNoneTicks() {
        clock.millis();
        exact.advance(Duration.ofHours(1));
        assertThat(clock.millis()).as("the thread has not begun yet").isEqualTo(exact.millis());
        assertThat(threads).hasSize(1);
        threads.remove().run();
        exact.advance(Duration.ofHours(1));
        assertThat(clock.millis()).as("the thread has ended").isEqualTo(exact.millis());
        assertThat(threads).hasSize(1);
    }

    @Test
    void ticksForASecondAfterTheLastReading() {
        clock.millis();
        threads.remove().run();
        assertThat(ticks).isEqualTo(TICKS_UNTIL_IDLE);
        ticks = 0;
        clock.millis();
        for (int i = 0; i < 50; i++) {
            between.add(clock::millis);
        }
        threads.remove().run();
        assertThat(ticks).isBetween(50 + TICKS_UNTIL_IDLE - 1, 50 + TICKS_UNTIL_IDLE);
    }

    @Test
    void isExactWhereNoThreadIsToBeHad() {
        CoarseClock threadless = new CoarseClock(
                exact,
                ticks -> {
                    throw new OutOfMemoryError("no thread");
                },
                () -> {},
                0);
        assertThat(threadless.millis()).isEqualTo(exact.millis());
        exact.advance(Duration.ofMillis(1));
        assertThat(threadless.millis()).isEqualTo(exact.millis());
    }

    @Test
    void beginsNoThreadUntilItIsReadAThousandTimesInTenMilliseconds() {
        CoarseClock patient = new CoarseClock(exact, threads::add, () -> {}, 1_000);
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 1_000; i++) {
                assertThat(patient.millis()).isEqualTo(exact.millis());
            }
            exact.advance(Duration.ofMillis(10));
        }
        assertThat(threads).isEmpty();
        for (int i = 0; i <= 1_000; i++) {
            patient.millis();
        }
        assertThat(threads).hasSize(1);
    }

    @Test
    void isExactAgainWhenItIsHardlyReadAnyMore() {
        int[] patientTicks = new int[1];
        CoarseClock[] patient = new CoarseClock[1];
        patient[0] = new CoarseClock(
                exact,
                threads::add,
                () -> {
                    if (++patientTicks[0] % 4 == 0) {
                        patient[0].millis();
                    }
                },
                1);
        patient[0].millis();
        patient[0].millis();
        threads.remove().run();
        assertThat(patientTicks[0]).as("read in every fourth tick").isBetween(100, 500);
    }

    @Test
    void ticksOnWhileItIsReadInEveryTick() {
        int[] patientTicks = new int[1];
        CoarseClock[] patient = new CoarseClock[1];
        patient[0] = new CoarseClock(
                exact,
                threads::add,
                () -> {
                    if (++patientTicks[0] < 10_000) {
                        patient[0].millis();
                    }
                },
                1);
        patient[0].millis();
        patient[0].millis();
        threads.remove().run();
        assertThat(patientTicks[0]).isBetween(10_000, 10_200);
    }

    @Test
    void aClockThatWentBackBeginsToCountAnew() {
        CoarseClock patient = new CoarseClock(exact, threads::add, () -> {}, 1_000);
        patient.millis();
        exact.advance(Duration.ofHours(-1));
        for (int i = 0; i < 1_000; i++) {
            patient.millis();
        }
        assertThat(threads).isEmpty();
        patient.millis();
        assertThat(threads).hasSize(1);
    }

    @Test
    void anInterruptDoesNotKeepItFromResting() {
        between.add(() -> Thread.currentThread().interrupt());
        between.add(() -> assertThat(Thread.currentThread().isInterrupted())
                .as("else no rest would last")
                .isFalse());
        clock.millis();
        threads.remove().run();
        assertThat(between).isEmpty();
    }
}
