package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Disks that are full, gone or not to be written: what the exception says, and that nothing is lost. */
class FailuresTest extends DirectoryCase {

    private final FaultyFiles files = new FaultyFiles(true);

    @Test
    void aReadOnlyDiskCannotBeOpened() {
        files.fail((call, path) -> {
            if (call.equals("newFileChannel")) {
                throw new FileSystemException(path.toString(), null, "Read-only file system");
            }
        });

        assertRefused(() -> open(files.wrap(tokens())), "open", tokens().toString(), "Read-only", "can be written");
    }

    @Test
    void whatCannotBeWrittenLeavesWhatWasThere() throws Exception {
        FileTokenStore store = open(files.wrap(tokens()));
        RecordVersion version = create(store, KEY, "old");
        List<String> before = names();
        for (String step : List.of("newFileChannel temporary.", "move temporary.", "newFileChannel lock.")) {
            files.fail((call, path) -> {
                if ((call + " " + path.getFileName()).startsWith(step)) {
                    throw new FileSystemException(path.toString(), null, "No space left on device");
                }
            });

            assertRefused(
                    () -> store.replace(KEY, version, record("new")),
                    "write sessions/alice",
                    tokens().toString(),
                    "No space left",
                    "has space");
            assertThat(found(store)).contains("old");
        }
        files.fail((call, path) -> {});
        assertThat(names()).isEqualTo(before);
        assertThat(store.replace(KEY, version, record("new"))).isPresent();
    }

    @Test
    void permissionThatIsLostIsNamed() throws Exception {
        FileTokenStore store = open(files.wrap(tokens()));
        RecordVersion version = create(store, KEY, "old");
        files.fail((call, path) -> {
            if (call.equals("newFileChannel") && path.startsWith(partition())) {
                throw new AccessDeniedException(path.toString());
            }
        });

        assertRefused(() -> store.find(KEY), "read sessions/alice", file().toString(), "permission denied", "owner");
        assertRefused(() -> store.remove(KEY, version), "remove sessions/alice", "permission denied");
        files.fail((call, path) -> {});
        assertThat(found(store)).contains("old");
    }

    @Test
    void aFileSystemWithoutAtomicRenamesIsNamed() throws Exception {
        FileTokenStore store = open(files.wrap(tokens()));
        files.fail((call, path) -> {
            if (call.equals("move")) {
                throw new AtomicMoveNotSupportedException(path.toString(), null, "cannot");
            }
        });

        assertRefused(() -> create(store, KEY, "new"), "in one step", "another one");
        files.fail((call, path) -> {});
        assertThat(found(store)).isEmpty();
        assertThat(store.keys("sessions", "", 10).keys()).isEmpty();
    }

    /** Only a disk knows whether the record is on it: the writer is told that it may not be, and finds the new one or the old one. */
    @Test
    void aDirectoryThatCannotBeSyncedIsTold() throws Exception {
        FileTokenStore store = open(files.wrap(tokens()));
        RecordVersion version = create(store, KEY, "old");
        files.fail((call, path) -> {
            if (call.equals("newFileChannel") && path.equals(partition())) {
                throw new ClosedChannelException();
            }
        });

        assertRefused(() -> store.replace(KEY, version, record("new")), "ClosedChannel", "old one or the new one");
        assertThat(found(store)).contains("new");
    }

    @Test
    void aDirectoryThatWasRemovedIsNamedAndNotMadeAnew() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "old");
        removeAll();

        assertRefused(() -> store.find(KEY), tokens().toString(), "was removed", "open a new store");
        assertRefused(() -> store.replace(KEY, version, record("new")), "was removed");
        assertRefused(() -> create(store, KEY, "new"), "was removed");
        assertRefused(() -> store.remove(KEY, version), "was removed");
        assertRefused(() -> store.keys("sessions", "", 10), "was removed");
        assertThat(tokens()).doesNotExist();

        create(open(), KEY, "new");
        assertThat(found(store)).contains("new");
    }

    @Test
    void aRecordThatIsRemovedByHandIsAbsent() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "old");
        Files.delete(file());

        assertThat(found(store)).isEmpty();
        assertThat(store.keys("sessions", "", 10).keys()).isEmpty();
        assertThat(store.replace(KEY, version, record("new"))).isEmpty();
        create(store, KEY, "new");
        assertThat(store.keys("sessions", "", 10).keys()).containsExactly(KEY);
    }

    @Test
    void filesOfOthersInThePartitionAreLeftAlone() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "mine");
        for (String name : List.of("key.not a key", "key.", "key.UPPER", "key.a+", "key.a+1", "README", ".DS_Store")) {
            Files.createFile(partition().resolve(name));
        }

        assertThat(store.keys("sessions", "", 10).keys()).containsExactly(KEY);
    }

    /** A real disk that takes the first bytes of a record and then no more, by a limit that counts for root as well. */
    @Test
    void aRecordThatTheDiskHasNoSpaceForLeavesTheOldOne() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = create(store, KEY, "old");
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -f 2048; exec \"$@\"", "sh"));
        command.addAll(Java.command(FillingADisk.class, tokens(), KEY.partition(), KEY.name(), version.value()));

        Process child = Java.start(command);
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor()).isZero();
        assertThat(said).contains("Could not write sessions/alice", tokens().toString(), "has space");
        assertThat(found(store)).contains("old");
        assertThat(store.find(KEY).orElseThrow().version()).isEqualTo(version);
        assertThat(names()).noneMatch(name -> name.startsWith("temporary."));
    }

    @Test
    void aFailedSweepIsNoFailedWrite() throws Exception {
        FileTokenStore store = open(files.wrap(tokens()));
        files.fail((call, path) -> {
            if (call.equals("newDirectoryStream")) {
                throw new IOException("Input/output error");
            }
        });

        create(store, StoreKey.of("sessions", "bob"), "written");
        assertRefused(() -> store.keys("sessions", "", 10), "list sessions", "Input/output error");
    }

    private void removeAll() throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(tokens())) {
            all = found.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
