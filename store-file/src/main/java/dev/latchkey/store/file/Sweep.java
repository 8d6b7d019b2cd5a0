package dev.latchkey.store.file;

import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Deletes what nobody will ask for: records whose time has passed, leftovers of killed processes, old damaged files. */
final class Sweep {

    private static final Duration BETWEEN_SWEEPS = Duration.ofDays(1);
    private static final Duration KEPT_ASIDE = Duration.ofDays(30);

    private final StoreDirectory directory;
    private final Instant now;
    private final Duration patience;

    Sweep(StoreDirectory directory, Instant now, Duration patience) {
        this.directory = directory;
        this.now = now;
        this.patience = patience;
    }

    /** Sweeps if nobody has for a day. */
    void runIfDue() throws IOException {
        Path stamp = directory.root().resolve("swept");
        Optional<Instant> last = changed(stamp);
        // The absolute time, so that a clock that was once ahead does not keep everybody from sweeping.
        if (last.isPresent() && Duration.between(last.get(), now).abs().compareTo(BETWEEN_SWEEPS) < 0) {
            return;
        }
        directory.files().touch(stamp);
        Files.setLastModifiedTime(stamp, FileTime.from(now));
        for (String probe : StoreDirectory.names(directory.root(), StoreDirectory.TEMPORARY)) {
            Path file = directory.root().resolve(StoreDirectory.TEMPORARY + probe);
            if (changed(file)
                    .filter(at -> at.isBefore(now.minus(BETWEEN_SWEEPS)))
                    .isPresent()) {
                Files.deleteIfExists(file);
            }
        }
        for (String name : StoreDirectory.names(directory.root(), StoreDirectory.PARTITION)) {
            Optional<StoreKey> any = FileName.decode("any", name);
            if (any.isPresent()) {
                sweep(any.get().name());
            }
        }
    }

    private void sweep(String name) throws IOException {
        Path partition = directory.partition(name).orElse(null);
        if (partition == null) {
            return;
        }
        // Keys without a record are what a process leaves that is killed while it removes or creates one.
        Set<String> keys = new LinkedHashSet<>(StoreDirectory.names(partition, StoreDirectory.KEY));
        keys.addAll(StoreDirectory.names(partition, StoreDirectory.RECORD));
        for (String encoded : keys) {
            Optional<StoreKey> key = FileName.decode(name, encoded);
            if (key.isPresent() && isOver(key.get())) {
                StripeLock lock = StripeLock.take(directory, StripeLock.stripeOf(key.get()), patience);
                try (lock) {
                    if (isOver(key.get())) {
                        directory.delete(key.get());
                    }
                }
            }
        }
        for (String temporary : StoreDirectory.names(partition, StoreDirectory.TEMPORARY)) {
            // Its writer holds the stripe's lock: with the lock in our hands, there is none.
            Optional<Integer> stripe =
                    number(temporary.split("\\.", 2)[0]).map(Long::intValue).filter(StripeLock::isStripe);
            if (stripe.isPresent()) {
                StripeLock lock = StripeLock.take(directory, stripe.get(), patience);
                try (lock) {
                    Files.deleteIfExists(partition.resolve(StoreDirectory.TEMPORARY + temporary));
                }
            }
        }
        for (String damaged : StoreDirectory.names(partition, StoreDirectory.DAMAGED)) {
            String[] parts = damaged.split("\\.", 3);
            Optional<Long> since = parts.length == 3 ? number(parts[1]) : Optional.empty();
            if (since.isPresent() && Instant.ofEpochSecond(since.get()).isBefore(now.minus(KEPT_ASIDE))) {
                Files.deleteIfExists(partition.resolve(StoreDirectory.DAMAGED + damaged));
            }
        }
    }

    private boolean isOver(StoreKey key) throws IOException {
        try {
            Optional<StoreEntry> entry = directory.load(key);
            return entry.isEmpty() || now.isAfter(entry.get().record().usableUntil());
        } catch (IOException e) {
            // Whoever asks for it is told; until then it stays, and the sweep goes on.
            return false;
        }
    }

    private static Optional<Instant> changed(Path file) throws IOException {
        try {
            return Optional.of(
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,10}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
