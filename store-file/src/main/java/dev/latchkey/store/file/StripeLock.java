package dev.latchkey.store.file;

import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TokenStoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to write the records of one stripe, against every thread, class loader and process that uses the directory.
 *
 * <p>It takes two locks, because of what POSIX does: when a process closes any of its channels of a file, it loses all
 * its locks on that file, those of other threads included ({@link FileLock}). So nobody may even open a stripe's file
 * while another thread of this Java holds it. The gate sees to that. A lock on it is <em>shared</em>, which keeps no other
 * process out; within one Java, though, locks of one file never overlap, shared or not, and across all class loaders. The
 * table in which Java keeps them does not mind what closing does to the system's locks.
 *
 * <p>The system lets go of the locks of a process that dies.
 */
final class StripeLock implements AutoCloseable {

    // How many there are is part of the directory's format: two counts in one directory would keep nobody out.
    private static final int STRIPES = 32;
    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long LONGEST_PAUSE_NANOS = 5_000_000;

    private final FileChannel gate;
    private final FileChannel stripe;
    // Java forgets a lock that nobody refers to: both are held, and used by close().
    private final FileLock inThisJava;
    private final FileLock amongProcesses;

    private StripeLock(FileChannel gate, FileLock inThisJava, FileChannel stripe, FileLock amongProcesses) {
        this.gate = gate;
        this.inThisJava = inThisJava;
        this.stripe = stripe;
        this.amongProcesses = amongProcesses;
    }

    static int stripeOf(StoreKey key) {
        return Math.floorMod(key.toString().hashCode(), STRIPES);
    }

    static boolean isStripe(int number) {
        return number >= 0 && number < STRIPES;
    }

    /**
     * Waits for a stripe.
     *
     * @throws TokenStoreException if it was not free within the patience
     */
    static StripeLock take(StoreDirectory directory, int stripe, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        FileChannel gate = directory.openLockFile("lock.gate");
        try {
            FileLock inThisJava = await(
                    () -> gate.tryLock(stripe, 1, true),
                    deadline,
                    () -> busy(directory, stripe, patience, "another thread of this process"));
            FileChannel channel = directory.openLockFile("lock." + stripe);
            try {
                FileLock amongProcesses =
                        await(channel::tryLock, deadline, () -> busy(directory, stripe, patience, "another process"));
                return new StripeLock(gate, inThisJava, channel, amongProcesses);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            gate.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        // In this order: the stripe's channel is closed before another thread may open its own.
        try (gate;
                inThisJava;
                stripe) {
            amongProcesses.release();
        }
    }

    private static FileLock await(Lockable lockable, long deadline, Failure failure) throws IOException {
        long pause = FIRST_PAUSE_NANOS;
        boolean interrupted = false;
        try {
            while (true) {
                FileLock lock = tryLock(lockable);
                if (lock != null) {
                    return lock;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw failure.make();
                }
                // An interrupted thread would not be parked; the interrupt is kept for the caller.
                interrupted |= Thread.interrupted();
                LockSupport.parkNanos(1 + ThreadLocalRandom.current().nextLong(pause));
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static @Nullable FileLock tryLock(Lockable lockable) throws IOException {
        try {
            return lockable.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held in this Java: by another thread, another store, or a copy of this class in another class loader.
            return null;
        }
    }

    private static TokenStoreException busy(StoreDirectory directory, int stripe, Duration patience, String holder) {
        return new TokenStoreException(
                "The token store " + directory + " is busy: " + holder + " has held lock." + stripe + " for more than "
                        + patience + "; nothing was written, and a later attempt may succeed",
                null);
    }

    @FunctionalInterface
    private interface Lockable {
        @Nullable
        FileLock tryLock() throws IOException;
    }

    @FunctionalInterface
    private interface Failure {
        TokenStoreException make();
    }
}
