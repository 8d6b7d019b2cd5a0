package dev.latchkey.store.file;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token store in one directory, for any number of processes, class loaders and threads at once.
 *
 * <pre>{@code
 * TokenStore store = FileTokenStore.open(Path.of(System.getProperty("user.home"), ".my-app", "tokens"));
 * }</pre>
 *
 * <p><b>Writing.</b> A record is written to a new file, brought to the disk and renamed over the old one, so that a reader,
 * and whoever comes after a crash or a power failure, finds the old record or the new one. Writers of one record keep out of each
 * other's way by locks of the operating system, for the time of one operation; a process that dies holds none. Reading takes no
 * lock. An interrupt does not cut an operation short; the thread stays interrupted.
 *
 * <p><b>Permissions.</b> The directory is made for its owner alone (0700, files 0600), if it is not there. One that is there is
 * refused if somebody else owns it or may use it, or if it is a symbolic link; so are symbolic links within. File systems without
 * POSIX permissions, as on Windows, are taken as they are: there, what is made inherits the access control list of the
 * directory above, so choose one in the user's profile. The records are as they were handed in: what is to be encrypted is encrypted
 * above this store.
 *
 * <p><b>Damage.</b> A record that is torn, truncated or changed, or that was written under another key, is renamed to
 * {@code damaged.…} beside it. Whoever met it gets a {@link TokenStoreException} that names that file, once; from then on there is no record,
 * and the user can sign in again.
 *
 * <p><b>Sweeping.</b> Once a day, one of the writers deletes records whose time has passed, files that killed processes left, and
 * {@code damaged} files that are older than 30 days.
 *
 * <p>The directory must lie on a file system whose locks reach every process that uses it: any local one, also one that containers
 * share. It holds two files a record, of which one is empty. A record has 16 MiB at most.
 *
 * <p>It does not tell of {@linkplain TokenStore#changes changes}: Java watches directories on some systems by looking at them
 * every few seconds, and sees nothing of what other machines do on others.
 *
 * <p>Safe for use by any number of threads at once. Nothing is open between two operations, so there is nothing to close.
 */
public final class FileTokenStore implements TokenStore {

    private static final int WRITES_BETWEEN_LOOKS = 100;
    private static final int LARGEST_CONTENT = SafeFiles.LARGEST - 1024;

    private final StoreDirectory directory;
    private final Clock clock;
    private final Duration lockPatience;
    private final AtomicLong writes = new AtomicLong();

    private FileTokenStore(StoreDirectory directory, Clock clock, Duration lockPatience) {
        this.directory = directory;
        this.clock = clock;
        this.lockPatience = lockPatience;
    }

    /**
     * Opens the store in a directory, which is made if it is not there.
     *
     * @param directory the directory, for this store alone
     * @return the store
     * @throws TokenStoreException if the directory cannot be made, cannot be written or is not this user's alone
     */
    public static FileTokenStore open(Path directory) throws TokenStoreException {
        return builder(directory).open();
    }

    /**
     * Begins to open the store in a directory, with another clock or another patience.
     *
     * @param directory the directory, for this store alone
     * @return a builder
     */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    @Override
    public Optional<StoreEntry> find(StoreKey key) throws TokenStoreException {
        return attempt("read " + key, () -> {
            try {
                return usable(directory.load(key));
            } catch (RecordFile.Damaged e) {
                StripeLock lock = lock(key);
                try (lock) {
                    return usable(loadOrSetAside(key));
                }
            }
        });
    }

    @Override
    public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record)
            throws TokenStoreException {
        return attempt("write " + key, () -> {
            RecordVersion version = RecordFile.newVersion();
            if (record.content().length > LARGEST_CONTENT) {
                throw new TokenStoreException("The record for " + key + " is larger than 16 MiB", null);
            }
            StripeLock lock = lock(key);
            try (lock) {
                if (!versionOf(loadOrSetAside(key)).equals(expected)) {
                    return Optional.empty();
                }
                directory.save(key, version, record);
            }
            sweepNowAndThen();
            return Optional.of(version);
        });
    }

    @Override
    public boolean remove(StoreKey key, RecordVersion expected) throws TokenStoreException {
        return attempt("remove " + key, () -> {
            StripeLock lock = lock(key);
            try (lock) {
                Optional<StoreEntry> present = usable(loadOrSetAside(key));
                if (present.isEmpty() || !present.get().version().equals(expected)) {
                    return false;
                }
                directory.delete(key);
                return true;
            }
        });
    }

    /**
     * Lists the keys of a partition in the order of their names, a page at a time.
     *
     * <p>A record that is damaged or of a newer library is listed: whoever looks for it is told.
     */
    @Override
    public KeyPage keys(String partition, String cursor, int limit) throws TokenStoreException {
        if (limit < 1 || limit > 1_000) {
            throw new IllegalArgumentException("limit must be from 1 to 1,000");
        }
        StoreKey.of(partition, "any");
        return attempt("list " + partition, () -> {
            List<String> names = directory.firstNames(partition, cursor, limit + 1);
            List<StoreKey> page = new ArrayList<>();
            for (String name : names.subList(0, Math.min(limit, names.size()))) {
                StoreKey key = StoreKey.of(partition, name);
                if (isListed(key)) {
                    page.add(key);
                }
            }
            return names.size() > limit ? KeyPage.of(page, names.get(limit - 1)) : KeyPage.last(page);
        });
    }

    private boolean isListed(StoreKey key) throws IOException {
        try {
            return usable(directory.load(key)).isPresent();
        } catch (RecordFile.Damaged | TokenStoreException e) {
            return true;
        }
    }

    /** Reads a record of which the caller has the lock. */
    private Optional<StoreEntry> loadOrSetAside(StoreKey key) throws IOException {
        try {
            return directory.load(key);
        } catch (RecordFile.Damaged e) {
            Path aside = directory.setAside(key, clock.instant());
            throw new TokenStoreException(
                    "The record " + key + " was damaged and is now set aside as " + aside
                            + "; from now on it is absent, and its user has to sign in again",
                    e);
        }
    }

    private RecordVersion versionOf(Optional<StoreEntry> entry) {
        return usable(entry).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
    }

    private Optional<StoreEntry> usable(Optional<StoreEntry> entry) {
        Instant now = clock.instant();
        return entry.filter(found -> !now.isAfter(found.record().usableUntil()));
    }

    private StripeLock lock(StoreKey key) throws IOException {
        return StripeLock.take(directory, StripeLock.stripeOf(key), lockPatience);
    }

    private void sweepNowAndThen() {
        if (writes.getAndIncrement() % WRITES_BETWEEN_LOOKS == 0) {
            try {
                new Sweep(directory, clock.instant(), lockPatience).runIfDue();
            } catch (IOException e) {
                // The record is written: what keeps the store tidy must not make that look like a failure.
                System.getLogger(FileTokenStore.class.getName())
                        .log(System.Logger.Level.DEBUG, "Could not sweep " + directory, e);
            }
        }
    }

    private <T> T attempt(String what, Operation<T> operation) throws TokenStoreException {
        try {
            return operation.run();
        } catch (IOException e) {
            throw directory.explained(what, e);
        }
    }

    @Override
    public String toString() {
        return "FileTokenStore[" + directory + "]";
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    /** Says how a store is opened. Not safe for use by several threads at once. */
    public static final class Builder {

        private final Path directory;
        private Clock clock = Clock.systemUTC();
        private Duration lockPatience = Duration.ofSeconds(10);

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /**
         * Sets the clock that tells when a record's time has passed; the system's by default. It should be the same in all
         * processes.
         *
         * @param clock the clock
         * @return this builder
         */
        public Builder clock(Clock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Sets how long a writer waits for the writers before it; 10 seconds by default. A write takes milliseconds.
         *
         * @param lockPatience the longest wait, after which a {@link TokenStoreException} says that the store is busy
         * @return this builder
         */
        public Builder lockPatience(Duration lockPatience) {
            if (lockPatience.isNegative()) {
                throw new IllegalArgumentException("lockPatience must not be negative");
            }
            this.lockPatience = lockPatience;
            return this;
        }

        /**
         * Opens the store; the directory is made if it is not there.
         *
         * @return the store
         * @throws TokenStoreException if the directory cannot be made, cannot be written or is not this user's alone
         */
        public FileTokenStore open() throws TokenStoreException {
            return new FileTokenStore(StoreDirectory.open(directory), clock, lockPatience);
        }
    }
}
