package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom, and for how long. */
@Timeout(120)
class LockingTest extends DirectoryCase {

    private final int stripe = StripeLock.stripeOf(KEY);

    @AfterEach
    void leaveNoInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aWriterGivesUpWhenAThreadHoldsTheLockForTooLong() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "before");
        StripeLock lock = StripeLock.take(StoreDirectory.open(tokens()), stripe, Duration.ZERO);
        try (lock) {
            assertRefused(
                    () -> store.replace(KEY, version, record("after")),
                    tokens().toString(),
                    "busy",
                    "this process",
                    "lock." + stripe,
                    "PT0.02S",
                    "nothing was written");
            assertRefused(() -> store.remove(KEY, version), "busy");
            assertThat(found(store)).as("Reading needs no lock").contains("before");
        }

        assertThat(store.replace(KEY, version, record("after"))).isPresent();
    }

    @Test
    void aWriterGivesUpWhenAProcessHoldsTheLockForTooLong() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "before");
        Process holder = Java.start(HoldingALock.class, tokens().resolve("lock." + stripe));
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('y');

            assertRefused(
                    () -> store.replace(KEY, version, record("after")), "busy", "another process", "lock." + stripe);
            assertThat(found(store)).contains("before");
        } finally {
            holder.destroyForcibly().waitFor();
        }

        assertThat(store.replace(KEY, version, record("after")))
                .as("The dead hold nothing")
                .isPresent();
    }

    @Test
    void aWriterWaitsForTheOneBeforeIt() throws Exception {
        FileTokenStore store = FileTokenStore.builder(tokens())
                .lockPatience(Duration.ofMinutes(1))
                .open();
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean written = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            started.countDown();
            try {
                create(store, KEY, "second");
                written.set(true);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        StripeLock lock = StripeLock.take(StoreDirectory.open(tokens()), stripe, Duration.ZERO);
        try (lock) {
            writer.start();
            started.await();
            assertThat(written).isFalse();
        }

        writer.join();
        assertThat(written).isTrue();
    }

    /** POSIX would let go of the first one's lock when the second one closes its channel, were it ever opened. */
    @Test
    void whoWaitsInVainTakesNothingFromWhoHolds() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "before");
        StripeLock lock = StripeLock.take(StoreDirectory.open(tokens()), stripe, Duration.ZERO);
        try (lock) {
            assertRefused(() -> store.replace(KEY, version, record("after")), "busy");

            Process other = Java.start(HoldingALock.class, tokens().resolve("lock." + stripe));
            try {
                assertThat(other.getInputStream().read()).isEqualTo('n');
            } finally {
                other.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aLockOfAnotherCopyOfTheClassIsWaitedFor() throws Exception {
        FileTokenStore store = open();
        try (FileChannel gate = FileChannel.open(
                        tokens().resolve("lock.gate"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock held = gate.lock(stripe, 1, true)) {
            assertThat(held.isValid()).isTrue();
            assertRefused(() -> create(store, KEY, "new"), "busy", "this process");
        }

        create(store, KEY, "new");
    }

    @Test
    void anInterruptedThreadReadsWritesAndStaysInterrupted() throws Exception {
        FileTokenStore store = open();
        Thread.currentThread().interrupt();
        RecordVersion version = create(store, KEY, "one");
        assertThat(found(store)).contains("one");
        Optional<RecordVersion> second = store.replace(KEY, version, record("two"));
        assertThat(store.keys("sessions", "", 10).keys()).containsExactly(KEY);
        assertThat(store.remove(KEY, second.orElseThrow())).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(names()).containsExactly("partition.sessions", "swept");
    }

    @Test
    void anInterruptAtAnyMomentCostsNothing() throws Exception {
        FileTokenStore store = FileTokenStore.open(tokens());
        Thread writer = Thread.currentThread();
        Random random = new Random(1);
        Thread interrupter = new Thread(() -> {
            for (int i = 0; i < 200; i++) {
                writer.interrupt();
                LockSupport.parkNanos(random.nextInt(2_000_000));
            }
        });
        RecordVersion version = create(store, KEY, "0");
        interrupter.start();
        int written = 0;
        while (interrupter.isAlive()) {
            written++;
            version = store.replace(KEY, version, record(Integer.toString(written)))
                    .orElseThrow();
            assertThat(found(store)).contains(Integer.toString(written));
        }
        assertThat(Thread.interrupted()).isTrue();
        interrupter.join();
        assertThat(names()).containsExactly("key.alice", "partition.sessions", "record.alice", "swept");
    }
}
