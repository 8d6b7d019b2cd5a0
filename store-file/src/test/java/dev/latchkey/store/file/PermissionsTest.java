package dev.latchkey.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the directory and its files belong to, and what may lie there. */
class PermissionsTest extends DirectoryCase {

    @Test
    void everythingIsMadeForItsOwnerAloneFromTheStart() throws Exception {
        FaultyFiles files = new FaultyFiles(true);
        FileTokenStore store = open(files.wrap(temporary.resolve("parent").resolve("tokens")));
        create(store, KEY, "mine");

        assertThat(files.created()).hasSizeGreaterThan(6).allSatisfy(made -> {
            boolean directory = made.startsWith("parent") || made.startsWith("tokens") || made.startsWith("partition.");
            assertThat(made).endsWith(directory ? " rwx------" : " rw-------");
        });
        assertThat(files.created().stream().map(made -> made.replaceAll("[. ].*", "")))
                .contains("parent", "tokens", "lock", "partition", "key", "temporary", "swept");
    }

    @Test
    void aCarelessUmaskOpensNothing() throws Exception {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "umask 0; exec \"$@\"", "sh"));
        command.addAll(Java.command(Counting.class, tokens(), 3, 2));

        assertThat(Java.start(command).waitFor()).isZero();

        try (Stream<Path> all = Files.walk(tokens())) {
            for (Path path : all.collect(Collectors.toList())) {
                assertThat(permissions(path)).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwxrwx---", "rwx--x---", "rwx---r--", "rwx----w-", "rwx-----x", "rwxrwxrwx"})
    void aDirectoryThatIsOpenToOthersIsRefused(String permissions) throws Exception {
        Files.createDirectory(tokens());
        Files.setPosixFilePermissions(tokens(), PosixFilePermissions.fromString(permissions));

        assertRefused(this::open, tokens().toString(), permissions, "chmod 700");
        assertThat(names()).isEmpty();
    }

    @Test
    void aDirectoryThatIsOpenedToOthersLaterIsRefusedFromThenOn() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "mine");
        Files.setPosixFilePermissions(tokens(), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertRefused(() -> store.find(KEY), "chmod 700");
        assertRefused(() -> create(store, KEY, "again"), "chmod 700");
        assertRefused(() -> store.keys("sessions", "", 1), "chmod 700");
    }

    @Test
    void aDirectoryOfSomebodyElseIsRefused() throws Exception {
        Path mallorys = temporary.resolve("mallorys");
        Files.createDirectory(
                mallorys, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertRefused(
                () -> open(new FaultyFiles(true).wrap(mallorys)), mallorys.toString(), "belongs to", "of its own");
        try (Stream<Path> left = Files.list(mallorys)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aDirectoryThatIsASymbolicLinkIsRefused() throws Exception {
        Path elsewhere = temporary.resolve("elsewhere");
        Files.createDirectory(
                elsewhere, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createSymbolicLink(tokens(), elsewhere);

        assertRefused(this::open, tokens().toString(), "symbolic link");
        Files.delete(elsewhere);
        assertRefused(this::open, tokens().toString(), "symbolic link");
        assertThat(elsewhere).doesNotExist();
    }

    @Test
    void aDirectoryThatBecomesASymbolicLinkIsRefused() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "mine");
        Path moved = Files.move(tokens(), temporary.resolve("moved"));
        Files.delete(moved.resolve("lock." + StripeLock.stripeOf(KEY)));
        Files.createSymbolicLink(tokens(), moved);

        assertRefused(() -> store.find(KEY), "symbolic link");
        assertRefused(() -> create(store, KEY, "theirs"), "symbolic link");
        assertThat(moved.resolve("lock." + StripeLock.stripeOf(KEY))).doesNotExist();
    }

    @Test
    void aPartitionThatIsASymbolicLinkIsRefused() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "mine");
        Files.move(partition(), temporary.resolve("elsewhere"));
        Files.createSymbolicLink(partition(), temporary.resolve("elsewhere"));

        assertRefused(() -> store.find(KEY), partition().toString(), "symbolic link");
        assertRefused(() -> create(store, KEY, "again"), "symbolic link");
        assertRefused(() -> store.keys("sessions", "", 1), "symbolic link");
    }

    @Test
    void aRecordThatIsASymbolicLinkIsRefused() throws Exception {
        FileTokenStore store = open();
        create(store, KEY, "mine");
        Path elsewhere = Files.move(file(), temporary.resolve("elsewhere"));
        Files.createSymbolicLink(file(), elsewhere);

        assertRefused(() -> store.find(KEY), file().toString(), "symbolic link");
        assertRefused(() -> create(store, KEY, "again"), "symbolic link");
        assertThat(elsewhere).exists();
        assertThat(file()).isSymbolicLink();
    }

    @Test
    void aLockThatIsASymbolicLinkIsRefused() throws Exception {
        FileTokenStore store = open();
        for (String name : List.of("lock.gate", "lock." + StripeLock.stripeOf(KEY))) {
            Path lock = tokens().resolve(name);
            Files.deleteIfExists(lock);
            Path elsewhere = temporary.resolve("elsewhere");
            Files.createSymbolicLink(lock, elsewhere);

            assertRefused(() -> create(store, KEY, "mine"), lock.toString(), "symbolic link");
            assertThat(elsewhere).doesNotExist();
            Files.delete(lock);
        }
        create(store, KEY, "mine");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws Exception {
        Files.createFile(tokens());

        assertRefused(this::open, tokens().toString(), "not a directory");
    }

    @Test
    void whereThereAreNoPermissionsTheStoreDoesWithout() throws Exception {
        FaultyFiles files = new FaultyFiles(false);
        files.fail((call, path) -> {
            if (call.equals("newFileChannel") && Files.isDirectory(path)) {
                throw new AccessDeniedException(path.toString());
            }
        });
        FileTokenStore store = open(files.wrap(tokens()));

        create(store, KEY, "as on Windows");
        assertThat(found(store)).contains("as on Windows");
        assertThat(files.created()).allSatisfy(made -> assertThat(made).endsWith(" "));
    }

    @Test
    void aNameCannotLeadOutOfTheDirectory() throws Exception {
        FileTokenStore store = open();
        Files.createDirectory(temporary.resolve("partition.x"));

        assertThatIllegalArgumentException().isThrownBy(() -> store.keys("../../partition.x", "", 1));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
