package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is stopped, and what is left of that. */
class StoppableWorkTest {

    private final StoppableWork work = new StoppableWork();

    @Test
    void whatIsStoppedBeforeItBeginsDoesNotBegin() throws IOException {
        work.stop();
        assertThat(work.run(() -> "done")).isEmpty();
    }

    @Test
    void whatIsStoppedWhileItGoesOnIsInterruptedAndItsThreadIsNotAfterwards() throws IOException {
        boolean interrupted = work.run(() -> {
                    work.stop();
                    return Thread.currentThread().isInterrupted();
                })
                .orElseThrow();
        assertThat(interrupted).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void whatHasEndedIsNotStoppedAnyMore() throws IOException {
        assertThat(work.run(() -> "done")).contains("done");
        work.stop();
        assertThat(Thread.interrupted()).isFalse();
    }
}
