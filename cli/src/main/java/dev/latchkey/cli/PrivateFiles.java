package dev.latchkey.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that are their owner's alone, written whole or not at all. */
final class PrivateFiles {

    private PrivateFiles() {}

    /**
     * Writes a file that is not there yet. Of two shells that do so at once, one wins.
     *
     * @return false if the file is there by now; it is left as it is
     */
    static boolean create(Path file, String text) throws IOException {
        Path folder = folder(file);
        Path whole = Files.createTempFile(folder, ".latchkey", ".new", attributes(folder, "rw-------"));
        try {
            Files.writeString(whole, text);
            try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            return appear(whole, file);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** Reads a small file; {@link java.nio.file.NoSuchFileException} if it is not there. */
    static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Tells whether others than the owner may do anything with a file; where nobody can tell, they may not. */
    static boolean isOpenToOthers(Path file) throws IOException {
        return isPosix(file)
                && !PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                        .endsWith("------");
    }

    /** A second name for it, since a link never replaces what is there, and renaming does. */
    private static boolean appear(Path whole, Path file) throws IOException {
        try {
            Files.createLink(file, whole);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException e) {
            try {
                Files.move(whole, file);
                return true;
            } catch (FileAlreadyExistsException taken) {
                return false;
            }
        }
    }

    private static Path folder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException(file + " is no file");
        }
        if (!Files.isDirectory(folder)) {
            Path known = folder;
            while (known.getParent() != null && !Files.exists(known)) {
                known = known.getParent();
            }
            Files.createDirectories(folder, attributes(known, "rwx------"));
        }
        return folder;
    }

    private static FileAttribute<?>[] attributes(Path place, String permissions) {
        return isPosix(place)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path place) {
        return place.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
