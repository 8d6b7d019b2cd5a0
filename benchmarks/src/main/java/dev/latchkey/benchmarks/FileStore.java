package dev.latchkey.benchmarks;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.store.file.FileTokenStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The store in a directory, beside the same steps by hand: to find is to read and to checksum; to replace is to lock, to read what is there and compare, to write
 * another file, to wait for the disk, to rename, and to wait for the disk again.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class FileStore {

    private static final int CONTENT = 4_000;
    private static final int VERSION = 16;

    private final StoreKey key = StoreKey.of("accounts", Users.subject(1));
    private final StoreRecord record = StoreRecord.of(new byte[CONTENT], StoreRecord.FOREVER);
    private TokenStore store;
    private RecordVersion version;
    private Path root;
    private Path folder;
    private Path file;
    private byte[] versionByHand;

    /**
     * Writes one record each way.
     *
     * @throws IOException if it cannot be written
     */
    @Setup
    public void write() throws IOException {
        root = Files.createTempDirectory("latchkey-benchmarks");
        store = FileTokenStore.open(root.resolve("store"));
        version = store.replace(key, RecordVersion.ABSENT, record).orElseThrow();
        folder = Files.createDirectory(
                root.resolve("hand"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        file = folder.resolve("record");
        versionByHand = new byte[VERSION];
        Files.write(file, new byte[VERSION + CONTENT]);
    }

    /**
     * Finds the record.
     *
     * @return the record
     * @throws IOException if it cannot be read
     */
    @Benchmark
    public Object find() throws IOException {
        return store.find(key).orElseThrow();
    }

    /**
     * Reads the file as the store must: no symbolic link on the way from the store's directory, those directories their owner's
     * alone, and whole by its checksum.
     *
     * @return its bytes
     * @throws IOException if it cannot be read
     * @throws NoSuchAlgorithmException never
     */
    @Benchmark
    public Object findByHand() throws IOException, NoSuchAlgorithmException {
        for (Path directory : List.of(root, folder)) {
            PosixFileAttributes found =
                    Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!found.isDirectory() || found.permissions().size() > 3) {
                throw new IOException("no directory of its own");
            }
        }
        if (!Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .isRegularFile()) {
            throw new IOException("no regular file");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (MessageDigest.getInstance("SHA-256").digest(bytes).length == 0) {
            throw new IOException("not whole");
        }
        return bytes;
    }

    /**
     * Reads the file and asks nothing: a torn one would pass.
     *
     * @return its bytes
     * @throws IOException if it cannot be read
     */
    @Benchmark
    public Object findUnchecked() throws IOException {
        return Files.readAllBytes(file);
    }

    /**
     * Replaces the record.
     *
     * @return the new version
     * @throws IOException if it cannot be written
     */
    @Benchmark
    public Object replace() throws IOException {
        version = store.replace(key, version, record).orElseThrow();
        return version;
    }

    /**
     * Replaces the file.
     *
     * @return the new version
     * @throws IOException if it cannot be written
     */
    @Benchmark
    public Object replaceByHand() throws IOException {
        UUID random = UUID.randomUUID();
        byte[] next = ByteBuffer.allocate(VERSION)
                .putLong(random.getMostSignificantBits())
                .putLong(random.getLeastSignificantBits())
                .array();
        try (FileChannel locked =
                        FileChannel.open(folder.resolve("lock"), StandardOpenOption.WRITE, StandardOpenOption.CREATE);
                FileLock lock = locked.lock()) {
            byte[] present = Files.readAllBytes(file);
            if (!lock.isValid() || !Arrays.equals(versionByHand, Arrays.copyOf(present, VERSION))) {
                throw new IOException("another version is there");
            }
            Path fresh = folder.resolve("record." + random);
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(VERSION + CONTENT).put(next).put(record.content());
                bytes.flip();
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
        versionByHand = next;
        return next;
    }
}
