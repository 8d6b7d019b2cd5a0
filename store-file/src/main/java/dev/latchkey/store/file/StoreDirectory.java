package dev.latchkey.store.file;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * What lies where in the directory.
 *
 * <pre>
 * lock.gate, lock.0 … lock.31              see StripeLock; empty, never removed
 * swept                                    empty; its time of change is that of the last sweep
 * partition.NAME/key.NAME                  empty; says that there is such a key
 *                record.NAME               see RecordFile
 *                temporary.STRIPE.ID       becomes a record by being renamed; one that nobody holds the lock of is a leftover
 *                damaged.NAME.SECONDS.ID   a record that could not be read, set aside at that time
 * </pre>
 *
 * <p>Keys are listed by their {@code key} files. Those stay as they are while records are replaced: a file system may list a
 * file that is renamed meanwhile twice or, as tmpfs and btrfs do, not at all.
 */
final class StoreDirectory {

    static final String PARTITION = "partition.";
    static final String KEY = "key.";
    static final String RECORD = "record.";
    static final String TEMPORARY = "temporary.";
    static final String DAMAGED = "damaged.";

    private final Path root;
    private final SafeFiles files;

    private StoreDirectory(Path root, SafeFiles files) {
        this.root = root;
        this.files = files;
    }

    static StoreDirectory open(Path directory) throws TokenStoreException {
        Path root = directory.toAbsolutePath();
        boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
        SafeFiles files = new SafeFiles(posix);
        StoreDirectory opened = new StoreDirectory(root, files);
        try {
            files.createDirectory(root);
            files.checkDirectory(root);
            opened.checkOwner(posix);
            return opened;
        } catch (IOException e) {
            throw opened.explained("open", e);
        }
    }

    /** Java does not tell who we are, but a new file does: it belongs to us. That it can be made says that we may write. */
    private void checkOwner(boolean posix) throws IOException {
        Path probe = root.resolve(TEMPORARY + UUID.randomUUID());
        files.create(probe, new byte[0]);
        try {
            if (posix) {
                UserPrincipal owner = Files.getOwner(root, LinkOption.NOFOLLOW_LINKS);
                UserPrincipal ourselves = Files.getOwner(probe, LinkOption.NOFOLLOW_LINKS);
                if (!owner.equals(ourselves)) {
                    throw new TokenStoreException(
                            root + " belongs to " + owner + ", and this process is " + ourselves
                                    + "'s: use a directory of its own",
                            null);
                }
            }
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    FileChannel openLockFile(String name) throws IOException {
        files.checkDirectory(root);
        return files.openLockFile(root.resolve(name));
    }

    /**
     * Reads a record.
     *
     * @throws RecordFile.Damaged if there is one that cannot be read
     */
    Optional<StoreEntry> load(StoreKey key) throws IOException {
        Optional<Path> partition = partition(key.partition());
        Optional<byte[]> bytes =
                partition.isEmpty() ? Optional.empty() : files.read(file(partition.get(), RECORD, key));
        return bytes.isEmpty() ? Optional.empty() : Optional.of(RecordFile.decode(key, bytes.get()));
    }

    /** Writes or replaces a record; whoever reads meanwhile finds the old one or the new one. The caller has the lock. */
    void save(StoreKey key, RecordVersion version, StoreRecord record) throws IOException {
        files.checkDirectory(root);
        Path partition = root.resolve(PARTITION + FileName.encode(key.partition()));
        files.createDirectory(partition);
        files.checkDirectory(partition);
        Path temporary = partition.resolve(TEMPORARY + StripeLock.stripeOf(key) + "." + UUID.randomUUID());
        files.create(temporary, RecordFile.encode(key, version, record));
        try {
            files.touch(file(partition, KEY, key));
            Files.move(temporary, file(partition, RECORD, key), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            SafeFiles.discard(temporary, e);
            throw e;
        }
        files.sync(partition);
    }

    /** Deletes a record, if it is there, and the key. The caller has the lock. */
    void delete(StoreKey key) throws IOException {
        Path partition = partition(key.partition()).orElseThrow(() -> new NoSuchFileException(root.toString()));
        // In this order: a record without a key would not be listed.
        Files.deleteIfExists(file(partition, RECORD, key));
        Files.deleteIfExists(file(partition, KEY, key));
        files.sync(partition);
    }

    /** Renames a damaged record and tells where it is now. The caller has the lock. */
    Path setAside(StoreKey key, Instant now) throws IOException {
        Path partition = partition(key.partition()).orElseThrow(() -> new NoSuchFileException(root.toString()));
        Path aside = partition.resolve(
                DAMAGED + FileName.encode(key.name()) + "." + now.getEpochSecond() + "." + UUID.randomUUID());
        Files.move(file(partition, RECORD, key), aside, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(file(partition, KEY, key));
        files.sync(partition);
        return aside;
    }

    /** A partition's directory, if there is one. */
    Optional<Path> partition(String name) throws IOException {
        files.checkDirectory(root);
        Path partition = root.resolve(PARTITION + FileName.encode(name));
        try {
            files.checkDirectory(partition);
            return Optional.of(partition);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The first names of keys behind a cursor, of any number of keys: only those asked for are sorted. */
    List<String> firstNames(String partition, String cursor, int count) throws IOException {
        Optional<Path> path = partition(partition);
        if (path.isEmpty()) {
            return List.of();
        }
        PriorityQueue<String> first = new PriorityQueue<>(Collections.reverseOrder());
        for (String encoded : names(path.get(), KEY)) {
            Optional<StoreKey> key = FileName.decode(partition, encoded);
            if (key.isPresent() && key.get().name().compareTo(cursor) > 0) {
                first.add(key.get().name());
                if (first.size() > count) {
                    first.remove();
                }
            }
        }
        List<String> names = new ArrayList<>(first);
        Collections.sort(names);
        return names;
    }

    /** The names of a directory's files that begin with a prefix, without it. */
    static List<String> names(Path directory, String prefix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                if (name.startsWith(prefix)) {
                    names.add(name.substring(prefix.length()));
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    Path root() {
        return root;
    }

    SafeFiles files() {
        return files;
    }

    private static Path file(Path partition, String prefix, StoreKey key) {
        return partition.resolve(prefix + FileName.encode(key.name()));
    }

    /** Says what failed, where, and what to do. */
    TokenStoreException explained(String what, IOException e) {
        if (e instanceof TokenStoreException) {
            return (TokenStoreException) e;
        }
        return new TokenStoreException("Could not " + what + " in the token store " + root + ": " + reason(e), e);
    }

    private String reason(IOException e) {
        String where = e instanceof FileSystemException ? ((FileSystemException) e).getFile() : null;
        String at = where == null ? "" : " (" + where + ")";
        if (e instanceof AccessDeniedException) {
            return "permission denied" + at
                    + "; this process must be the directory's owner and be allowed to write there";
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "this file system cannot replace a file in one step" + at + "; use a directory on another one";
        }
        if (e instanceof NoSuchFileException && Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
            return "the directory was removed; open a new store, and have users sign in again or restore the directory";
        }
        String system = e instanceof FileSystemException ? ((FileSystemException) e).getReason() : e.getMessage();
        return (system == null ? e.getClass().getSimpleName() : system) + at
                + "; see that the disk has space and can be written. A record is the old one or the new one, never half of it";
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
