package dev.latchkey.store.file;

import dev.latchkey.auth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Files and directories that are their owner's alone from the moment they exist, that are on the disk when a method
 * returns, and that are never reached through a symbolic link.
 *
 * <p>An interrupt does not cut an operation short, which would cost a token that was just refreshed: Java closes the channel
 * of an interrupted thread, and the step is done again. The thread stays interrupted.
 */
final class SafeFiles {

    /** Larger files are not read: no record is that large, and a file that grew by accident must not fill the memory. */
    static final int LARGEST = 16 * 1024 * 1024;

    private static final Set<PosixFilePermission> OWNERS = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private final boolean posix;
    private final FileAttribute<?>[] fileMode;
    private final FileAttribute<?>[] directoryMode;

    SafeFiles(boolean posix) {
        this.posix = posix;
        this.fileMode = mode("rw-------");
        this.directoryMode = mode("rwx------");
    }

    private FileAttribute<?>[] mode(String permissions) {
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Makes a directory, and its parents, where there is none; whatever is there stays. */
    void createDirectory(Path directory) throws IOException {
        if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createDirectories(directory, directoryMode);
            } catch (FileAlreadyExistsException e) {
                // Somebody else was quicker, or it is no directory, which the check finds.
                return;
            }
            Path parent = directory.getParent();
            if (parent != null) {
                sync(parent);
            }
        }
    }

    /**
     * Checks that a directory is one and that its owner alone may use it.
     *
     * @throws NoSuchFileException if there is nothing
     * @throws TokenStoreException if there is something else, or somebody else may use it
     */
    void checkDirectory(Path directory) throws IOException {
        BasicFileAttributes found = attributes(directory);
        if (found.isSymbolicLink()) {
            throw new TokenStoreException(
                    directory + " is a symbolic link, which may lead anywhere: name the directory itself", null);
        }
        if (!found.isDirectory()) {
            throw new TokenStoreException(directory + " is not a directory", null);
        }
        if (found instanceof PosixFileAttributes) {
            Set<PosixFilePermission> permissions = ((PosixFileAttributes) found).permissions();
            if (!OWNERS.containsAll(permissions)) {
                throw new TokenStoreException(
                        directory + " is open to others than its owner (" + PosixFilePermissions.toString(permissions)
                                + "): find out who has read it, then chmod 700",
                        null);
            }
        }
    }

    /** Opens a file of no content to lock it; makes it where there is none. */
    FileChannel openLockFile(Path file) throws IOException {
        try {
            checkRegular(file);
        } catch (NoSuchFileException e) {
            // It is made now, by whoever comes first.
        }
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        LinkOption.NOFOLLOW_LINKS),
                fileMode);
    }

    /** Makes an empty file where there is none. */
    void touch(Path file) throws IOException {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.createFile(file, fileMode);
            } catch (FileAlreadyExistsException e) {
                return;
            }
        }
    }

    /** Writes a new file and waits until the disk has it; if that fails, there is no such file. */
    void create(Path file, byte[] content) throws IOException {
        uninterrupted(() -> {
            Set<OpenOption> options =
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS);
            try (FileChannel channel = FileChannel.open(file, options, fileMode)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (IOException e) {
                discard(file, e);
                throw e;
            }
            return file;
        });
    }

    /** Deletes a file that is of no use after a failure, which matters more than whether this succeeds. */
    static void discard(Path file, IOException failure) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Reads a whole file.
     *
     * @return its bytes, or nothing if there is no such file
     */
    Optional<byte[]> read(Path file) throws IOException {
        try {
            checkRegular(file);
            return Optional.of(uninterrupted(() -> {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                    long size = channel.size();
                    if (size > LARGEST) {
                        throw new RecordFile.Damaged();
                    }
                    ByteBuffer bytes = ByteBuffer.allocate((int) size);
                    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                        // until all is there
                    }
                    return bytes.array();
                }
            }));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Waits until the disk knows what a directory has. */
    void sync(Path directory) throws IOException {
        // Windows opens no directories, and NTFS keeps a journal of its own.
        if (posix) {
            uninterrupted(() -> {
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                return directory;
            });
        }
    }

    private void checkRegular(Path file) throws IOException {
        BasicFileAttributes found = attributes(file);
        if (!found.isRegularFile()) {
            throw new TokenStoreException(
                    file + (found.isSymbolicLink() ? " is a symbolic link" : " is no regular file")
                            + ", which this store never makes: find out who put it there, and remove it",
                    null);
        }
    }

    private BasicFileAttributes attributes(Path path) throws IOException {
        return posix
                ? Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static <T> T uninterrupted(Step<T> step) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return step.take();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T take() throws IOException;
    }
}
