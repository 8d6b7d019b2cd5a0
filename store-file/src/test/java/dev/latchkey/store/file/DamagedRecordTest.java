package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Record files that were torn, truncated or changed behind the store's back. */
class DamagedRecordTest extends DirectoryCase {

    @Test
    void aRecordThatIsTruncatedAnywhereIsSetAside() throws Exception {
        byte[] whole = written();
        for (int length = 0; length < whole.length; length++) {
            assertSetAside(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void aRecordOfWhichAnyByteIsChangedIsSetAside() throws Exception {
        byte[] whole = written();
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            assertSetAside(changed);
        }
    }

    @Test
    void aRecordThatIsTornIsSetAside() throws Exception {
        byte[] whole = written();
        assertSetAside(Arrays.copyOf(whole, whole.length + 1));
        // What a crash leaves on a disk that knew the length before it knew the content.
        assertSetAside(new byte[whole.length]);
        byte[] half = whole.clone();
        Arrays.fill(half, whole.length / 2, whole.length, (byte) 0);
        assertSetAside(half);
    }

    @Test
    void aRecordThatLiesUnderAnotherKeyIsSetAside() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "alice's");
        create(store, StoreKey.of("sessions", "bob"), "bob's");
        Files.copy(file(), partition().resolve("record.mallory"));

        assertRefused(() -> store.find(StoreKey.of("sessions", "mallory")), "damaged.mallory");
    }

    @Test
    void whoMeetsItWritingIsToldAndCanWriteThen() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = damaged(store);

        assertRefused(() -> store.replace(KEY, version, record("new")), "sessions/alice", "damaged.alice");
        assertThat(store.replace(KEY, version, record("new"))).isEmpty();
        assertThat(found(store)).isEmpty();
        create(store, KEY, "signed in again");
        assertThat(found(store)).contains("signed in again");
        assertThat(aside()).hasSize(1);
    }

    @Test
    void whoMeetsItCreatingIsToldAndCanCreateThen() throws Exception {
        FileTokenStore store = open();
        damaged(store);

        assertRefused(() -> create(store, KEY, "new"), "damaged.alice");
        create(store, KEY, "new");
        assertThat(found(store)).contains("new");
    }

    @Test
    void whoMeetsItRemovingIsTold() throws Exception {
        FileTokenStore store = open();
        RecordVersion version = damaged(store);

        assertRefused(() -> store.remove(KEY, version), "damaged.alice");
        assertThat(store.remove(KEY, version)).isFalse();
        assertThat(aside()).hasSize(1);
    }

    @Test
    void itIsListedUntilSomebodyWasTold() throws Exception {
        FileTokenStore store = open();
        damaged(store);

        assertThat(store.keys("sessions", "", 10).keys()).containsExactly(KEY);
        assertRefused(() -> store.find(KEY), "damaged.alice");
        assertThat(store.keys("sessions", "", 10).keys()).isEmpty();
    }

    @Test
    void whereItCannotBeSetAsideItStays() throws Exception {
        FaultyFiles files = new FaultyFiles(true);
        FileTokenStore store = open(files.wrap(tokens()));
        damaged(store);
        files.fail((call, path) -> {
            if (call.equals("move")) {
                throw new AccessDeniedException(path.toString());
            }
        });

        assertRefused(() -> store.find(KEY), "permission denied", file().toString());
        assertThat(file()).exists();
    }

    /** A newer library has written it: it is whole, and others can read it. */
    @Test
    void aRecordOfANewerFormatStaysWhereItIs() throws Exception {
        byte[] newer = written();
        ByteBuffer.wrap(newer).putInt(8, 2);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(newer, 0, newer.length - 32);
        byte[] checksum = digest.digest("sessions/alice".getBytes(StandardCharsets.US_ASCII));
        System.arraycopy(checksum, 0, newer, newer.length - 32, 32);
        Files.write(file(), newer);
        FileTokenStore store = open();

        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> store.find(KEY), () -> create(store, KEY, "older"), () -> store.find(KEY))) {
            assertRefused(call, "sessions/alice", "format 2", "newer library");
        }
        assertThat(file()).hasBinaryContent(newer);
    }

    @Test
    void aFileThatIsLargerThanAnyRecordIsNotRead() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "small");
        try (RandomAccessFile large = new RandomAccessFile(file().toFile(), "rw")) {
            large.setLength(3L << 30);
        }

        assertRefused(() -> store.find(KEY), "damaged.alice");
        assertRefused(
                () -> store.replace(KEY, RecordVersion.ABSENT, StoreRecord.of(new byte[16 << 20], StoreRecord.FOREVER)),
                "16 MiB");
    }

    private byte[] written() throws Exception {
        create(open(), KEY, record("opaque", clock.instant().plus(Duration.ofHours(1))));
        return Files.readAllBytes(file());
    }

    private RecordVersion damaged(FileTokenStore store) throws Exception {
        RecordVersion version = create(store, KEY, "precious");
        byte[] bytes = Files.readAllBytes(file());
        bytes[50] ^= 1;
        Files.write(file(), bytes);
        return version;
    }

    private void assertSetAside(byte[] damaged) throws Exception {
        Files.createDirectories(partition());
        Files.write(file(), damaged);
        FileTokenStore store = open();

        assertRefused(() -> store.find(KEY), "sessions/alice", "damaged.alice", "sign in again");

        assertThat(found(store)).isEqualTo(Optional.empty());
        assertThat(aside()).hasSize(1);
        assertThat(aside().get(0)).hasBinaryContent(damaged);
        Files.delete(aside().get(0));
    }

    private List<Path> aside() throws Exception {
        try (Stream<Path> files = Files.list(partition())) {
            return files.filter(file -> file.getFileName().toString().startsWith("damaged."))
                    .collect(Collectors.toList());
        }
    }
}
