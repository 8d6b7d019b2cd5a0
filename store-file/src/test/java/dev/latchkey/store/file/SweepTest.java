package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.StoreKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is deleted once a day, and what is not. */
class SweepTest extends DirectoryCase {

    private static final StoreKey OTHER = StoreKey.of("sessions", "bob");

    @Test
    void deletesRecordsWhoseTimeHasPassed() throws Exception {
        create(open(), KEY, record("short-lived", clock.instant().plus(Duration.ofMinutes(10))));
        create(open(), StoreKey.of("sessions", "carol"), "long-lived");
        clock.advance(Duration.ofHours(23));
        create(open(), OTHER, "too early");
        assertThat(names()).contains("record.alice", "key.alice");

        clock.advance(Duration.ofHours(2));
        create(open(), StoreKey.of("another", "dave"), "a day later");

        assertThat(names())
                .containsExactly(
                        "key.bob",
                        "key.carol",
                        "key.dave",
                        "partition.another",
                        "partition.sessions",
                        "record.bob",
                        "record.carol",
                        "record.dave",
                        "swept");
    }

    @Test
    void deletesWhatKilledProcessesLeave() throws Exception {
        create(open(), KEY, "there");
        Files.createFile(partition().resolve("key.never-written"));
        Files.createFile(partition().resolve("temporary.7.left"));
        Files.createFile(tokens().resolve("temporary.probe"));
        Files.setLastModifiedTime(tokens().resolve("temporary.probe"), FileTime.from(clock.instant()));

        clock.advance(Duration.ofHours(25));
        create(open(), OTHER, "a day later");

        assertThat(names())
                .containsExactly("key.alice", "key.bob", "partition.sessions", "record.alice", "record.bob", "swept");
    }

    @Test
    void leavesTheFilesOfWhoIsWriting() throws Exception {
        create(open(), KEY, "there");
        int stripe = (StripeLock.stripeOf(OTHER) + 1) % 32;
        Path temporary = Files.createFile(partition().resolve("temporary." + stripe + ".in-use"));
        clock.advance(Duration.ofHours(25));
        FileTokenStore store = open();
        StripeLock lock = StripeLock.take(StoreDirectory.open(tokens()), stripe, Duration.ZERO);
        try (lock) {
            create(store, OTHER, "written all the same");
        }

        assertThat(temporary).exists();
    }

    @Test
    void keepsWhatWasSetAsideForAMonth() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "precious");
        Files.write(file(), new byte[3]);
        assertRefused(() -> store.find(KEY), "damaged.alice");

        clock.advance(Duration.ofDays(30));
        create(open(), KEY, "a month later");
        assertThat(names()).anyMatch(name -> name.startsWith("damaged.alice."));

        clock.advance(Duration.ofDays(1));
        create(open(), OTHER, "and a day");
        assertThat(names()).noneMatch(name -> name.startsWith("damaged."));
    }

    @Test
    void leavesDamagedRecordsToWhoeverAsksForThem() throws Exception {
        create(open(), KEY, record("short-lived", clock.instant().plus(Duration.ofMinutes(10))));
        Files.write(file(), new byte[3]);
        clock.advance(Duration.ofHours(25));
        create(open(), OTHER, "a day later");

        assertThat(file()).hasBinaryContent(new byte[3]);
    }

    @Test
    void aClockThatWasAheadDoesNotEndSweeping() throws Exception {
        clock.advance(Duration.ofDays(365));
        create(open(), OTHER, "from the future");
        clock.set(clock.instant().minus(Duration.ofDays(365)));
        create(open(), KEY, record("short-lived", clock.instant().plus(Duration.ofMinutes(10))));

        clock.advance(Duration.ofHours(25));
        create(open(), StoreKey.of("sessions", "carol"), "a day later");

        assertThat(names()).doesNotContain("record.alice");
    }
}
