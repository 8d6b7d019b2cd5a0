package dev.latchkey.auth;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A clock that is read as quickly as a field, and is ten milliseconds late: for an application that asks for tokens at hand
 * many thousands of times a second, where reading the system's clock takes longer than all the rest of the look-up.
 *
 * <pre>{@code
 * OAuthClient.builder(transport).clock(CoarseClock.create())
 * }</pre>
 *
 * <p>A daemon thread, without a context class loader, sets it. The thread begins with the first reading and ends when nobody
 * has read the clock for a second. After a machine has slept, the first readings may be those from before, until the thread has
 * run: a token that expired meanwhile can be handed out once. One clock serves any number of clients and threads.
 */
public final class CoarseClock extends Clock {

    private static final long TICK_MILLIS = 10;
    private static final int IDLE_TICKS = 100;
    private static final long STOPPED = Long.MIN_VALUE;
    // As many exact readings within as many milliseconds: 100,000 a second, of which each takes a 40th of a
    // microsecond.
    private static final int BUSY_READINGS = 1_000;
    private static final long BUSY_MILLIS = 10;

    private final Clock exact;
    private final Executor thread;
    private final Runnable rest;
    private final int readingsBefore;
    private final AtomicBoolean ticking = new AtomicBoolean();
    private volatile long now = STOPPED;
    // Written only when it changes, so that readers do not fight over the cache line.
    private volatile boolean read;
    // Counted by all threads without care: some readings lost do no harm.
    private long countedFrom;
    private int counted;

    CoarseClock(Clock exact, Executor thread, Runnable rest, int readingsBefore) {
        this.exact = exact;
        this.thread = thread;
        this.rest = rest;
        this.readingsBefore = readingsBefore;
    }

    /**
     * Makes a clock over the system's.
     *
     * @return the clock, whose thread has not begun
     */
    public static CoarseClock create() {
        return overSystems(0);
    }

    /** An exact clock until it is read 100,000 times a second, and again when it is hardly read any more. */
    static CoarseClock whenBusy() {
        return overSystems(BUSY_READINGS);
    }

    private static CoarseClock overSystems(int readingsBefore) {
        return new CoarseClock(
                Clock.systemUTC(),
                CoarseClock::start,
                () -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)),
                readingsBefore);
    }

    @Override
    public long millis() {
        long known = now;
        if (known == STOPPED) {
            return begin();
        }
        if (!read) {
            read = true;
        }
        return known;
    }

    /** The same milliseconds as an instant: finer ones would be ahead of them. */
    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return exact.withZone(zone);
    }

    private long begin() {
        long real = exact.millis();
        if (isBusy(real) && ticking.compareAndSet(false, true)) {
            try {
                thread.execute(this::tick);
            } catch (Throwable e) {
                // No memory for a thread: the exact clock does too.
                ticking.set(false);
            }
        }
        return real;
    }

    private boolean isBusy(long real) {
        if (real < countedFrom || real - countedFrom >= BUSY_MILLIS) {
            countedFrom = real;
            counted = 0;
        }
        return counted++ >= readingsBefore;
    }

    private void tick() {
        try {
            for (int idle = 0; idle < IDLE_TICKS; idle++) {
                now = exact.millis();
                rest.run();
                // An interrupt is nobody's way to end this thread, and would end every rest at once.
                boolean unused = Thread.interrupted();
                if (read) {
                    read = false;
                    // A clock that waits until it is busy ends when it is read in fewer than half of the ticks.
                    idle = readingsBefore == 0 ? 0 : Math.max(-1, idle - 2);
                }
            }
        } finally {
            now = STOPPED;
            ticking.set(false);
        }
    }

    private static void start(Runnable ticks) {
        Thread thread = new Thread(null, ticks, "latchkey-clock", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }
}
